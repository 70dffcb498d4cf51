/** What is due on an API user: events that were not taken, a second login, a daily validation, a rotation. */

import type { Purpose } from '#connections/connection';
import type { ConnectionRecord } from '#connections/connection-record';
import type { AutotaskZone } from '#permissions/access';
import { deniedIn, type PermissionReport } from '#permissions/permission-report';
import { testApiUser } from '#permissions/test-api-user';
import { testReach } from '#permissions/test-reach';
import type { ApiUserRecord, Attempt } from './api-user.ts';
import { noteCanary, stopTesting } from './api-user-life.ts';
import { isExpired, isUnderWay } from './api-user-state.ts';
import { noteNoValidation, noteValidation } from './api-user-trusted.ts';
import { announceAll, changeApiUser } from './keep-api-user.ts';
import { submittedOf, type TestingWorld, testAndFinish } from './prove-api-user.ts';
import { type CreatingWorld, createApiUser } from './provision-api-user.ts';

/** What one validation of a trusted user came to. */
export interface Measured {
  readonly record: ApiUserRecord;
  /** Null where it could not be asked. */
  readonly report: PermissionReport | null;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Told of each validation of a trusted user. */
export interface Measure {
  readonly measure: (validation: Measured) => void;
}

export type LookingWorld = CreatingWorld & TestingWorld & Measure;

/** Does what is due by now, and nothing else: a message that comes twice finds nothing to do. */
export async function lookAgain(
  connectionId: string,
  purpose: Purpose,
  world: LookingWorld,
  signal: AbortSignal,
): Promise<void> {
  const stored = await world.apiUsers.get(connectionId, purpose);
  const connection = await world.connections.get(connectionId);
  if (stored === null || connection === null || stored.state === 'offboarded') return;
  const record = await announceAll(stored, world);
  const now = world.now();
  const { attempt } = record;
  if (attempt?.stage === 'verifying' && attempt.testAt !== null && attempt.testAt <= now) {
    await testOnce(connection, purpose, attempt, world, signal);
  }
  if (rotationIsDue(record, now)) {
    await createApiUser(connection, purpose, (one) => rotationIsDue(one, now), world, signal);
  }
  await validateIfDue(connection, purpose, world, signal);
}

async function testOnce(
  connection: ConnectionRecord,
  purpose: Purpose,
  attempt: Attempt,
  world: LookingWorld,
  signal: AbortSignal,
): Promise<void> {
  const { id } = connection;
  const submitted = isExpired(attempt, world.now())
    ? null
    : await submittedOf(attempt, world.apiUserVault(id, purpose));
  if (submitted !== null && purpose === 'device-sync') {
    await testAndFinish(connection, submitted, world, signal);
  } else {
    await changeApiUser(id, purpose, (record) => record && stopTesting(record, world.now()), world);
  }
}

/** A year has passed; or a rotation was asked for, and its link ran out. */
function rotationIsDue({ attempt, rotateAt, trustedVersion }: ApiUserRecord, now: number): boolean {
  if (trustedVersion === null) return false;
  return isUnderWay(attempt) ? isExpired(attempt, now) : rotateAt !== null && rotateAt <= now;
}

async function validateIfDue(
  connection: ConnectionRecord,
  purpose: Purpose,
  world: LookingWorld,
  signal: AbortSignal,
): Promise<void> {
  const record = await world.apiUsers.get(connection.id, purpose);
  const validateAt = record?.validateAt ?? null;
  if (validateAt === null || world.now() < validateAt) return;
  await validateApiUser(connection, purpose, world, signal);
}

export type Validated =
  | { readonly kind: 'validated'; readonly record: ApiUserRecord; readonly report: PermissionReport }
  /** Nothing is trusted, so there is nothing to validate. */
  | { readonly kind: 'not-trusted' }
  | { readonly kind: 'unavailable'; readonly detail: string };

/**
 * Validates the trusted user, on demand or because a day has passed. A right that was taken away is announced,
 * and holds the connection's syncs until it is back; a login that is refused counts as such a right.
 */
export async function validateApiUser(
  connection: ConnectionRecord,
  purpose: Purpose,
  world: TestingWorld & Measure,
  signal: AbortSignal,
): Promise<Validated> {
  const record = await world.apiUsers.get(connection.id, purpose);
  const current = await world.apiUserVault(connection.id, purpose).current();
  if (record === null || record.trustedVersion === null || current === null) return { kind: 'not-trusted' };
  const found = await examine(connection, record, current.value, world, signal);
  if ('detail' in found) {
    await changeApiUser(connection.id, purpose, (one) => one && noteNoValidation(one, world.now()), world);
    world.measure({ record, report: null, now: world.now() });
    return found;
  }
  const after = await changeApiUser(
    connection.id,
    purpose,
    // Others may have been proved meanwhile: what was found is not about them.
    (one) =>
      one?.trustedVersion === current.version
        ? noteCanary(noteValidation(one, found, world.now()), found.canaryItemId)
        : one,
    world,
  );
  if (after === null || after.trustedVersion !== current.version) return { kind: 'not-trusted' };
  world.measure({ record: after, report: found.report, now: world.now() });
  if (purpose === 'device-sync') {
    await world.connections.permission(
      connection.id,
      after.lost.length === 0 ? null : lostSentence(found.report),
    );
    await agree(connection, current.version, found, world);
  }
  return { kind: 'validated', record: after, report: found.report };
}

interface Examined {
  readonly report: PermissionReport;
  readonly sure: boolean;
  /** Null: the login was refused, or it is not ours to try. */
  readonly zone: AutotaskZone | null;
  readonly canaryItemId: number | null;
}

/** What a sync goes by: credentials that were refused are not tried, and those that work again are. */
async function agree(
  { id, credentials, refusedVersions }: ConnectionRecord,
  version: string,
  { zone }: Examined,
  { connections, now }: TestingWorld,
): Promise<void> {
  if (zone === null) await connections.refuse(id, 'deviceSync', version);
  else if (credentials.deviceSync !== 'trusted' || refusedVersions.deviceSync === version) {
    await connections.trust(id, 'deviceSync', { version, zone: { ...zone, foundAt: now() } }, now());
  }
}

async function examine(
  connection: ConnectionRecord,
  record: ApiUserRecord,
  credentials: Parameters<typeof testApiUser>[0],
  world: TestingWorld,
  signal: AbortSignal,
): Promise<Examined | { readonly kind: 'unavailable'; readonly detail: string }> {
  if (record.purpose === 'addigy') {
    const reach = await world.openReach(connection);
    if (reach === null) return { kind: 'unavailable', detail: 'There is no Addigy key that works.' };
    const reached = await testReach(reach, world.now, signal);
    if (reached.kind === 'unavailable') return reached;
    // Stryker disable next-line ConditionalExpression,StringLiteral: what has passed has lost nothing, be it sure or not
    const sure = reached.kind === 'passed' || reached.sure;
    return { report: reached.report, sure, zone: null, canaryItemId: null };
  }
  const tested = await testApiUser(credentials, connection.settings, record, world, signal);
  if (tested.kind === 'unavailable') return tested;
  return {
    report: tested.report,
    sure: true,
    ...(tested.kind === 'login-refused'
      ? { zone: null, canaryItemId: null }
      : { zone: tested.zone, canaryItemId: tested.canaryItemId }),
  };
}

export function lostSentence(report: PermissionReport): string {
  const titles = deniedIn(report).map((line) => line.title);
  return `The API user has lost what a sync needs: ${titles.join(', ')}. Give it back in Autotask, then validate (POST api-users/device-sync/validations); it is also looked for every hour.`;
}
