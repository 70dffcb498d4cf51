/** Secrets that a pipeline put into Secrets Manager, named by ARN in its request. */
import * as z from 'zod/mini';
import { addigyKeySchema, apiUserSchema } from '#connections/connection';
import type { ConnectionRecord } from '#connections/connection-record';
import { OnboardingError, type OnboardingWorld } from './onboard.ts';
import type { TestingWorld } from './prove-api-user.ts';
import { type AddigyKeyWorld, takeAddigyKey } from './take-addigy-key.ts';
import { takeCredentials } from './take-credentials.ts';

export interface IntakeWorld extends AddigyKeyWorld, TestingWorld {
  /** JSON, or text where it is none. Rejects with an `OnboardingError` where it may not or cannot be read. */
  readonly readSecret: (arn: string) => Promise<unknown>;
  readonly version: () => string;
  readonly now: () => number;
  readonly connections: OnboardingWorld['connections'];
}

/** The key itself where the secret is plain text. */
const keyShape = z.union([
  addigyKeySchema,
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((apiKey) => ({ apiKey })),
    ),
    addigyKeySchema,
  ),
]);

/** What is current already is not tried again: the same request twice costs the vendors nothing. */
export function takeByArn(world: IntakeWorld): Pick<OnboardingWorld, 'takeAddigyKey' | 'takeApiUser'> {
  return {
    async takeAddigyKey(connection, arn, signal) {
      const value = shaped(keyShape, await world.readSecret(arn), arn, '{"apiKey": "…"}, or the key alone');
      const current = await world.addigyKeyVault(connection.id).current();
      const isKnown =
        connection.credentials.addigyKey === 'trusted' && current?.value.apiKey === value.apiKey;
      if (isKnown) return;
      const verdict = await takeAddigyKey(connection, value, world, signal);
      if (verdict.kind === 'refused') throw new OnboardingError('addigy-key-refused', verdict.detail);
      if (verdict.kind === 'unproved') throw new VendorSilentError(verdict.detail);
    },

    async takeApiUser(connection, arn, signal) {
      const shape = '{"username": "…", "secret": "…", "trackingIdentifier": "…"}';
      const value = shaped(apiUserSchema, await world.readSecret(arn), arn, shape);
      if (await isTrusted(connection, value, world)) return;
      const tested = await takeCredentials(connection, value, world, signal);
      if (tested.kind === 'login-refused') throw new OnboardingError('credentials-refused', tested.detail);
      if (tested.kind === 'unavailable') throw new VendorSilentError(tested.detail);
      if (tested.kind === 'passed') return;
      const denied = tested.report.lines.filter((line) => line.verdict === 'denied');
      const what = denied.map((line) => `${line.title} (${line.fix})`).join(' ');
      throw new OnboardingError('permission-denied', `The API user lacks what a sync needs: ${what}`);
    },
  };
}

/** A vendor could not be asked: the same request can be made again. */
export class VendorSilentError extends Error {
  override readonly name = 'VendorSilentError';
}

async function isTrusted(
  connection: ConnectionRecord,
  value: z.infer<typeof apiUserSchema>,
  world: IntakeWorld,
): Promise<boolean> {
  if (connection.credentials.deviceSync !== 'trusted') return false;
  const current = await world.apiUserVault(connection.id, 'device-sync').current();
  return current !== null && JSON.stringify(apiUserSchema.parse(current.value)) === JSON.stringify(value);
}

/** The value is never quoted, not even by zod. */
function shaped<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  arn: string,
  shape: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new OnboardingError('secret-unreadable', `The secret ${arn} does not hold ${shape}.`);
}
