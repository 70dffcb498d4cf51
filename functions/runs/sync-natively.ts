/** A leg of a run whose writing is Addigy's own: from a connection's credentials to a report. */
import type { ConnectionRecord, ConnectionZone } from '#connections/connection-record';
import { type ItemDirectory, isPortError } from '#sync/ports';
import type { RunReason, RunReport } from '#sync/report';
import { zoneOf } from './find-zone.ts';
import { blockedAdvice, keyAdvice, legReports } from './leg-report.ts';
import type { Synced, SyncOrder, SyncWorld } from './sync-connection.ts';

/** What can be read back, and with whose zone. */
interface ReadBack {
  readonly directory: ItemDirectory | null;
  readonly zone: ConnectionZone | null;
  readonly version: string;
}

export async function syncNatively(
  connection: ConnectionRecord,
  { apply }: Pick<SyncOrder, 'apply'>,
  world: SyncWorld,
  signal: AbortSignal,
): Promise<Synced> {
  const { id, credentials, settings, refusedVersions, lastSuccessAt } = connection;
  const reports = legReports(connection, world);
  const held = (reason: RunReason, detail: string): Synced => ({
    report: reports.without('held', reason, detail),
    zone: null,
    refused: null,
    userVersion: null,
  });
  if (credentials.addigyKey !== 'trusted') {
    return held('credentials-missing', keyAdvice(credentials.addigyKey));
  }
  // Whoever set Addigy up without us has no such user, and is not held for it.
  const addigys = await world.apiUsers.get(id, 'addigy');
  if (addigys !== null && addigys.lost.length > 0) return held('permission-lost', unreached);
  const blockedUntil = connection.addigyBlockedUntil ?? 0;
  if (blockedUntil > world.now()) return held('addigy-blocked', blockedAdvice(blockedUntil));
  const key = await world.vendors.addigyKey(id);
  if (key === null) return held('credentials-missing', keyAdvice('missing'));
  if (key.version === refusedVersions.addigyKey) return held('addigy-unauthorised', keyAdvice('refused'));
  const organizationId = settings.addigy.organizationId ?? connection.organizationId;
  if (organizationId === null) return held('credentials-missing', noOrganization);

  const { apiKey } = key.value;
  const readBack = await openReadBack(connection, world, signal);
  try {
    const report = await world.runNative(
      { connectionId: id, settings: settings.sync, apply },
      {
        source: world.vendors.source(apiKey, settings.addigy.organizationId, lastSuccessAt !== null),
        native: world.vendors.native(apiKey, organizationId),
        directory: readBack.directory,
        now: world.now,
        digest: world.digest,
      },
      signal,
    );
    const zone = readBack.zone === connection.zone ? null : readBack.zone;
    const refused = refusedBy(report, readBack.version, key.version);
    return { report, zone, refused, userVersion: readBack.version || null };
  } catch (error) {
    return { report: reports.defect(error), zone: null, refused: null, userVersion: null };
  }
}

/** Without an API user of our own, or where Autotask cannot be found, nothing is read back, and the run goes on. */
async function openReadBack(
  connection: ConnectionRecord,
  world: SyncWorld,
  signal: AbortSignal,
): Promise<ReadBack> {
  const nothing: ReadBack = { directory: null, zone: null, version: '' };
  if (connection.credentials.deviceSync !== 'trusted') return nothing;
  const user = await world.vendors.deviceSync(connection.id);
  if (user === null || user.version === connection.refusedVersions.deviceSync) return nothing;
  try {
    const zone = await zoneOf(connection, user.value.username, world, signal);
    const directory = world.vendors.directory(zone.url, user.value, true);
    return { directory, zone, version: user.version };
  } catch (error) {
    if (!isPortError(error)) throw error;
    world.log.warn('the zone could not be discovered', { connectionId: connection.id, error });
    return nothing;
  }
}

function refusedBy({ reason }: RunReport, user: string, key: string): Synced['refused'] {
  if (reason === 'credentials-refused' && user !== '') return { credential: 'deviceSync', version: user };
  if (reason === 'addigy-unauthorised') return { credential: 'addigyKey', version: key };
  return null;
}

const unreached =
  'Addigy no longer reaches Autotask with the user that was proved: see its report (GET api-users/addigy), mend it, then validate (POST api-users/addigy/validations).';
const noOrganization =
  'Addigy did not tell which organisation the key belongs to: name it in the settings (addigy.organizationId).';
