/** From a connection's credentials to a report: the part of a leg that speaks to the vendors. */

import type { AddigyKey, ApiUserCredentials } from '#connections/connection';
import type { ConnectionRecord, ConnectionZone, CredentialName } from '#connections/connection-record';
import type { ApiUserStore } from '#onboarding/api-user';
import type { NativeSync } from '#sync/native';
import type { DeviceSource, ItemDirectory } from '#sync/ports';
import type { RunReason, RunReport } from '#sync/report';
import type { RunRequest, RunWorld } from '#sync/run';
import type { runNativeSync } from '#sync/run-native';
import { withoutZone, zoneOf } from './find-zone.ts';
import { apiUserAdvice, blockedAdvice, keyAdvice, legReports } from './leg-report.ts';
import type { Log } from './ports.ts';

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
  /** Addigy's own sync, for the native engine. */
  native(apiKey: string, organizationId: string): NativeSync;
}

export interface SyncWorld {
  readonly vendors: Vendors;
  readonly runSync: (request: RunRequest, world: RunWorld, signal: AbortSignal) => Promise<RunReport>;
  readonly runNative: typeof runNativeSync;
  readonly apiUsers: ApiUserStore;
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
  /** Of the API user that logged in to Autotask; null where none did. */
  readonly userVersion: string | null;
}

export async function syncConnection(
  connection: ConnectionRecord,
  order: SyncOrder,
  world: SyncWorld,
  { progress, planned }: Pick<RunWorld, 'progress' | 'planned'>,
  signal: AbortSignal,
): Promise<Synced> {
  const began = world.now();
  const reports = legReports(connection, world);
  const held = (reason: RunReason, detail: string): Synced => ({
    report: reports.without('held', reason, detail),
    zone: null,
    refused: null,
    userVersion: null,
  });

  const { deviceSync, addigyKey } = connection.credentials;
  if (deviceSync !== 'trusted') return held('credentials-missing', apiUserAdvice(deviceSync));
  if (addigyKey !== 'trusted') return held('credentials-missing', keyAdvice(addigyKey));
  if (connection.permissionLost !== null) return held('permission-lost', connection.permissionLost);
  const blockedUntil = connection.addigyBlockedUntil ?? 0;
  if (blockedUntil > began) return held('addigy-blocked', blockedAdvice(blockedUntil));
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
    const report = withoutZone(error, signal, reports, world.log);
    const refused = refusedBy(report, user.version, key.version);
    return { report, zone: null, refused, userVersion: user.version };
  }
  const found = zone === connection.zone ? null : zone;
  const { settings } = connection;
  const mayWrite = order.apply && settings.sync.policy !== 'observe';
  const workedBefore = connection.lastSuccessAt !== null;
  const addigys = await world.apiUsers.get(connection.id, 'addigy');
  const addigyReaches = addigys?.state === 'trusted' && addigys.reachedAt !== null;
  try {
    const report = await world.runSync(
      {
        connectionId: connection.id,
        settings: settings.sync,
        unanswered: connection.unanswered,
        addigyReaches,
        ...order,
      },
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
    const refused = refusedBy(report, user.version, key.version);
    return { report, zone: found, refused, userVersion: user.version };
  } catch (error) {
    if (error instanceof PlanNotSavedError) throw error;
    return { report: reports.defect(error), zone: found, refused: null, userVersion: null };
  }
}

function refusedBy(report: RunReport, user: string, key: string): Synced['refused'] {
  if (report.reason === 'credentials-refused') return { credential: 'deviceSync', version: user };
  if (report.reason === 'addigy-unauthorised') return { credential: 'addigyKey', version: key };
  return null;
}
