/** From a connection's credentials to a report: the part of a leg that speaks to the vendors. */
import type { AddigyKey, ApiUserCredentials } from '#onboarding/connection';
import type { ConnectionRecord, ConnectionZone, CredentialName } from '#onboarding/connection-record';
import { type DeviceSource, type ItemDirectory, isPortError } from '#sync/ports';
import type { RunOutcome, RunReason, RunReport } from '#sync/report';
import type { RunRequest, RunWorld } from '#sync/run';
import type { Log } from './ports.ts';
import { noCounts } from './run-record.ts';

/** Autotask's zones do move (Australia's did in March 2026): a zone is asked for again after a day. */
const zoneKeptMs = 24 * 3_600_000;

export interface Stored<Value> {
  readonly version: string;
  readonly value: Value;
}

export interface Vendors {
  /** Null where nothing is current. */
  deviceSync(connectionId: string): Promise<Stored<ApiUserCredentials> | null>;
  addigyKey(connectionId: string): Promise<Stored<AddigyKey> | null>;
  /** Never sends the secret. Rejects with a `PortError`. */
  zone(username: string, signal: AbortSignal): Promise<{ readonly name: string; readonly url: string }>;
  /** `workedBefore`: a run has succeeded before, so that the key had its permissions. */
  source(apiKey: string, organizationId: string | null, workedBefore: boolean): DeviceSource;
  directory(zoneUrl: string, credentials: ApiUserCredentials, readOnly: boolean): ItemDirectory;
}

export interface SyncWorld {
  readonly vendors: Vendors;
  readonly runSync: (request: RunRequest, world: RunWorld, signal: AbortSignal) => Promise<RunReport>;
  readonly now: () => number;
  readonly digest: (text: string) => string;
  readonly log: Log;
}

/** A store failed, not a vendor: nothing was written, and the leg may be tried again. */
export class PlanNotSavedError extends Error {
  override readonly name = 'PlanNotSavedError';
}

/** What to sync: the run's request without what the connection says itself. */
export type SyncOrder = Pick<RunRequest, 'apply' | 'planId' | 'only' | 'missing'>;

export interface Synced {
  readonly report: RunReport;
  /** Where it was found anew. */
  readonly zone: ConnectionZone | null;
  /** Credentials that a vendor refused: not to be tried again. */
  readonly refused: { readonly credential: CredentialName; readonly version: string } | null;
}

export async function syncConnection(
  connection: ConnectionRecord,
  order: SyncOrder,
  world: SyncWorld,
  { progress, planned }: Pick<RunWorld, 'progress' | 'planned'>,
  signal: AbortSignal,
): Promise<Synced> {
  const began = world.now();
  const without = (outcome: RunOutcome, reason: RunReason | null, detail: string): RunReport => ({
    ...noPlan,
    outcome,
    reason,
    detail,
    policy: connection.settings.sync.policy,
    ms: Math.max(0, world.now() - began),
  });
  const held = (reason: RunReason, detail: string): Synced => ({
    report: without('held', reason, detail),
    zone: null,
    refused: null,
  });

  const { deviceSync, addigyKey } = connection.credentials;
  if (deviceSync !== 'trusted') return held('credentials-missing', apiUserAdvice(deviceSync));
  if (addigyKey !== 'trusted') return held('credentials-missing', keyAdvice(addigyKey));
  const blockedUntil = connection.addigyBlockedUntil ?? 0;
  if (blockedUntil > began) {
    return held(
      'addigy-blocked',
      `Addigy has locked the key until ${new Date(blockedUntil).toISOString()}; nothing is asked of it before.`,
    );
  }
  const user = await world.vendors.deviceSync(connection.id);
  if (user === null) return held('credentials-missing', apiUserAdvice('missing'));
  const key = await world.vendors.addigyKey(connection.id);
  if (key === null) return held('credentials-missing', keyAdvice('missing'));

  // The state can lag behind the vault: what was current and refused may not be what was last proved.
  const { refusedVersions } = connection;
  if (user.version === refusedVersions.deviceSync) {
    return held('credentials-refused', apiUserAdvice('refused'));
  }
  if (key.version === refusedVersions.addigyKey) return held('addigy-unauthorised', keyAdvice('refused'));

  let zone: ConnectionZone;
  try {
    zone = await zoneOf(connection, user.value.username, world, signal);
  } catch (error) {
    const report = withoutZone(error, signal, without, world.log);
    return { report, zone: null, refused: refusedBy(report, user.version, key.version) };
  }
  const found = zone === connection.zone ? null : zone;
  const { settings } = connection;
  const mayWrite = order.apply && settings.sync.policy !== 'observe';
  const workedBefore = connection.lastSuccessAt !== null;
  try {
    const report = await world.runSync(
      { connectionId: connection.id, settings: settings.sync, ...order },
      {
        source: world.vendors.source(key.value.apiKey, settings.addigy.organizationId, workedBefore),
        directory: world.vendors.directory(zone.url, user.value, !mayWrite),
        now: world.now,
        digest: world.digest,
        progress,
        planned,
      },
      signal,
    );
    return { report, zone: found, refused: refusedBy(report, user.version, key.version) };
  } catch (error) {
    if (error instanceof PlanNotSavedError) throw error;
    // A vendor's failure is a report; what comes here is a defect of ours, and must not be tried for ever.
    world.log.error('a run ended by a defect', { connectionId: connection.id, error });
    const name = error instanceof Error ? error.name : 'error';
    const report = without('failed', null, `An unexpected ${name} stopped the run; the log has more.`);
    return { report, zone: found, refused: null };
  }
}

