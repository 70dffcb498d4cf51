/**
 * One leg of a run, from its message to its end:
 *
 *   lease → record → sync (with a heartbeat) → what protects the vendors → lines → what the connection learns → record → event
 *
 * A leg may die anywhere and its message come again: what is written is written again the same, and a
 * leg whose record says that it has ended is not run a second time.
 */
import type { ConnectionRecord } from '#connections/connection-record';
import type { RunReport } from '#sync/report';
import { withPlan } from './add-leg.ts';
import { endLeg, passOn } from './end-leg.ts';
import { finishOffboarding, leavesNothing } from './finish-offboarding.ts';
import { holdLease } from './hold-lease.ts';
import type { LegEnd, LegWorld } from './leg-world.ts';
import { noteProgress } from './note-progress.ts';
import { offboardItems } from './offboard-items.ts';
import type { RunStore } from './ports.ts';
import { protectVendors } from './protect-vendors.ts';
import { isFinal, oldestRunId, queuedRun, type RunRecord } from './run-record.ts';
import { PlanNotSavedError, type Synced, syncConnection } from './sync-connection.ts';
import { syncNatively } from './sync-natively.ts';
import type { SyncRequest } from './sync-request.ts';
import { abandonSilent, takePlace } from './take-place.ts';
import { teachApiUser } from './teach-api-user.ts';
import { writeWhileHeld } from './write-while-held.ts';

/** Another delivery of this run, or another run that was asked for, is going: the message must come again. */
export class RunIsGoingError extends Error {
  override readonly name = 'RunIsGoingError';
}

export async function runLeg(request: SyncRequest, world: LegWorld, deadline: AbortSignal): Promise<LegEnd> {
  const { connectionId, runId, leg } = request;
  const ids = { connectionId, runId, leg };
  const connection = await world.connections.get(connectionId);
  if (connection === null || runId < oldestRunId(connection)) {
    world.log.info('dropped: the connection is gone', ids);
    return 'dropped';
  }
  if (!fits(request, connection)) {
    world.log.info('dropped: the connection is on its way out, or was', ids);
    await world.runs.abandon(connectionId, runId, leaving, world.now());
    return 'dropped';
  }
  const since = world.now();
  const token = world.token();
  const wish = { runId, state: 'running', token, until: since + world.leaseMs, now: since } as const;
  const answer = await takePlace(connectionId, wish, world);
  if (!answer.taken) {
    if (request.trigger === 'schedule' && answer.by.runId !== runId) {
      world.log.info('dropped: another run of the connection is going', ids);
      // Begun before, it would stand as going for ever where whoever took its place died before ending it.
      await abandonSilent(world.runs, connectionId, runId, since);
      return 'dropped';
    }
    throw new RunIsGoingError(`run ${answer.by.runId} of ${connectionId} is going`);
  }
  try {
    const run = await openRun(request, connection, world);
    if (isFinal(run.status) || run.legs >= leg) {
      world.log.info('dropped: this leg has ended', ids);
      if (!isFinal(run.status)) await passOn(run, token, world);
      else {
        // Whoever ended it may have died before this.
        if (leavesNothing(run)) await finishOffboarding(connectionId, world);
        await world.leases.release(connectionId, token);
      }
      return 'dropped';
    }
    const missing = await world.missing.load(connectionId);
    const lease = holdLease({ ...world, connectionId, token, since });
    let synced: Synced;
    let isOurs = false;
    try {
      const held = { ...world, vendors: writeWhileHeld(world.vendors, lease) };
      synced = await sync(run, connection, missing, held, AbortSignal.any([deadline, lease.signal]));
      await protectVendors(connectionId, synced, world.connections);
      await teachApiUser(connectionId, synced, world);
    } finally {
      isOurs = await lease.stop();
    }
    if (!isOurs) {
      world.log.warn('the lease was lost: the run that took it looks again', ids);
      await giveUp(request, world);
      return 'dropped';
    }
    return await endLeg(run, synced, missing, token, world);
  } catch (error) {
    await world.leases.release(connectionId, token);
    throw error;
  }
}

/**
 * Whoever took the place has ended this run already, unless it was not recorded by then. Where it is another delivery
 * of this run that has the place, the run goes on.
 */
async function giveUp({ connectionId, runId }: SyncRequest, world: LegWorld): Promise<void> {
  const now = world.now();
  const token = world.token();
  const place = await takePlace(connectionId, { runId, state: 'queued', token, until: now, now }, world);
  if (place.taken) await world.leases.release(connectionId, token);
  else if (place.by.runId === runId) return;
  await abandonSilent(world.runs, connectionId, runId, now);
}

/** A connection on its way out has no runs but those that see it out; one that is out has none. */
const fits = ({ purpose }: SyncRequest, { offboarding }: ConnectionRecord): boolean =>
  purpose === 'offboarding' ? offboarding?.doneAt === null : offboarding === null;

const leaving = 'The connection is on its way out of service, so this run did not begin.';

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
        correlationId: request.correlationId ?? world.correlationId(),
        purpose: request.purpose,
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
  // A reviewed plan is compared once; whoever goes on with it applies what is left of it, and nothing else.
  const isLater = run.linesLeg > 0;
  const only = isLater && run.reviewedPlanId !== null ? await pendingKeys(run, world.runs) : null;
  const progress = noteProgress(run, world);
  // Saved before the first write: what is half applied has another plan id, and a leg that died goes on.
  const planned = async (report: RunReport): Promise<void> => {
    if (isLater || run.reviewedPlanId === null || signal.aborted) return;
    try {
      await world.runs.saveLines(run.connectionId, run.runId, 1, report);
      await world.runs.save(withPlan(run, report));
    } catch (error) {
      throw new PlanNotSavedError('the reviewed plan could not be saved: nothing was written', {
        cause: error,
      });
    }
  };
  const order = { apply: run.apply, planId: isLater ? null : run.reviewedPlanId, only };
  const told = { progress: progress.note, planned };
  const synced =
    run.purpose === 'offboarding'
      ? await offboardItems(connection, run, order, world, told, signal)
      : connection.settings.engine === 'native'
        ? await syncNatively(connection, order, world, signal)
        : await syncConnection(connection, { ...order, missing }, world, told, signal);
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
