/** Validates API users: on demand over HTTP, and by message whatever is due on one. */
import { createAddigyReach } from '#addigy/reach';
import { createOpenAccess } from '#autotask/open-access';
import { createLinks, createOnboardingStores } from '#aws/onboarding-stores';
import { createRequestRecords } from '#aws/request-records';
import { calling, chance } from '#lambda/chance';
import { eitherDoor } from '#lambda/either-door';
import { readEnvironment } from '#lambda/environment';
import { handOffLink } from '#lambda/hand-off-link';
import { httpDoor } from '#lambda/http-door';
import { measureValidation as measure } from '#lambda/metrics';
import { queueDoor } from '#lambda/queue-door';
import { validationRoutes } from '#lambda/validation-routes';
import { lookAgain } from '#onboarding/look-again';
import { guidedOperator } from '#onboarding/operator';
import { reachOf } from '#onboarding/reach-of';
import { validationRequestedSchema } from '#onboarding/validation-requested';
import { workingCredentials } from '#onboarding/working-credentials';

const environment = readEnvironment('validate-permissions', process.env);
const vendor = { ...calling, timeoutMs: 10_000 };
const stores = { ...createOnboardingStores(environment), ...createRequestRecords(environment) };
const openAccess = createOpenAccess({ ...vendor, baseUrl: environment.AUTOTASK_URL });

const world = {
  ...{ ...stores, ...createLinks(environment), ...chance, openAccess, measure },
  linkOf: handOffLink(environment.HAND_OFF_URL),
  operator: guidedOperator(openAccess),
  workingCredentials: workingCredentials(stores),
  openReach: reachOf(stores.addigyKeyVault, (apiKey, organizationId) =>
    createAddigyReach({ ...vendor, baseUrl: environment.ADDIGY_URL, apiKey, organizationId }),
  ),
};

const lookAtMessage = queueDoor(async (message, signal) => {
  const { connectionId, purpose } = validationRequestedSchema.parse(message).detail;
  await lookAgain(connectionId, purpose, world, signal);
});

export const handler = eitherDoor(lookAtMessage, httpDoor(validationRoutes(world), environment.CALLER_ROLES));
