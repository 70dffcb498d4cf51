/**
 * Every event that onboarding puts on the bus, in one place. No event carries a secret, a username or a link:
 * events are archived, forwarded and logged by whoever listens. A link is fetched from the API by who may.
 */
import * as z from 'zod/mini';
import { connectionIdSchema, purposes } from '#connections/connection';

const about = { connectionId: connectionIdSchema, purpose: z.enum(purposes) };
const requirementIds = z.array(z.string());
const at = z.iso.datetime();

export const onboardingEventSchemas = {
  'Hand-off Ready': z
    .strictObject({
      ...about,
      handOffId: z.string().check(z.describe('The name of the hand-off; it opens nothing.')),
      expiresAt: at,
      because: z.enum(['provisioning', 'rotation']),
    })
    .check(
      z.describe(
        'An administrator has something to do, for the first time or again. The link is in the answer of GET /connections/{id}/api-users/{purpose}.',
      ),
    ),
  'Api User Verifying': z
    .strictObject({ ...about, retryAt: z.nullable(at) })
    .check(
      z.describe(
        'Credentials were submitted and are being tested. With retryAt the login was not accepted yet (a new user can take five minutes), and is tried once more then.',
      ),
    ),
  'Api User Trusted': z
    .strictObject({ ...about, inconclusive: requirementIds, excess: z.array(z.string()) })
    .check(z.describe('Proved, and current; or, after a permission was lost, found to have it again.')),
  'Api User Refused': z
    .strictObject({ ...about, denied: requirementIds, detail: z.string() })
    .check(
      z.describe('A test has failed. What was current stays; the page says what to do about each line.'),
    ),
  'Permission Lost': z
    .strictObject({ ...about, denied: requirementIds })
    .check(
      z.describe(
        'A right of a trusted user was taken away: syncs are held until a validation finds it again.',
      ),
    ),
  'Addigy Reached': z
    .strictObject({ ...about, companies: z.int().check(z.nonnegative()) })
    .check(z.describe('Addigy was seen to read Autotask with the credentials that were pasted there.')),
  'Rotation Due': z
    .strictObject({ ...about, generation: z.int().check(z.positive()), expiresAt: at })
    .check(z.describe('A second API user is to be made that replaces this one; a Hand-off Ready follows.')),
  'Api User Retired': z
    .strictObject({ ...about, generation: z.int().check(z.positive()) })
    .check(z.describe('The user that a rotation has replaced is out of use.')),
  'Connection Offboarded': z
    .strictObject({
      connectionId: connectionIdSchema,
      deactivate: z
        .array(z.enum(purposes))
        .check(z.describe('API users that an administrator has to deactivate.')),
    })
    .check(z.describe('Its secrets are scheduled for deletion, its schedule is off, its history stays.')),
  'Onboarding Refused': z
    .strictObject({
      connectionId: z.string().check(z.describe('Empty where the request names no valid one.')),
      code: z.string(),
      detail: z.string(),
    })
    .check(
      z.describe(
        'What an Onboarding Requested event asked for cannot be done, and could not if it came again.',
      ),
    ),
  'Validation Requested': z
    .strictObject({ ...about, dueAt: z.int().check(z.nonnegative()) })
    .check(z.describe('Of this service to itself: something is due on an API user.')),
} as const;

export type OnboardingEventType = keyof typeof onboardingEventSchemas;
export type OnboardingEvent = {
  [Type in OnboardingEventType]: {
    readonly type: Type;
    readonly detail: Readonly<z.infer<(typeof onboardingEventSchemas)[Type]>>;
  };
}[OnboardingEventType];

/** Rejects where the bus did not take every one of them. */
export type Announce = (events: readonly OnboardingEvent[]) => Promise<void>;