async function zoneOf(
  connection: ConnectionRecord,
  username: string,
  world: SyncWorld,
  signal: AbortSignal,
): Promise<ConnectionZone> {
  const known = connection.zone;
  if (known !== null && world.now() - known.foundAt < zoneKeptMs) return known;
  try {
    const found = await world.vendors.zone(username, signal);
    return { name: found.name, url: found.url, foundAt: world.now() };
  } catch (error) {
    // The zone that worked yesterday is better than no run at all.
    const mayStand = isPortError(error) && error.failure !== 'unauthorised' && !signal.aborted;
    if (known !== null && mayStand) return known;
    throw error;
  }
}

function withoutZone(
  error: unknown,
  signal: AbortSignal,
  without: (outcome: RunOutcome, reason: RunReason | null, detail: string) => RunReport,
  log: Log,
): RunReport {
  if (signal.aborted) return without('stopped', 'deadline', 'The deadline came before the run could begin.');
  if (!isPortError(error)) throw error;
  log.warn('the zone could not be discovered', { error });
  // Only of an unknown user: no secret is sent, so nothing else tells of the credentials.
  if (error.failure === 'unauthorised') {
    return without(
      'held',
      'credentials-refused',
      `Autotask knows no zone for this API user: ${error.message}`,
    );
  }
  const reason = error.failure === 'unreadable' ? 'unreadable' : 'unavailable';
  return without('failed', reason, `The zone could not be discovered: ${error.message}`);
}

function refusedBy(report: RunReport, user: string, key: string): Synced['refused'] {
  if (report.reason === 'credentials-refused') return { credential: 'deviceSync', version: user };
  if (report.reason === 'addigy-unauthorised') return { credential: 'addigyKey', version: key };
  return null;
}

const apiUserAdvice = (state: 'missing' | 'refused'): string =>
  state === 'missing'
    ? 'No API user is stored for device-sync: PUT it under api-users/device-sync.'
    : 'Autotask refused the API user, and it is not tried again: unlock or correct it, then PUT it again.';

const keyAdvice = (state: 'missing' | 'refused'): string =>
  state === 'missing'
    ? 'No Addigy key is stored: PUT it under addigy-key.'
    : 'Addigy refused the key, and it is not tried again: PUT a working one.';

const noPlan = {
  applied: false,
  planId: '',
  devices: 0,
  counts: noCounts,
  changes: [],
  held: [],
  notes: [],
  calls: { addigy: 0, autotask: 0 },
  missing: null,
  addigyBlockedUntil: null,
} satisfies Partial<RunReport>;
