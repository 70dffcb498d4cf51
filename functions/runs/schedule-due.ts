/** One tick of the schedule: a run is asked for on behalf of every connection that is due. */
import type { ConnectionRecord, ConnectionStore } from '#onboarding/connection-record';
import { type BusEvent, type EventBus, type Log, PublishError } from './ports.ts';
import { scheduledRunId } from './run-record.ts';

/** As many as the bus takes in one call. */
const atOnce = 10;
const minute = 60_000;

export interface ScheduleWorld {
  readonly connections: ConnectionStore;
  readonly bus: EventBus;
  readonly digest: (text: string) => string;
  readonly log: Log;
}

/**
 * `scheduledAt` is the time of the tick, not the clock: a tick that is delivered twice asks for the
 * same runs. A connection is moved on only after its event was taken, so a failure here is made good
 * by the next tick; the rest are still served, and then it rejects.
 */
export async function scheduleDue(
  scheduledAt: number,
  world: ScheduleWorld,
  signal: AbortSignal,
): Promise<{ readonly requested: number }> {
  let requested = 0;
  const failures: unknown[] = [];
  for await (const page of world.connections.due(scheduledAt)) {
    for (let first = 0; first < page.length; first += atOnce) {
      if (signal.aborted) {
        world.log.warn('the deadline came before every due connection was served: the next tick serves them');
        return { requested };
      }
      const batch = page.slice(first, first + atOnce);
      const refused = await announce(batch, scheduledAt, world).catch((error: unknown) => {
        failures.push(error);
        return error instanceof PublishError ? error.failed : new Set(batch.keys());
      });
      const served = batch.filter((_, index) => !refused.has(index));
      await Promise.all(served.map((connection) => moveOn(connection, scheduledAt, world)));
      requested += served.length;
    }
  }
  if (failures.length > 0) throw failures[0];
  return { requested };
}

/** The indexes that were refused: none, as it rejects otherwise. */
async function announce(
  batch: readonly ConnectionRecord[],
  scheduledAt: number,
  world: ScheduleWorld,
): Promise<ReadonlySet<number>> {
  await world.bus.publish(
    batch.map(
      (connection): BusEvent => ({
        type: 'Device Sync Requested',
        detail: {
          connectionId: connection.id,
          runId: scheduledRunId(connection.id, scheduledAt, world.digest),
          trigger: 'schedule',
          purpose: 'sync',
          apply: connection.settings.sync.policy !== 'observe',
          planId: null,
          leg: 1,
        },
      }),
    ),
  );
  return new Set();
}

async function moveOn(
  connection: ConnectionRecord,
  scheduledAt: number,
  world: ScheduleWorld,
): Promise<void> {
  if (connection.dueAt === null) return;
  const next = scheduledAt + connection.settings.schedule.everyMinutes * minute;
  await world.connections.postpone(connection.id, connection.dueAt, next);
}
