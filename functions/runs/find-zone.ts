/** The Autotask host of a connection's database. */
import type { ConnectionRecord, ConnectionZone } from '#connections/connection-record';
import { isPortError } from '#sync/ports';
import type { RunReport } from '#sync/report';
import type { LegReports } from './leg-report.ts';
import type { Log } from './ports.ts';

/** Autotask's zones do move (Australia's did in March 2026): a zone is asked for again after a day. */
const zoneKeptMs = 24 * 3_600_000;

export interface ZoneWorld {
  readonly vendors: {
    zone(username: string, signal: AbortSignal): Promise<{ readonly name: string; readonly url: string }>;
  };
  readonly now: () => number;
}

export async function zoneOf(
  connection: ConnectionRecord,
  username: string,
  world: ZoneWorld,
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

/** Why a leg went no further than the zone. */
export function withoutZone(
  error: unknown,
  signal: AbortSignal,
  { without }: Pick<LegReports, 'without'>,
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
