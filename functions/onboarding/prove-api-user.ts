/** The verbs *test* and *finish*: pending credentials are proved and, where nothing is denied, made current. */

import type { ApiUserCredentials, ConnectionSettings, Purpose } from '#connections/connection';
import type { ConnectionRecord, ConnectionStore } from '#connections/connection-record';
import type { AddigyReach, OpenAccess } from '#permissions/access';
import { type Tested, testApiUser } from '#permissions/test-api-user';
import { testReach } from '#permissions/test-reach';
import type { ApiUserRecord, Attempt } from './api-user.ts';
import { noteCanary, noteSilence, refuse, trust, waitForUser } from './api-user-life.ts';
import { isUnderWay, newUserMs } from './api-user-state.ts';
import type { ApiUserVault } from './api-user-vault.ts';
import { changeApiUser, type KeepingWorld } from './keep-api-user.ts';
import { freshApiUser } from './new-api-user.ts';

export interface TestingWorld extends KeepingWorld {
  readonly connections: ConnectionStore;
  readonly apiUserVault: (connectionId: string, purpose: Purpose) => ApiUserVault;
  readonly openAccess: OpenAccess;
  /** Null where the connection has no Addigy key that works, or its organisation is not known. */
  readonly openReach: (connection: ConnectionRecord) => Promise<AddigyReach | null>;
  readonly token: () => string;
}

export interface Submitted {
  readonly version: string;
  readonly value: ApiUserCredentials;
}

/**
 * What this pass is to test: what is pending; or what is current, where whoever promoted it died before it was
 * written down.
 */
export async function submittedOf(attempt: Attempt, vault: ApiUserVault): Promise<Submitted | null> {
  const pending = await vault.pending();
  if (pending !== null) return pending.kind === 'submitted' ? pending : null;
  const current = await vault.current();
  return current !== null && current.version === attempt.submittedVersion ? current : null;
}

/** Of purpose `device-sync`. A test that fails touches nothing that is current. */
export async function testAndFinish(
  connection: ConnectionRecord,
  submitted: Submitted,
  world: TestingWorld,
  signal: AbortSignal,
): Promise<Tested> {
  const { id, settings } = connection;
  const { connections, now } = world;
  const { version } = submitted;
  const vault = world.apiUserVault(id, 'device-sync');
  const stored = await world.apiUsers.get(id, 'device-sync');
  const before = { report: null, canaryItemId: stored?.canaryItemId ?? null };
  const tested = await testApiUser(submitted.value, settings, before, world, signal);
  const today = await connections.get(id);
  if (today === null || today.offboarding !== null) {
    await vault.discard(version);
    return { kind: 'unavailable', detail: 'The connection has been offboarded meanwhile.' };
  }
  if (tested.kind === 'passed') {
    await vault.promote(version);
    const zone = { ...tested.zone, foundAt: now() };
    await connections.trust(id, 'deviceSync', { version, zone }, now());
    await connections.permission(id, null);
  }
  // The page leads to the customer's own zone as soon as it is known; where a user works, its zone stays.
  if (tested.kind === 'denied' && today.credentials.deviceSync !== 'trusted') {
    await connections.learn(id, { zone: { ...tested.zone, foundAt: now() } });
  }
  await changeApiUser(
    id,
    'device-sync',
    (known) => {
      const record =
        known === null || known.state === 'offboarded'
          ? freshApiUser(known, id, 'device-sync', now())
          : known;
      return afterTest(record, version, tested, settings, now());
    },
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
  const { attempt } = record;
  if (tested.kind === 'passed') {
    const proof = { version, report: tested.report, companies: null };
    return noteCanary(trust(record, proof, settings, now), tested.canaryItemId);
  }
  if (!isUnderWay(attempt) || attempt.submittedVersion !== version) return null;
  if (tested.kind === 'denied') {
    return noteCanary(refuse(record, { report: tested.report, detail: '' }, now), tested.canaryItemId);
  }
  if (tested.kind === 'unavailable') return noteSilence(record, tested.detail, now);
  const { report, detail, locked } = tested;
  const isEarly = !locked && now < (attempt.firstRefusedAt ?? now) + newUserMs;
  return isEarly ? waitForUser(record, { report, detail }, now) : refuse(record, { report, detail }, now);
}

/**
 * Of purpose `addigy`; '' or a sentence where it could not be tested. Where it replaces a user that Addigy may still
 * log in with, this proves only that Addigy reaches Autotask: that it does so with the new one shows when the old
 * one is out of use.
 */
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
      if (record.attempt.stage === 'done') return null;
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
