/**
 * One request for the whole of an onboarding, whatever door it came through. The same request twice is one
 * connection, one user, one link.
 */
import * as z from 'zod/mini';
import { connectionIdSchema, connectionSchema, type Purpose, purposes } from '#connections/connection';
import type { ConnectionRecord, ConnectionStore, Expected } from '#connections/connection-record';
import { tellUnexpected } from '#connections/unexpected';
import type { ApiUserRecord } from './api-user.ts';
import { isUnderWay } from './api-user-state.ts';
import { type CreatingWorld, createApiUser } from './provision-api-user.ts';
import { type ToldApiUser, tellApiUser } from './tell-api-user.ts';

/** Secrets come by the ARN of a Secrets Manager secret, and in no other way: events and payloads are kept by many. */
const secretArn = z
  .string()
  .check(z.regex(/^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:.+$/u, 'must be the ARN of a secret'));

export const wishedPurposes = z.pipe(
  z.array(z.enum(purposes)).check(z.maxLength(purposes.length)),
  z.transform((wished): readonly Purpose[] => purposes.filter((one) => wished.includes(one))),
);

export const onboardingRequestSchema = z.strictObject({
  connectionId: connectionIdSchema,
  /** As `PUT /connections/{id}` takes it. Without it the connection must be there already. */
  connection: z.optional(connectionSchema),
  /**
   * With other settings than the connection has: the version of it that was seen (as the HTTP API shows it), or `*`
   * to overwrite whatever is there. Nobody's settings are overwritten unseen.
   */
  connectionVersion: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  provision: z._default(wishedPurposes, []),
  /** Of `{"apiKey": "…"}`, or the key alone. */
  addigyKeySecretArn: z.optional(secretArn),
  /** Of `{"username", "secret", "trackingIdentifier"}`: a user for device-sync that somebody has made already. */
  apiUserSecretArn: z.optional(secretArn),
});
export type OnboardingRequest = z.infer<typeof onboardingRequestSchema>;

/** A request that cannot be carried out, and would not be if it came again. */
export class OnboardingError extends Error {
  override readonly name = 'OnboardingError';
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

const secretName = /secret|password|passwd|credential|token|api.?key|user.?name|tracking|integration.?code/iu;
const mostWalked = 10_000;

/** The first field that seems to hold a secret, by its name; null where there is none. Its value is not looked at. */
export function secretFieldIn(request: unknown): string | null {
  const left: Array<{ readonly path: string; readonly value: unknown }> = [{ path: '', value: request }];
  for (let walked = 0; walked < mostWalked; walked += 1) {
    const next = left.pop();
    if (next === undefined) return null;
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const [name, value] of Object.entries(next.value)) {
      const path = next.path === '' ? name : `${next.path}.${name}`;
      // A policy's id is data: in this record names are not ours.
      if (path === 'connection.sync.companies') continue;
      if (secretName.test(name) && !/Arn$/u.test(name)) return path;
      left.push({ path, value });
    }
  }
  return null;
}

/** Throws an `OnboardingError` that repeats no value. */
export function readOnboardingRequest(raw: unknown): OnboardingRequest {
  const field = secretFieldIn(raw);
  if (field !== null) {
    throw new OnboardingError(
      'secret-in-request',
      `The field ${field.slice(0, 200)} looks like a secret. A secret must not travel in an event or a payload: put it into Secrets Manager under the intake prefix and send its ARN (addigyKeySecretArn, apiUserSecretArn). Take the one that was sent out of use.`,
    );
  }
  const parsed = onboardingRequestSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`);
  throw new OnboardingError('invalid-request', faults.join('; ').slice(0, 500));
}

export interface OnboardingWorld extends CreatingWorld {
  readonly connections: ConnectionStore;
  /** Stores and proves the Addigy key that the ARN holds. Rejects with an `OnboardingError`. */
  readonly takeAddigyKey: (connection: ConnectionRecord, arn: string, signal: AbortSignal) => Promise<void>;
  /** The same for an API user of purpose `device-sync`. */
  readonly takeApiUser: (connection: ConnectionRecord, arn: string, signal: AbortSignal) => Promise<void>;
  /** Of the page, without the token. */
  readonly linkOf: (token: string) => string;
}

export interface OnboardingAnswer {
  readonly connectionId: string;
  readonly created: boolean;
  readonly addigyKey: ConnectionRecord['credentials']['addigyKey'];
  readonly apiUsers: readonly ToldApiUser[];
}

export async function onboard(
  request: OnboardingRequest,
  world: OnboardingWorld,
  signal: AbortSignal,
): Promise<OnboardingAnswer> {
  const { connectionId } = request;
  const { record, created } = await theConnection(request, world);
  if (request.addigyKeySecretArn !== undefined)
    await world.takeAddigyKey(record, request.addigyKeySecretArn, signal);
  if (request.apiUserSecretArn !== undefined)
    await world.takeApiUser(record, request.apiUserSecretArn, signal);
  await provisionAll(record, request.provision, world, signal);
  const now = await world.connections.get(connectionId);
  const apiUsers = await world.apiUsers.list(connectionId);
  return {
    connectionId,
    created,
    addigyKey: now?.credentials.addigyKey ?? 'missing',
    apiUsers: await Promise.all(apiUsers.map((user) => tellWithLink(user, world))),
  };
}

/** *create* and *set* for each purpose, and what is to be told of it. */
export async function provisionAll(
  connection: ConnectionRecord,
  wished: readonly Purpose[],
  world: CreatingWorld,
  signal: AbortSignal,
): Promise<void> {
  for (const purpose of wished) await createApiUser(connection, purpose, null, world, signal);
}

/** With its link, derived anew from the version that is under way. */
export async function tellWithLink(
  record: ApiUserRecord,
  world: Pick<OnboardingWorld, 'tokenOf' | 'linkOf' | 'now'>,
): Promise<ToldApiUser> {
  const { attempt, connectionId, purpose, replaced } = record;
  const isWanted = isUnderWay(attempt) || replaced?.retiredAt === null;
  const link =
    attempt !== null && isWanted
      ? world.linkOf(await world.tokenOf(attempt.version, connectionId, purpose))
      : null;
  return tellApiUser(record, link, world.now());
}

function expectedBy(version: string | undefined): Expected {
  if (version === undefined) return 'no other';
  return version === '*' ? 'anything' : [version];
}

async function theConnection(
  { connectionId, connection, connectionVersion }: OnboardingRequest,
  { connections, now }: OnboardingWorld,
): Promise<{ readonly record: ConnectionRecord; readonly created: boolean }> {
  if (connection !== undefined) {
    const expected = expectedBy(connectionVersion);
    const declared = await connections.declare(connectionId, connection, now(), { expected });
    if (declared.kind === 'offboarding') throw leaving(connectionId);
    if (declared.kind === 'unexpected') {
      const { code, says } = tellUnexpected(connectionId, declared.record, expected);
      throw new OnboardingError(
        code,
        `${says} Look at what is there, then send its version as connectionVersion, or "*" to overwrite it.`,
      );
    }
    return { record: declared.record, created: declared.kind === 'created' };
  }
  const record = await connections.get(connectionId);
  if (record !== null && record.offboarding !== null) throw leaving(connectionId);
  if (record !== null) return { record, created: false };
  throw new OnboardingError(
    'not-found',
    `There is no connection ${connectionId}: send its settings under "connection".`,
  );
}

const leaving = (connectionId: string): OnboardingError =>
  new OnboardingError(
    'offboarding-in-progress',
    `The connection ${connectionId} is offboarded, or about to be: when that is done, onboard it again with its settings under "connection".`,
  );
