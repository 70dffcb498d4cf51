/** The hand-off page: public, opened by a one-time link. */
import { createAddigyReach } from '#addigy/reach';
import { createOpenAccess } from '#autotask/open-access';
import { createOnboardingStores } from '#aws/onboarding-stores';
import { chance, digest, random } from '#lambda/chance';
import { readEnvironment } from '#lambda/environment';
import { handOffRoutes } from '#lambda/hand-off-routes';
import { pageDoor } from '#lambda/page-door';
import { createHandOffDesk } from '#onboarding/hand-off-desk';
import { reachOf } from '#onboarding/reach-of';

const environment = readEnvironment('receive-hand-off', process.env);
const vendor = { random, now: Date.now, timeoutMs: 10_000 };
const stores = createOnboardingStores(environment);

const desk = createHandOffDesk({
  ...stores,
  ...chance,
  openAccess: createOpenAccess({ ...vendor, baseUrl: environment.AUTOTASK_URL }),
  openReach: reachOf(stores.addigyKeyVault, (apiKey, organizationId) =>
    createAddigyReach({ ...vendor, baseUrl: environment.ADDIGY_URL, apiKey, organizationId }),
  ),
});

export const handler = pageDoor(handOffRoutes(desk, digest));
