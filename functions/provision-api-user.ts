/** Onboarding pipelines come in here: by an event on the bus, or by invoking it. Secrets come by ARN alone. */
import { proveKey } from '#addigy/prove-key';
import { createOpenAccess } from '#autotask/open-access';
import { createLinks, createOnboardingStores } from '#aws/onboarding-stores';
import { createSecretIntake } from '#aws/secret-intake';
import type { AddigyKey } from '#connections/connection';
import { calling, chance } from '#lambda/chance';
import { eitherDoor } from '#lambda/either-door';
import { readEnvironment } from '#lambda/environment';
import { handOffLink } from '#lambda/hand-off-link';
import { onboardByEvent, onboardByInvoke } from '#lambda/onboarding-doors';
import { queueDoor } from '#lambda/queue-door';
import { verdictOf } from '#lambda/verdict';
import { guidedOperator } from '#onboarding/operator';
import { takeByArn } from '#onboarding/take-by-arn';
import { workingCredentials } from '#onboarding/working-credentials';

const environment = readEnvironment('provision-api-user', process.env);
const vendor = { ...calling, timeoutMs: 10_000 };
const openAccess = createOpenAccess({ ...vendor, baseUrl: environment.AUTOTASK_URL });
const testing = {
  ...createOnboardingStores(environment),
  ...chance,
  openAccess,
  // Whether Addigy is reached is asked on the hand-off page, and once a day.
  openReach: async () => null,
  readSecret: createSecretIntake(environment.INTAKE_PREFIX),
  proveAddigyKey: ({ apiKey }: AddigyKey, signal: AbortSignal) =>
    verdictOf(proveKey({ ...vendor, baseUrl: environment.ADDIGY_URL, apiKey }, signal)),
};
const world = {
  ...testing,
  ...takeByArn(testing),
  ...createLinks(environment),
  linkOf: handOffLink(environment.HAND_OFF_URL),
  operator: guidedOperator(openAccess),
  workingCredentials: workingCredentials(testing),
};

export const handler = eitherDoor(queueDoor(onboardByEvent(world)), onboardByInvoke(world));
