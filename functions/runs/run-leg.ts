/**
 * One leg of a run, from its message to its end:
 *
 *   lease → record → sync (with a heartbeat) → lines → what the connection learns → record → event
 *
 * A leg may die anywhere and its message come again: what is written is written again the same, and a
 * leg whose record says that it has ended is not run a second time.
 */
import type { ConnectionRecord, ConnectionStore, LearntFromRun } from '#onboarding/connection-record';
import type { RunReport } from '#sync/report';
import { addLeg, goesOn } from './add-leg.ts';
import { holdLease } from './hold-lease.ts';
import { noteProgress } from './note-progress.ts';
import type { EventBus, LeaseStore, MissingStore, RunStore } from './ports.ts';
import { abandonSilent, queuedLeaseMs } from './request-run.ts';
import { isFinal, oldestRunId, queuedRun, type RunRecord } from './run-record.ts';
import { type Synced, type SyncWorld, syncConnection } from './sync-connection.ts';
import type { SyncRequest } from './sync-request.ts';

/** The allowance is hourly and rolling: by then some of it is free again. */
const afterBudgetMs = 15 * 60_000;

export interface LegWorld extends SyncWorld {
  readonly connections: ConnectionStore;
  readonly runs: RunStore;
  readonly leases: LeaseStore;
  readonly missing: MissingStore;
  readonly bus: EventBus;
  readonly leaseMs: number;
  readonly token: () => string;
  readonly every: (ms: number, task: () => void) => () => void;
  readonly measure: (run: RunRecord, leg: RunReport) => void;
}

/** Another delivery of this run, or another run that was asked for, is going: the message must come again. */
export class RunIsGoingError extends Error {
  override readonly name = 'RunIsGoingError';
}

export type LegEnd = 'ended' | 'goes-on' | 'dropped';

export async function runLeg(request: SyncRequest, world: LegWorld, deadline: AbortSignal): Promise<LegEnd> {
  const { connectionId, runId, leg } = request;
  const ids = { connectionId, runId, leg };
  const connection = await world.connections.get(connectionId);
  if (connection === null || runId < oldestRunId(connection)) {
    world.log.info('dropped: the connection is gone', ids);
    return 'dropped';
  }
  const since = world.now();
  const token = world.token();
  const answer = await world.leases.take(connectionId, {
    runId,
    state: 'running',
    token,
    until: since + world.leaseMs,
    now: since,
  });
  if (!answer.taken) {
    if (request.trigger === 'schedule' && answer.by.runId !== runId) {
      world.log.info('dropped: another run of the connection is going', ids);
      return 'dropped';
    }
    throw new RunIsGoingError(`run ${answer.by.runId} of ${connectionId} is going`);
  }
  try {
    if (answer.displaced !== null) await abandonSilent(world.runs, connectionId, answer.displaced, since);
    const run = await openRun(request, connection, world);
    if (isFinal(run.status) || run.legs >= leg) {
      world.log.info('dropped: this leg has ended', ids);
      if (isFinal(run.status)) await world.leases.release(connectionId, token);
      else await passOn(run, token, world);
      return 'dropped';
    }
    const missing = await world.missing.load(connectionId);
    const lease = holdLease({ ...world, connectionId, token, since });
    let synced: Synced;
    let isOurs = false;
    try {
      synced = await sync(run, connection, missing, world, AbortSignal.any([deadline, lease.signal]));
    } finally {
      isOurs = await lease.stop();
    }
    if (!isOurs) {
      world.log.warn('the lease was lost: the run that took it looks again', ids);
      return 'dropped';
    }
    return await endLeg(run, synced, missing, token, world);
  } catch (error) {
    await world.leases.release(connectionId, token);
    throw error;
  }
}

async function openRun(
  request: SyncRequest,
  connection: ConnectionRecord,
  world: LegWorld,
): Promise<RunRecord> {
  const known = await world.runs.get(request.connectionId, request.runId);
  const run =
    known ??
    queuedRun(
      {
        runId: request.runId,
        connectionId: request.connectionId,
        trigger: request.trigger,
        apply: request.apply,
        reviewedPlanId: request.planId,
        policy: connection.settings.sync.policy,
      },
      world.now(),
    );
  if (isFinal(run.status) || run.legs >= request.leg) return run;
  const running: RunRecord = {
    ...run,
    status: 'running',
    startedAt: run.startedAt ?? world.now(),
    progress: null,
  };
  await world.runs.save(running);
  return running;
}

