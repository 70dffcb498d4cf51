/** A person or a pipeline asks for a run, now. */
import type { ConnectionRecord } from '#connections/connection-record';
import type { EventBus, LeaseRequest, LeaseStore, RunStore } from './ports.ts';
import { reservePlace } from './reserve-place.ts';
import { queuedRun, type RunRecord, requestedRunId } from './run-record.ts';
import type { SyncRequest } from './sync-request.ts';

/** How long a reservation waits for its message to be received; after that another run may take the place. */
export const queuedLeaseMs = 15 * 60_000;

export interface RunWish {
  readonly apply: boolean;
  /** The plan that was reviewed; null: whatever the plan will be. */
  readonly planId: string | null;
}

export type RunAnswer =
  | { readonly kind: 'queued'; readonly run: RunRecord }
  | { readonly kind: 'run-in-progress'; readonly runId: string }
  | { readonly kind: 'plan-changed'; readonly planId: string; readonly currentPlanId: string | null }
  | { readonly kind: 'policy-observes' }
  | { readonly kind: 'offboarding-in-progress' }
  | { readonly kind: 'credentials-missing'; readonly detail: string };

export interface RequestWorld {
  readonly runs: RunStore;
  readonly leases: LeaseStore;
  readonly bus: EventBus;
  readonly now: () => number;
  /** The lease's token. */
  readonly token: () => string;
  /** Six characters of `0-9a-z`. */
  readonly suffix: () => string;
  /** Of the request that is being answered; '' where there is none. */
  readonly correlationId: () => string;
}

/** Nothing is written unless the answer is `queued`. Rejects where the run could not be announced: then it is over. */
export async function requestRun(
  connection: ConnectionRecord,
  wish: RunWish,
  world: RequestWorld,
): Promise<RunAnswer> {
  const refusal = refusalOf(connection, wish);
  if (refusal !== null) return refusal;
  const now = world.now();
  const run = queuedRun(
    {
      runId: requestedRunId(connection, now, world.suffix()),
      connectionId: connection.id,
      trigger: 'request',
      correlationId: world.correlationId(),
      apply: wish.apply,
      reviewedPlanId: wish.planId,
      policy: connection.settings.sync.policy,
    },
    now,
  );
  return queueRun(run, world);
}

/** Reserves the connection's place for the run, and asks for its first leg. `reserved` is called as soon as the place is its own. */
export async function queueRun(
  run: RunRecord,
  world: RequestWorld,
  reserved: () => Promise<unknown> = async () => {},
): Promise<Extract<RunAnswer, { kind: 'queued' | 'run-in-progress' }>> {
  const { connectionId, runId, queuedAt } = run;
  const token = world.token();
  const wish: LeaseRequest = {
    ...{ runId, token, state: 'queued' },
    ...{ until: queuedAt + queuedLeaseMs, now: queuedAt },
  };
  const lease = await reservePlace(connectionId, wish, world);
  if (!lease.taken) return { kind: 'run-in-progress', runId: lease.by.runId };
  try {
    await reserved();
    await world.runs.create(run);
    await world.bus.publish([{ type: 'Device Sync Requested', detail: nextLegOf(run) }]);
  } catch (error) {
    await world.runs.abandon(connectionId, runId, 'The run could not be announced. Ask again.', queuedAt);
    await world.leases.release(connectionId, token);
    throw error;
  }
  return { kind: 'queued', run };
}

/** The message that asks for the leg after those that have ended. */
export const nextLegOf = (run: RunRecord): SyncRequest => ({
  connectionId: run.connectionId,
  runId: run.runId,
  trigger: run.trigger,
  ...(run.correlationId === '' ? {} : { correlationId: run.correlationId }),
  purpose: run.purpose,
  apply: run.apply,
  planId: run.reviewedPlanId,
  leg: run.legs + 1,
});

function refusalOf(connection: ConnectionRecord, wish: RunWish): RunAnswer | null {
  // Out of service, it has no credentials: that is said further down.
  if (connection.offboarding?.doneAt === null) return { kind: 'offboarding-in-progress' };
  if (wish.apply && connection.settings.sync.policy === 'observe') return { kind: 'policy-observes' };
  const { deviceSync, addigyKey } = connection.credentials;
  // With the native engine Addigy writes; a user of our own only reads back what came of it.
  if (deviceSync !== 'trusted' && connection.settings.engine === 'direct') {
    return { kind: 'credentials-missing', detail: `The API user for device-sync is ${deviceSync}.` };
  }
  if (addigyKey !== 'trusted') {
    return { kind: 'credentials-missing', detail: `The Addigy key is ${addigyKey}.` };
  }
  if (wish.planId !== null && wish.planId !== connection.lastPlanId) {
    return { kind: 'plan-changed', planId: wish.planId, currentPlanId: connection.lastPlanId };
  }
  return null;
}
