/** lines → what the connection learns → record → event → [offboarded] → lease */
import type { LearntFromRun } from '#connections/connection-record';
import type { RunReport } from '#sync/report';
import { addLeg, goesOn } from './add-leg.ts';
import { finishOffboarding, leavesNothing } from './finish-offboarding.ts';
import type { LegEnd, LegWorld } from './leg-world.ts';
import { nextLegOf, queuedLeaseMs } from './request-run.ts';
import type { RunRecord } from './run-record.ts';
import type { Synced } from './sync-connection.ts';

/** The allowance is hourly and rolling: by then some of it is free again. */
const afterBudgetMs = 15 * 60_000;

/** Saves what a leg found and did, in an order in which a crash at any point loses nothing, and ends the run or passes it on. */
export async function endLeg(
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
  // Where this fails, the message comes again and finds the run ended.
  if (leavesNothing(after)) await finishOffboarding(after.connectionId, world);
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
    ...(report.reason === 'budget' ? { dueAt: now + afterBudgetMs } : {}),
    ...(status === 'succeeded' && run.purpose === 'sync' ? { lastSuccessAt: now } : {}),
    ...(status === 'queued' || status === 'running'
      ? {}
      : { lastRun: { runId: run.runId, status, reason: run.reason, planId: run.planId, finishedAt: now } }),
  };
}

/** The lease stays reserved for the run, and its next leg is asked for. */
export async function passOn(run: RunRecord, token: string, world: LegWorld): Promise<void> {
  await world.leases.requeue(run.connectionId, token, world.token(), world.now() + queuedLeaseMs);
  await world.bus.publish([{ type: 'Device Sync Requested', detail: nextLegOf(run) }]);
}

/** The run is over whether or not anyone hears of it. */
async function announceEnd(run: RunRecord, world: LegWorld): Promise<void> {
  const { connectionId, runId, correlationId, purpose, status, reason, counts, calls, planId } = run;
  try {
    await world.bus.publish([
      {
        type: 'Device Sync Finished',
        detail: {
          connectionId,
          runId,
          ...(correlationId === '' ? {} : { correlationId }),
          purpose,
          status,
          reason,
          counts,
          calls,
          planId,
        },
      },
    ]);
  } catch (error) {
    world.log.error('the end of a run could not be announced', { connectionId, runId, error });
  }
}
