/** One tick of the schedule: a run is asked for on behalf of every connection that is due. */
import type { ConnectionStore, DueConnection } from '#connections/connection-record';
import { nextDue } from '#connections/connection-schedule';
import { serveInTens } from '#connections/serve-in-tens';
import { type BusEvent, type EventBus, type Log, PublishError } from './ports.ts';
import { scheduledRunId } from './run-record.ts';

export interface ScheduleWorld {
  readonly connections: Pick<ConnectionStore, 'due' | 'postpone'>;
  readonly bus: EventBus;
  readonly digest: (text: string) => string;
  readonly log: Log;
}

/**
 * `scheduledAt` is the time of the tick, not the clock. A connection is moved on only after its event was taken, and
 * what is asked for follows from what was due alone: a tick that comes twice, is killed half-way, or goes on beside
 * the next one asks for the same runs again, and a run that has ended is not run a second time. So a failure here is
 * made good by the next tick; the rest are still served, and then it rejects.
 */
export async function scheduleDue(
  scheduledAt: number,
  world: ScheduleWorld,
  signal: AbortSignal,
): Promise<{ readonly requested: number }> {
  let requested = 0;
  const serve = async (some: readonly DueConnection[]): Promise<void> => {
    const refused = await announce(some, world);
    const served = some.filter((_, index) => !refused.failed.has(index));
    requested += served.length;
    const moved = await Promise.allSettled(
      served.map(({ id, everyMinutes, dueAt }) =>
        world.connections.postpone(id, dueAt, nextDue(id, everyMinutes, scheduledAt, world.digest)),
      ),
    );
    if (refused.failed.size > 0) throw refused.error;
    for (const one of moved) if (one.status === 'rejected') throw one.reason;
  };
  const { complete } = await serveInTens(world.connections.due(scheduledAt), serve, signal);
  if (!complete) {
    world.log.warn('the deadline came before every due connection was served: the next tick serves them');
  }
  return { requested };
}

interface Refused {
  /** Indexes of those whose event the bus did not take. */
  readonly failed: ReadonlySet<number>;
  readonly error: unknown;
}

async function announce(some: readonly DueConnection[], world: ScheduleWorld): Promise<Refused> {
  try {
    await world.bus.publish(some.map((connection) => requestOf(connection, world)));
    return { failed: new Set(), error: null };
  } catch (error) {
    return { failed: error instanceof PublishError ? error.failed : new Set(some.keys()), error };
  }
}

const requestOf = ({ id, dueAt, policy }: DueConnection, { digest }: ScheduleWorld): BusEvent => ({
  type: 'Device Sync Requested',
  detail: {
    connectionId: id,
    runId: scheduledRunId(id, dueAt, digest),
    trigger: 'schedule',
    purpose: 'sync',
    apply: policy !== 'observe',
    planId: null,
    leg: 1,
  },
});
