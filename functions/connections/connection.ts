/** A connection: one pairing of an Addigy organisation with an Autotask database. */

import * as z from 'zod/mini';
import { syncSettingsSchema } from '#sync/settings';

/** Stands in URLs, secret names and table keys. */
export const connectionIdSchema = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u,
      'lower-case letters, digits and inner hyphens, at most 63',
    ),
  );

export const purposes = ['device-sync', 'addigy'] as const;
/** Who logs in with an API user: our own doors, or Addigy (bound to Addigy's tracking identifier, useless to us). */
export type Purpose = (typeof purposes)[number];

export const engines = ['direct', 'native'] as const;
export type Engine = (typeof engines)[number];

/** The body of `PUT /connections/{id}`: the whole of what the caller declares. */
export const connectionSchema = z.strictObject({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
  addigy: z.prefault(
    z.strictObject({
      /** Addigy's organisation id; where it is absent, the one that the API key belongs to. */
      organizationId: z._default(
        z.nullable(z.string().check(z.trim(), z.minLength(1), z.maxLength(100))),
        null,
      ),
    }),
    {},
  ),
  schedule: z.prefault(
    z.strictObject({
      enabled: z._default(z.boolean(), true),
      everyMinutes: z._default(z.int().check(z.gte(5), z.lte(7 * 24 * 60)), 60),
    }),
    {},
  ),
  /** Who writes to Autotask: our own sync, or Addigy's native integration, which we trigger and audit. */
  engine: z._default(z.enum(engines), 'direct'),
  validation: z.prefault(
    z.strictObject({
      /**
       * Proves *Edit Unprotected Data* on an inactive item of our own in the MSP's company (id 0). Without it the
       * right is inconclusive until a first sync proves it.
       */
      canary: z._default(z.boolean(), true),
    }),
    {},
  ),
  rotation: z.prefault(
    z.strictObject({
      /** After so many days a fresh API user is asked for. */
      everyDays: z._default(z.int().check(z.gte(30), z.lte(3650)), 365),
    }),
    {},
  ),
  sync: syncSettingsSchema,
});
export type ConnectionSettings = z.infer<typeof connectionSchema>;

/** The body of `PUT /connections/{id}/api-users/{purpose}`. Header values must be Latin-1 without control characters. */
const headerText = (max: number) =>
  z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(max),
      z.regex(
        /^[\x21-\x7e\xa1-\xff](?:[\x20-\x7e\xa0-\xff]*[\x21-\x7e\xa1-\xff])?$/u,
        'must be printable Latin-1 text, without surrounding space',
      ),
    );

export const apiUserSchema = z.strictObject({
  username: headerText(254),
  secret: headerText(200),
  trackingIdentifier: headerText(100),
});
export type ApiUserCredentials = z.infer<typeof apiUserSchema>;

/** As the credentials of an API user that Addigy logs in with: the tracking identifier is Addigy's, and we never see it. */
export const addigyUserSchema = z.extend(apiUserSchema, { trackingIdentifier: z.literal('') });

/** The body of `PUT /connections/{id}/addigy-key`. */
export const addigyKeySchema = z.strictObject({ apiKey: headerText(500) });
export type AddigyKey = z.infer<typeof addigyKeySchema>;

/** `missing` until credentials were stored; `refused` after a 401: not used again until new ones are stored. */
export const credentialStates = ['missing', 'trusted', 'refused'] as const;
export type CredentialState = (typeof credentialStates)[number];
