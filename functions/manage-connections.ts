/** The HTTP API: connections, their credentials, their API users, their runs. */
import { proveKey } from '#addigy/prove-key';
import { createOpenAccess } from '#autotask/open-access';
import { createLinks, createOnboardingStores } from '#aws/onboarding-stores';
import { createRequestRecords } from '#aws/request-records';
import type { AddigyKey } from '#connections/connection';
import { apiUserRoutes } from '#lambda/api-user-routes';
import { calling, chance, suffix } from '#lambda/chance';
import { connectionRoutes } from '#lambda/connection-routes';
import { correlationId } from '#lambda/correlation';
import { readEnvironment } from '#lambda/environment';
import { handOffLink } from '#lambda/hand-off-link';
import { httpDoor } from '#lambda/http-door';
import { runRoutes } from '#lambda/run-routes';
import { verdictOf } from '#lambda/verdict';
import { guidedOperator } from '#onboarding/operator';

const environment = readEnvironment('manage-connections', process.env);
const vendor = { ...calling, timeoutMs: 10_000 };
const openAccess = createOpenAccess({ ...vendor, baseUrl: environment.AUTOTASK_URL });

const world = {
  ...createOnboardingStores(environment),
  ...chance,
  ...{ ...createLinks(environment), ...createRequestRecords(environment) },
  ...{ openAccess, correlationId, suffix },
  linkOf: handOffLink(environment.HAND_OFF_URL),
  proveAddigyKey: ({ apiKey }: AddigyKey, signal: AbortSignal) =>
    verdictOf(proveKey({ ...vendor, baseUrl: environment.ADDIGY_URL, apiKey }, signal)),
  operator: guidedOperator(openAccess),
  // This door writes secrets and never reads one: nothing can be asked with what works already.
  workingCredentials: async () => null,
  openReach: async () => null,
};

export const handler = httpDoor(
  { ...connectionRoutes(world), ...apiUserRoutes(world), ...runRoutes(world) },
  environment.CALLER_ROLES,
);
