/** Behind the hand-off page: opens a link by its token, and does the one thing that was asked. */
import { createAddigyReach } from '#addigy/reach';
import { createOpenAccess } from '#autotask/open-access';
import { createOnboardingStores } from '#aws/onboarding-stores';
import { calling, chance } from '#lambda/chance';
import { deskDoor } from '#lambda/desk-door';
import { readEnvironment } from '#lambda/environment';
import { createHandOffDesk } from '#onboarding/hand-off-desk';
import { reachOf } from '#onboarding/reach-of';

const environment = readEnvironment('open-hand-off', process.env);
const vendor = { ...calling, timeoutMs: 10_000 };
const stores = createOnboardingStores(environment);

const desk = createHandOffDesk({
  ...stores,
  ...chance,
  openAccess: createOpenAccess({ ...vendor, baseUrl: environment.AUTOTASK_URL }),
  openReach: reachOf(stores.addigyKeyVault, (apiKey, organizationId) =>
    createAddigyReach({ ...vendor, baseUrl: environment.ADDIGY_URL, apiKey, organizationId }),
  ),
});

export const handler = deskDoor(desk);
