/** A leg of a connection's last run: from its credentials to a report. Addigy is asked for its policies alone, if it still tells. */
import type { ConnectionRecord, ConnectionZone } from '#connections/connection-record';
import { sentence } from '#sync/halt';
import { isPortError } from '#sync/ports';
import type { RunReason } from '#sync/report';
import type { RunWorld } from '#sync/run';
import { type KnownPolicies, runOffboarding } from '#sync/run-offboarding';
import type { SyncSettings } from '#sync/settings';
import { withoutZone, zoneOf } from './find-zone.ts';
import { apiUserAdvice, blockedAdvice, keyAdvice, legReports } from './leg-report.ts';
import type { RunRecord } from './run-record.ts';
import { PlanNotSavedError, type Synced, type SyncOrder, type SyncWorld } from './sync-connection.ts';

export async function offboardItems(
  connection: ConnectionRecord,
  { deactivationsPercent }: Pick<RunRecord, 'deactivationsPercent'>,
  { apply, planId, only }: Omit<SyncOrder, 'missing'>,
  world: Omit<SyncWorld, 'runSync'>,
  { progress, planned }: Pick<RunWorld, 'progress' | 'planned'>,
  signal: AbortSignal,
): Promise<Synced> {
  const { id, credentials, refusedVersions, settings } = connection;
  const { vendors, now, digest } = world;
  const reports = legReports(connection, world);
  const held = (reason: RunReason, detail: string): Synced => ({
    report: reports.without('held', reason, detail),
    zone: null,
    refused: null,
    userVersion: null,
  });
  const { deviceSync } = credentials;
  if (deviceSync !== 'trusted') return held('credentials-missing', apiUserAdvice(deviceSync));
  const user = await vendors.deviceSync(id);
  if (user === null) return held('credentials-missing', apiUserAdvice('missing'));
  if (user.version === refusedVersions.deviceSync)
    return held('credentials-refused', apiUserAdvice('refused'));

  const addigy = await policyReader(connection, world);
  const blockedUntil = connection.addigyBlockedUntil ?? 0;
  // A lock ends, and then the policies tell more: a refused key does not.
  if (addigy.asks && blockedUntil > now()) return held('addigy-blocked', blockedAdvice(blockedUntil));

  let zone: ConnectionZone;
  try {
    zone = await zoneOf(connection, user.value.username, world, signal);
  } catch (error) {
    const report = withoutZone(error, signal, reports, world.log);
    const refused = report.reason === 'credentials-refused' ? refusedUser(user.version) : null;
    return { report, zone: null, refused, userVersion: user.version };
  }
  const found = zone === connection.zone ? null : zone;
  try {
    const report = await runOffboarding(
      { connectionId: id, settings: withLimit(settings.sync, deactivationsPercent), apply, planId, only },
      {
        policies: addigy.policies,
        addigyCalls: addigy.calls,
        directory: vendors.directory(zone.url, user.value, !apply),
        ...{ now, digest, progress, planned },
      },
      signal,
    );
    const refused = report.reason === 'credentials-refused' ? refusedUser(user.version) : addigy.refused();
    return { report, zone: found, refused, userVersion: user.version };
  } catch (error) {
    if (error instanceof PlanNotSavedError) throw error;
    return { report: reports.defect(error), zone: found, refused: null, userVersion: null };
  }
}

const refusedUser = (version: string): Synced['refused'] => ({ credential: 'deviceSync', version });

/** The settings of a connection on its way out cannot be changed: the run brings its own limit. */
function withLimit(settings: SyncSettings, percent: number | null): SyncSettings {
  if (percent === null) return settings;
  const { limits } = settings;
  return { ...settings, limits: { ...limits, deactivations: { ...limits.deactivations, percent } } };
}

interface PolicyReader {
  /** Whether Addigy will be asked. */
  readonly asks: boolean;
  readonly policies: (signal: AbortSignal) => Promise<KnownPolicies>;
  readonly calls: () => number;
  /** The key, where Addigy refused it: not to be tried again. */
  readonly refused: () => Synced['refused'];
}

async function policyReader(
  connection: ConnectionRecord,
  { vendors }: Pick<SyncWorld, 'vendors'>,
): Promise<PolicyReader> {
  const unknown = (why: string): PolicyReader => ({
    asks: false,
    policies: async () => ({ policies: null, why }),
    calls: () => 0,
    refused: () => null,
  });
  const { credentials, refusedVersions, settings, lastSuccessAt } = connection;
  if (credentials.addigyKey !== 'trusted') return unknown(keyAdvice(credentials.addigyKey));
  const key = await vendors.addigyKey(connection.id);
  if (key === null) return unknown(keyAdvice('missing'));
  if (key.version === refusedVersions.addigyKey) return unknown(keyAdvice('refused'));
  const source = vendors.source(key.value.apiKey, settings.addigy.organizationId, lastSuccessAt !== null);
  let isRefused = false;
  return {
    asks: true,
    policies: async (signal) => {
      try {
        return { policies: await source.policies(signal) };
      } catch (error) {
        if (!isPortError(error) || error.failure !== 'unauthorised') throw error;
        isRefused = true;
        return { policies: null, why: `Addigy did not accept the API key: ${sentence(error.message)}` };
      }
    },
    calls: () => source.calls(),
    refused: () => (isRefused ? { credential: 'addigyKey', version: key.version } : null),
  };
}
