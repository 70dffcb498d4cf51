/** One delivery of the message that asks for a leg, with what becomes of a delivery that fails. */
import type { LegWorld } from './leg-world.ts';
import { RunIsGoingError, runLeg } from './run-leg.ts';
import { PlanNotSavedError } from './sync-connection.ts';
import type { SyncRequest } from './sync-request.ts';
import { takePlace } from './take-place.ts';

/** The message comes again when its visibility timeout is over, 16 minutes after it was received at most: its place is kept until then. */
const comesAgainMs = 17 * 60_000;

/**
 * Rejects where the message must come again. The run then says how often that was and why, and keeps the connection's
 * place, so that what was asked for is not overtaken; at the last receipt it is over, and says where its message is.
 */
export async function deliverLeg(
  request: SyncRequest,
  { isLast }: { readonly isLast: boolean },
  world: LegWorld,
  deadline: AbortSignal,
): Promise<void> {
  try {
    await runLeg(request, world, deadline);
  } catch (error) {
    await noteFailure(request, error, isLast, world).catch((second: unknown) => {
      // Most likely the same fault: the message comes again all the same.
      const { connectionId, runId } = request;
      world.log.warn('a failed delivery could not be noted in its run', {
        connectionId,
        runId,
        error: second,
      });
    });
    throw error;
  }
}

async function noteFailure(
  { connectionId, runId }: SyncRequest,
  error: unknown,
  isLast: boolean,
  world: LegWorld,
): Promise<void> {
  const now = world.now();
  const reason = reasonOf(error);
  await world.runs.noteRetry(connectionId, runId, { reason, at: now });
  // Whoever is going has the lease, and ends the run or loses its place.
  if (error instanceof RunIsGoingError) return;
  if (isLast) {
    const detail = `Every delivery of its message failed, the last with ${reason}; the message is a dead letter. What was written stays; the next run looks again.`;
    return world.runs.abandon(connectionId, runId, detail, now);
  }
  const wish = { runId, state: 'queued', token: world.token(), until: now + comesAgainMs, now } as const;
  const kept = await takePlace(connectionId, wish, world);
  if (!kept.taken)
    world.log.info('another run has taken the place of one that failed', { connectionId, runId });
}

/** Words of our own, or the name of what failed: the messages of strangers may quote what nobody should read. */
function reasonOf(error: unknown): string {
  if (error instanceof RunIsGoingError || error instanceof PlanNotSavedError) return error.message;
  return error instanceof Error ? error.name : 'an unknown error';
}
