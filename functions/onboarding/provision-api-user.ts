/**
 * The four verbs by which an API user comes to be trusted: create → set → test → finish; the last two stand in
 * `prove-api-user`. They are those of a secret's rotation, and one implementation serves the first user and each that
 * replaces it. Every step names the version, and can be made again: what is there already is left as it is.
 */

import type { ApiUserCredentials, Purpose } from '#connections/connection';
import type { ConnectionRecord } from '#connections/connection-record';
import type { ApiUserRecord, Attempt } from './api-user.ts';
import { isExpired, isUnderWay } from './api-user-state.ts';
import type { ApiUserVault } from './api-user-vault.ts';
import { changeApiUser, type KeepingWorld } from './keep-api-user.ts';
import { mintCredentials, type RandomBelow } from './mint-credentials.ts';
import { beginAttempt, freshApiUser, renewLink } from './new-api-user.ts';
import type { Operator } from './operator.ts';

export interface CreatingWorld extends KeepingWorld {
  readonly apiUserVault: (connectionId: string, purpose: Purpose) => ApiUserVault;
  readonly operator: Operator;
  /** Credentials of the same database that work already, for a look; null where there are none, or none that this door may read. */
  readonly workingCredentials: (connectionId: string) => Promise<ApiUserCredentials | null>;
  readonly randomBelow: RandomBelow;
  /** A version's name: unguessable, 32 to 64 characters. */
  readonly version: () => string;
  /** The link's token: the same version has the same one, and it is stored nowhere. */
  readonly tokenOf: (version: string, connectionId: string, purpose: Purpose) => Promise<string>;
  /** SHA-256, as hex. */
  readonly digest: (text: string) => string;
}

/** Whether another pass is to begin, asked of the record as it is when it is written. */
export type Renewal = (record: ApiUserRecord) => boolean;

/**
 * *create* and *set*. Asked twice it gives the same pass, and so the same link. By default another one begins only
 * where there is none, or where the link no longer opens anything.
 */
export async function createApiUser(
  connection: ConnectionRecord,
  purpose: Purpose,
  renewal: Renewal | null,
  world: CreatingWorld,
  signal: AbortSignal,
): Promise<{ readonly record: ApiUserRecord; readonly apiCanCreate: boolean | null }> {
  const { id } = connection;
  const version = world.version();
  const handOffId = world.digest(await world.tokenOf(version, id, purpose));
  const now = world.now();
  const isWanted = renewal ?? needsAttempt(await deadLink(id, purpose, world), now);
  const record = await changeApiUser(
    id,
    purpose,
    (stored) => {
      const isNew = stored === null || stored.state === 'offboarded';
      const known = isNew ? freshApiUser(stored, id, purpose, now) : stored;
      return isNew || isWanted(known) ? beginAttempt(known, { version, handOffId }, now) : stored;
    },
    world,
  );
  // Stryker disable next-line ConditionalExpression,StringLiteral: what is made of nothing is never nothing, which the types do not say
  if (record === null) throw new Error(`the API user ${purpose} of ${id} was not stored`);
  const { attempt } = record;
  if (!isUnderWay(attempt)) return { record, apiCanCreate: null };
  await ensureDraft(record, attempt, world);
  const known = attempt.version === version ? await world.workingCredentials(id) : null;
  const { apiCanCreate } = await world.operator.set({ record, attempt, known }, signal);
  return { record, apiCanCreate };
}

/** A fresh link to a page whose pass is done, and whose last step is not. */
export async function renewDoneLink(
  connection: ConnectionRecord,
  purpose: Purpose,
  world: CreatingWorld,
): Promise<ApiUserRecord | null> {
  const { id } = connection;
  const version = world.version();
  const handOffId = world.digest(await world.tokenOf(version, id, purpose));
  const now = world.now();
  return changeApiUser(
    id,
    purpose,
    (record) =>
      record !== null && !isUnderWay(record.attempt)
        ? renewLink(record, { version, handOffId }, now)
        : record,
    world,
  );
}

/** The version whose link was derived by another key than today's: nobody can be given it any more. */
async function deadLink(id: string, purpose: Purpose, world: CreatingWorld): Promise<string | null> {
  const attempt = (await world.apiUsers.get(id, purpose))?.attempt ?? null;
  if (attempt === null) return null;
  const token = await world.tokenOf(attempt.version, id, purpose);
  return world.digest(token) === attempt.handOff.id ? null : attempt.version;
}

const needsAttempt =
  (dead: string | null, now: number): Renewal =>
  ({ attempt, trustedVersion }) =>
    isUnderWay(attempt) ? isExpired(attempt, now) || attempt.version === dead : trustedVersion === null;

/** Whoever died between the record and the vault left a pass without values. */
export async function ensureDraft(
  record: ApiUserRecord,
  attempt: Attempt,
  world: Pick<CreatingWorld, 'apiUserVault' | 'randomBelow'>,
): Promise<void> {
  if (attempt.submittedVersion !== null || attempt.handOff.shownAt !== null) return;
  const vault = world.apiUserVault(record.connectionId, record.purpose);
  if ((await vault.pendingVersion()) === attempt.version) return;
  await vault.storeDraft(attempt.version, mintCredentials(world.randomBelow));
}
