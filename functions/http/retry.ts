/**
 * Whether and when a request is tried again: a pure decision.
 *
 * | outcome    | what happened                                    | idempotent | a write |
 * |------------|--------------------------------------------------|------------|---------|
 * | retry      | the vendor failed                                | again      | never   |
 * | pause      | refused before it was executed (429)             | again      | again   |
 * | unanswered | sent, and no answer came                         | again      | never   |
 * | unsent     | no connection was made, so nothing can have happened | again  | again   |
 * | final      | anything else                                    | never      | never   |
 */
export type Outcome = 'retry' | 'pause' | 'unanswered' | 'unsent' | 'final';

export interface RetryQuestion {
  readonly outcome: Outcome;
  readonly idempotent: boolean;
  /** Attempts made so far, this one included. */
  readonly attempts: number;
  readonly retries: number;
  /** What the vendor asked for; null where it did not ask. */
  readonly retryAfterMs: number | null;
  readonly random: () => number;
}

/** A longer Retry-After is not waited for: the answer goes back to the caller, who has a deadline. */
export const longestWaitMs = 60_000;
const firstBackoffMs = 500;
const longestBackoffMs = 20_000;

/** Milliseconds to wait before the next try; null where there is none. Retry-After is never shortened. */
export function waitBeforeRetry(question: RetryQuestion): number | null {
  if (!mayRepeat(question.outcome, question.idempotent)) return null;
  if (question.attempts > question.retries) return null;
  return pauseMs(question);
}

/** How long the vendor, or else the backoff, asks us to be quiet; null where that is longer than we wait. */
export function pauseMs({
  attempts,
  retryAfterMs,
  random,
}: Pick<RetryQuestion, 'attempts' | 'retryAfterMs' | 'random'>): number | null {
  if ((retryAfterMs ?? 0) > longestWaitMs) return null;
  const ceiling = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (attempts - 1));
  // Full jitter: callers that failed together do not come back together.
  return Math.max(retryAfterMs ?? 0, Math.floor(random() * ceiling));
}

function mayRepeat(outcome: Outcome, idempotent: boolean): boolean {
  if (outcome === 'pause' || outcome === 'unsent') return true;
  return idempotent && outcome !== 'final';
}

/** Retry-After in milliseconds: seconds, or an HTTP date (RFC 9110, 10.2.3); null where absent or malformed. */
export function readRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  const text = value.trim();
  if (/^\d+(?:\.\d+)?$/u.test(text)) return Math.ceil(Number(text) * 1000);
  const date = /^[a-z]{3}/iu.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
