import { leavesNothing } from './finish-offboarding.ts';
import type { LeaseAnswer, LeaseRequest, LeaseStore, RunStore } from './ports.ts';
import { isFinal } from './run-record.ts';
import { takePlace } from './take-place.ts';

interface PlaceWorld {
  readonly leases: LeaseStore;
  readonly runs: RunStore;
}

/**
 * Takes the place for whoever asks from outside, and may have seen a run end: what an ended run still has to do, to tell
 * of its end and to give its lease back, is in no other's way. The end of an offboarding is.
 */
export async function reservePlace(
  connectionId: string,
  request: LeaseRequest,
  world: PlaceWorld,
): Promise<LeaseAnswer> {
  const answer = await takePlace(connectionId, request, world);
  if (answer.taken) return answer;
  const { runId } = answer.by;
  const run = await world.runs.get(connectionId, runId);
  const keepsNobodyOut = run !== null && isFinal(run.status) && !leavesNothing(run);
  return keepsNobodyOut ? world.leases.take(connectionId, { ...request, after: runId }) : answer;
}
