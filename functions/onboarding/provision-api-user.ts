/**
 * The four verbs by which an API user comes to be trusted: create → set → test → finish. They are those of a
 * secret's rotation, and one implementation serves the first user and each that replaces it. Every step names
 * the version, and can be made again: what is there already is left as it is.
 */
import type { AddigyReach, OpenAccess } from './access.ts';
import type { ApiUserRecord, Attempt } from './api-user.ts';
import { beginAttempt, newApiUser, noteSilence, refuse, trust, waitForUser } from './api-user-life.ts';
import { isExpired, isUnderWay, newUserMs } from './api-user-state.ts';
import type { ApiUserVault } from './api-user-vault.ts';
import type { ApiUserCredentials, ConnectionSettings, Purpose } from './connection.ts';
import type { ConnectionRecord, ConnectionStore } from './connection-record.ts';
import { changeApiUser, type KeepingWorld } from './keep-api-user.ts';
import { mintCredentials, type RandomBelow } from './mint-credentials.ts';
import type { Operator } from './operator.ts';
import { type Tested, testApiUser } from './test-api-user.ts';
import { testReach } from './test-reach.ts';

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

export interface TestingWorld extends KeepingWorld {
  readonly connections: ConnectionStore;
  readonly apiUserVault: (connectionId: string, purpose: Purpose) => ApiUserVault;
  readonly openAccess: OpenAccess;
  /** Null where the connection has no Addigy key that works, or its organisation is not known. */
  readonly openReach: (connection: ConnectionRecord) => Promise<AddigyReach | null>;
  readonly token: () => string;
}

/**
 * *create* and *set*. Asked twice it gives the same pass, and so the same link: another one begins only where
 * there is none, where its link has expired, or where `renew` asks for it (a rotation, a lost link).
 */
export async function createApiUser(
  connection: ConnectionRecord,
  purpose: Purpose,
  renew: boolean,
  world: CreatingWorld,
  signal: AbortSignal,
): Promise<{ readonly record: ApiUserRecord; readonly apiCanCreate: boolean | null }> {
  const { id } = connection;
  const version = world.version();
  const handOffId = world.digest(await world.tokenOf(version, id, purpose));
  const now = world.now();
  const record = await changeApiUser(
    id,
    purpose,
    (stored) => {
      const known =
        stored === null || stored.state === 'offboarded' ? fresh(stored, id, purpose, now) : stored;
      if (!renew && !needsAttempt(known, now)) return stored;
      return beginAttempt(known, { version, handOffId }, now);
    },
    world,
  );
  if (record === null) throw new Error(`the API user ${purpose} of ${id} was not stored`);
  const { attempt } = record;
  if (!isUnderWay(attempt)) return { record, apiCanCreate: null };
  await ensureDraft(record, attempt, world);
  const isNew = attempt.version === version;
  const known = isNew ? await world.workingCredentials(id) : null;
  const { apiCanCreate } = await world.operator.set({ record, attempt, known }, signal);
  return { record, apiCanCreate };
}

function fresh(stored: ApiUserRecord | null, id: string, purpose: Purpose, now: number): ApiUserRecord {
  const record = newApiUser(id, purpose, now);
  // The next user has a name of its own.
  return stored === null
    ? record
    : { ...record, revision: stored.revision, generation: stored.generation + 1 };
}

function needsAttempt({ attempt, trustedVersion }: ApiUserRecord, now: number): boolean {
  if (isUnderWay(attempt)) return isExpired(attempt, now);
  return trustedVersion === null;
}

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

/** *test* and, where nothing is denied, *finish*: of pending credentials of purpose `device-sync`, by version. */
export async function testAndFinish(
  connection: ConnectionRecord,
  submitted: { readonly version: string; readonly value: ApiUserCredentials },
  world: TestingWorld,
  signal: AbortSignal,
): Promise<Tested> {
  const { id, settings } = connection;
  const { connections, now } = world;
  const tested = await testApiUser(submitted.value, settings, null, world, signal);
  if (tested.kind === 'passed') {
    await world.apiUserVault(id, 'device-sync').promote(submitted.version);
    const zone = { ...tested.zone, foundAt: now() };
    await connections.trust(id, 'deviceSync', { version: submitted.version, zone }, now());
    await connections.permission(id, null);
  }
  // The page's links lead to the customer's own zone as soon as it is known.
  if (tested.kind === 'denied') await connections.learn(id, { zone: { ...tested.zone, foundAt: now() } });
  await changeApiUser(
    id,
    'device-sync',
    (record) =>
      afterTest(record ?? newApiUser(id, 'device-sync', now()), submitted.version, tested, settings, now()),
    world,
  );
  return tested;
}

/** Null where the record does not change: what is under way is about other credentials, or nothing is. */
function afterTest(
  record: ApiUserRecord,
  version: string,
  tested: Tested,
  settings: ConnectionSettings,
  now: number,
): ApiUserRecord | null {
  if (tested.kind === 'passed') {
    return trust(record, { version, report: tested.report, companies: null }, settings, now);
  }
  const { attempt } = record;
  if (!isUnderWay(attempt) || attempt.submittedVersion !== version) return null;
  if (tested.kind === 'denied') return refuse(record, { report: tested.report, detail: '' }, now);
  if (tested.kind === 'unavailable') return noteSilence(record, tested.detail, now);
  const { report, detail, locked } = tested;
  const isEarly = !locked && now < (attempt.firstRefusedAt ?? now) + newUserMs;
  return isEarly ? waitForUser(record, { report, detail }, now) : refuse(record, { report, detail }, now);
}

/** *test* and *finish* of a user of purpose `addigy`. A sentence where it could not be tested; '' otherwise. */
export async function checkAndFinish(
  connection: ConnectionRecord,
  version: string,
  world: TestingWorld,
  signal: AbortSignal,
): Promise<string> {
  const reach = await world.openReach(connection);
  if (reach === null) return noAddigyKey;
  const reached = await testReach(reach, world.now, signal);
  if (reached.kind === 'passed') await world.apiUserVault(connection.id, 'addigy').promote(version);
  await changeApiUser(
    connection.id,
    'addigy',
    (record) => {
      if (record === null || record.attempt?.submittedVersion !== version) return null;
      const now = world.now();
      if (reached.kind === 'unavailable') return noteSilence(record, reached.detail, now);
      if (reached.kind === 'denied') return refuse(record, { report: reached.report, detail: '' }, now);
      const { report, companies } = reached;
      return trust(record, { version, report, companies }, connection.settings, now);
    },
    world,
  );
  return reached.kind === 'unavailable' ? reached.detail : '';
}

export const noAddigyKey =
  'Addigy cannot be asked yet: this connection has no working Addigy API key. Store one (PUT addigy-key), then check again.';