async function sync(
  run: RunRecord,
  connection: ConnectionRecord,
  missing: ReadonlyMap<number, number>,
  world: LegWorld,
  signal: AbortSignal,
): Promise<Synced> {
  // A reviewed plan is compared once; its later legs apply what is left of it, and nothing else.
  const isLater = run.linesLeg > 0;
  const only = isLater && run.reviewedPlanId !== null ? await pendingKeys(run, world.runs) : null;
  const progress = noteProgress(run, world);
  const synced = await syncConnection(
    connection,
    {
      apply: run.apply,
      planId: isLater ? null : run.reviewedPlanId,
      only,
      missing,
    },
    world,
    progress.note,
    signal,
  );
  await progress.settled();
  return synced;
}

async function pendingKeys(run: RunRecord, runs: RunStore): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (let from: { leg: number; part: number } | null = { leg: run.linesLeg, part: 0 }; from !== null; ) {
    const page = await runs.lines(run.connectionId, run.runId, run.linesLeg, from);
    for (const change of page.changes) if (change.state === 'pending') keys.add(change.key);
    from = page.next;
  }
  return keys;
}

async function endLeg(
  run: RunRecord,
  synced: Synced,
  missing: ReadonlyMap<number, number>,
  token: string,
  world: LegWorld,
): Promise<LegEnd> {
  const { report } = synced;
  const now = world.now();
  const after = addLeg(run, report, now);
  if (report.planId !== '') await world.runs.saveLines(run.connectionId, run.runId, after.legs, report);
  if (report.missing !== null && !isSame(missing, report.missing)) {
    await world.missing.save(run.connectionId, report.missing);
  }
  if (synced.refused !== null) {
    await world.connections.refuse(run.connectionId, synced.refused.credential, synced.refused.version);
  }
  await world.connections.learn(run.connectionId, learntFrom(after, synced, now));
  await world.runs.save(after);
  world.measure(after, report);
  const fields = { connectionId: run.connectionId, runId: run.runId, leg: after.legs, status: after.status };
  if (goesOn(run, report)) {
    world.log.info('the deadline came: the run goes on in a further leg', fields);
    await passOn(after, token, world);
    return 'goes-on';
  }
  world.log.info('the run has ended', { ...fields, reason: after.reason ?? '' });
  await announceEnd(after, world);
  await world.leases.release(run.connectionId, token);
  return 'ended';
}

function isSame(known: ReadonlyMap<number, number>, now: RunReport['missing'] & object): boolean {
  return known.size === now.length && now.every(([itemId, since]) => known.get(itemId) === since);
}

function learntFrom(run: RunRecord, synced: Synced, now: number): LearntFromRun {
  const { report, zone } = synced;
  const { status } = run;
  return {
    ...(zone === null ? {} : { zone }),
    ...(report.planId === '' ? {} : { lastPlanId: report.planId }),
    ...(report.addigyBlockedUntil === null ? {} : { addigyBlockedUntil: report.addigyBlockedUntil }),
    ...(report.reason === 'budget' ? { dueAt: now + afterBudgetMs } : {}),
    ...(status === 'succeeded' ? { lastSuccessAt: now } : {}),
    ...(status === 'queued' || status === 'running'
      ? {}
      : { lastRun: { runId: run.runId, status, reason: run.reason, planId: run.planId, finishedAt: now } }),
  };
}

/** The lease stays reserved for the run, and its next leg is asked for. */
async function passOn(run: RunRecord, token: string, world: LegWorld): Promise<void> {
  await world.leases.requeue(run.connectionId, token, world.token(), world.now() + queuedLeaseMs);
  await world.bus.publish([
    {
      type: 'Device Sync Requested',
      detail: {
        connectionId: run.connectionId,
        runId: run.runId,
        trigger: run.trigger,
        apply: run.apply,
        planId: run.reviewedPlanId,
        leg: run.legs + 1,
      },
    },
  ]);
}

/** The run is over whether or not anyone hears of it. */
async function announceEnd(run: RunRecord, world: LegWorld): Promise<void> {
  const { connectionId, runId, status, reason, counts, calls, planId } = run;
  try {
    await world.bus.publish([
      {
        type: 'Device Sync Finished',
        detail: { connectionId, runId, status, reason, counts, calls, planId },
      },
    ]);
  } catch (error) {
    world.log.error('the end of a run could not be announced', { connectionId, runId, error });
  }
}
