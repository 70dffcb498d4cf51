/**
 * Every event that onboarding puts on the bus, in one place. No event carries a secret, a username or a link:
 * events are archived, forwarded and logged by whoever listens. A link is fetched from the API by who may.
 */
import { z } from 'zod';
import { connectionIdSchema, purposes } from './connection.ts';

const about = { connectionId: connectionIdSchema, purpose: z.enum(purposes) };
const requirementIds = z.array(z.string());
const at = z.iso.datetime();

export const onboardingEventSchemas = {
  /** A person has something to do: the link is in the answer of `GET /connections/{id}/api-users/{purpose}`. */
  'Hand-off Ready': z.strictObject({
    ...about,
    handOffId: z.string(),
    expiresAt: at,
    /** Why there is one: a first user, another link for it, or a rotation. */
    because: z.enum(['provisioning', 'rotation']),
  }),
  /** Credentials were submitted and are being tested; with `retryAt` they were not accepted yet, and are tried again then. */
  'Api User Verifying': z.strictObject({ ...about, retryAt: at.nullable() }),
  'Api User Trusted': z.strictObject({ ...about, inconclusive: requirementIds, excess: z.array(z.string()) }),
  /** The administrator's page says what to do about each. */
  'Api User Refused': z.strictObject({ ...about, denied: requirementIds, detail: z.string() }),
  /** A right of a trusted user was taken away: its syncs are held until a validation finds it again. */
  'Permission Lost': z.strictObject({ ...about, denied: requirementIds }),
  /** Addigy was seen to read Autotask with the credentials that were pasted there. */
  'Addigy Reached': z.strictObject({ ...about, companies: z.int().nonnegative() }),
  'Rotation Due': z.strictObject({ ...about, generation: z.int().positive(), expiresAt: at }),
  /** The replaced user of a rotation was seen to be refused by Autotask. */
  'Api User Retired': z.strictObject({ ...about, generation: z.int().positive() }),
  'Connection Offboarded': z.strictObject({
    connectionId: connectionIdSchema,
    /** API users that an administrator has to deactivate in Autotask. */
    deactivate: z.array(z.enum(purposes)),
  }),
  /** What was asked for by an event could not be done, and asking again with the same event would not help. */
  'Onboarding Refused': z.strictObject({
    /** '' where the request names no valid one. */
    connectionId: z.string(),
    code: z.string(),
    detail: z.string(),
  }),
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
