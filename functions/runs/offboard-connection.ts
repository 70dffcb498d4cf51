/**
 * The way out of service, one step a call: a wish means *look where it stands, and do what comes next*.
 *
 *   the connection is …                                     | what is done                        | the answer
 *   --------------------------------------------------------+-------------------------------------+----------------
 *   out of service                                          | nothing                             | offboarded
 *   in a run of another wish                                | nothing                             | run-in-progress
 *   in the very run that is wished for                      | nothing                             | offboarding
 *   one whose last run left nothing to do                   | finished                            | offboarded
 *   one that never ran; or items=keep                       | off the schedule, finished          | offboarded
 *   one that ran, and whose user cannot log in any more     | nothing                             | credentials-missing
 *   any other                                               | off the schedule, a run is asked for | offboarding
 *
 * A run that applies and leaves nothing finishes the offboarding itself, so that nothing waits for a further call.
 * The history stays, and what is in Autotask is never touched but by such a run.
 */
import type { ConnectionRecord } from '#connections/connection-record';
import { type UserToDeactivate, usersToDeactivate } from '#onboarding/end-api-user';
import { type FinishingWorld, finishOffboarding, leavesNothing } from './finish-offboarding.ts';
import { queueRun, type RequestWorld, type RunAnswer, type RunWish } from './request-run.ts';
import { reservePlace } from './reserve-place.ts';
import { oldestRunId, queuedRun, type RunRecord, requestedRunId } from './run-record.ts';

/** Finishing takes a few calls; one that died is made again after this. */
const finishingMs = 60_000;
/** Stands in the lease meanwhile. */
const finishing = 'offboarding';

export interface OffboardingWish extends RunWish {
  /** The limit on deactivations, in percent, in place of the settings'; null: theirs. */
  readonly limit: number | null;
  /** Leaves in Autotask whatever is there. */
  readonly keepItems: boolean;
}

export interface OffboardingWorld extends FinishingWorld, RequestWorld {}

export type OffboardingAnswer =
  | { readonly kind: 'unknown' }
  | Extract<RunAnswer, { kind: 'run-in-progress' }>
  /** It has written, and nobody can log in to see what. */
  | { readonly kind: 'credentials-missing' }
  | { readonly kind: 'offboarding'; readonly run: RunRecord }
  | { readonly kind: 'offboarded'; readonly deactivate: readonly UserToDeactivate[] };

export async function offboardConnection(
  connectionId: string,
  wish: OffboardingWish,
  world: OffboardingWorld,
): Promise<OffboardingAnswer> {
  const connection = await world.connections.get(connectionId);
  if (connection === null) return { kind: 'unknown' };
  const { offboarding } = connection;
  if (offboarding !== null && offboarding.doneAt !== null) {
    return { kind: 'offboarded', deactivate: usersToDeactivate(await world.apiUsers.list(connectionId)) };
  }
  const before = offboarding?.runId ?? null;
  const last = before === null ? null : await world.runs.get(connectionId, before);
  const isDone = last !== null && leavesNothing(last);
  const needsRun = !wish.keepItems && !isDone && (await hasRun(connection, world));
  if (!needsRun) return finish(connectionId, before, world);
  if (connection.credentials.deviceSync !== 'trusted') return { kind: 'credentials-missing' };
  return askForRun(connection, wish, world);
}

/** Without a run nothing was ever written. */
async function hasRun(connection: ConnectionRecord, world: OffboardingWorld): Promise<boolean> {
  if (connection.lastRun !== null) return true;
  // One that was killed has taught the connection nothing, and may have written.
  const page = { limit: 1, before: null, oldest: oldestRunId(connection) };
  return (await world.runs.list(connection.id, page)).runs.length > 0;
}

async function askForRun(
  connection: ConnectionRecord,
  wish: OffboardingWish,
  world: OffboardingWorld,
): Promise<OffboardingAnswer> {
  const { id, settings } = connection;
  const now = world.now();
  const run = queuedRun(
    {
      runId: requestedRunId(connection, now, world.suffix()),
      connectionId: id,
      trigger: 'request',
      correlationId: world.correlationId(),
      purpose: 'offboarding',
      apply: wish.apply,
      reviewedPlanId: wish.planId,
      deactivationsPercent: wish.limit,
      policy: settings.sync.policy,
    },
    now,
  );
  const answer = await queueRun(run, world, () => world.connections.beginOffboarding(id, run.runId, now));
  if (answer.kind === 'queued') return { kind: 'offboarding', run };
  const going = await world.runs.get(id, answer.runId);
  return going !== null && isSameWish(going, run) ? { kind: 'offboarding', run: going } : answer;
}

const isSameWish = (one: RunRecord, other: RunRecord): boolean =>
  one.purpose === other.purpose &&
  one.apply === other.apply &&
  one.reviewedPlanId === other.reviewedPlanId &&
  one.deactivationsPercent === other.deactivationsPercent;

async function finish(
  connectionId: string,
  runId: string | null,
  world: OffboardingWorld,
): Promise<OffboardingAnswer> {
  const now = world.now();
  const token = world.token();
  const wish = { runId: finishing, state: 'running', token, until: now + finishingMs, now } as const;
  const lease = await reservePlace(connectionId, wish, world);
  if (!lease.taken) return { kind: 'run-in-progress', runId: lease.by.runId };
  try {
    if (!(await world.connections.beginOffboarding(connectionId, runId, now))) return { kind: 'unknown' };
    return { kind: 'offboarded', deactivate: await finishOffboarding(connectionId, world) };
  } finally {
    await world.leases.release(connectionId, token);
  }
}
