/** What follows from an API user's record: its state, and when somebody must look at it again. */
import type { ApiUserRecord, ApiUserState, Attempt, AttemptStage } from './api-user.ts';
import type { OnboardingEvent } from './events.ts';

const minute = 60_000;

const hour = 60 * minute;

export const day = 24 * hour;

/** A new user can take about five minutes to work: a refused login is tried once more after this, and then believed. */
export const newUserMs = 5 * minute;

/** Every trusted user is validated daily; one that has lost a right hourly, so that a ticked box soon counts. */
export const validateEveryMs = day;

export const validateLostEveryMs = hour;

/** A test that never came back (its door died) is made again. */
export const testPatienceMs = 2 * minute;

/** The link no longer opens anything. */
export const isExpired = (attempt: Attempt, now: number): boolean => attempt.handOff.expiresAt <= now;

/** The pass is under way: somebody is waited for. */
export const isUnderWay = (attempt: Attempt | null): attempt is AttemptUnderWay =>
  attempt !== null && attempt.stage !== 'done';

type AttemptUnderWay = Attempt & { readonly stage: Exclude<AttemptStage, 'done'> };

/** When a refused login is tried again by itself; null where it is not. */
export const retryAtOf = (attempt: Attempt | null): number | null =>
  attempt?.stage === 'verifying' && attempt.firstRefusedAt !== null ? attempt.testAt : null;

/** State and due time follow from the rest. */
export function settle(
  record: ApiUserRecord,
  now: number,
  events: readonly OnboardingEvent[],
): ApiUserRecord {
  const next = { ...record, outbox: [...record.outbox, ...events], updatedAt: now };
  return { ...next, state: stateOf(next), dueAt: dueOf(next, now) };
}

function stateOf({ attempt, trustedVersion, lost, state }: ApiUserRecord): ApiUserState {
  if (isUnderWay(attempt)) return trustedVersion === null ? attempt.stage : 'rotating';
  if (trustedVersion === null) return state;
  return lost.length > 0 ? 'refused' : 'trusted';
}

function dueOf(record: ApiUserRecord, now: number): number | null {
  const { attempt, trustedVersion, validateAt, rotateAt, outbox } = record;
  const times: number[] = [];
  // Published right after it is saved; whoever dies between the two is followed by the next tick.
  if (outbox.length > 0) times.push(now + minute);
  if (attempt?.stage === 'verifying' && attempt.testAt !== null) times.push(attempt.testAt);
  if (validateAt !== null) times.push(validateAt);
  if (trustedVersion !== null) {
    // A rotation whose link ran out is asked for again.
    if (isUnderWay(attempt)) times.push(attempt.handOff.expiresAt);
    else if (rotateAt !== null) times.push(rotateAt);
  }
  return times.length === 0 ? null : Math.min(...times);
}
