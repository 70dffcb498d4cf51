/** The place of a connection's one run, and those who held it and went silent. */
import type { LeaseAnswer, LeaseRequest, LeaseStore, RunStore } from './ports.ts';

/**
 * Takes the place where it is free, or where its lease has run out. Then its run is ended first: whoever dies in between
 * leaves that to the next, and no run stands as going for ever.
 */
export async function takePlace(
  connectionId: string,
  request: LeaseRequest,
  { leases, runs }: { readonly leases: LeaseStore; readonly runs: RunStore },
): Promise<LeaseAnswer> {
  const answer = await leases.take(connectionId, request);
  if (answer.taken || answer.by.until > request.now) return answer;
  const { runId } = answer.by;
  if (runId !== request.runId) await abandonSilent(runs, connectionId, runId, request.now);
  return leases.take(connectionId, { ...request, over: runId });
}

export async function abandonSilent(
  runs: RunStore,
  connectionId: string,
  runId: string,
  now: number,
): Promise<void> {
  await runs.abandon(
    connectionId,
    runId,
    'The run went silent and another took its place. What it had written stays; the next run looks again.',
    now,
  );
}
