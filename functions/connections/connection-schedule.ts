/** When a connection's schedule wants its next run, and when the lack of a success is worth an alarm. Epoch milliseconds. */

const minute = 60_000;
const hour = 60 * minute;

/**
 * The first moment after `now` in the connection's own phase of its interval. The phase is a hash of its id, so
 * connections that were declared in the same minute spread evenly over the interval; and what a service missed
 * while it was down is one run, not a burst of them.
 */
export function nextDue(
  connectionId: string,
  everyMinutes: number,
  now: number,
  digest: (text: string) => string,
): number {
  const interval = everyMinutes * minute;
  // 48 bits: exact in a number, and far finer than any interval.
  const phase = Number.parseInt(digest(JSON.stringify(['phase', connectionId])).slice(0, 12), 16) % interval;
  return now - modulo(now - phase, interval) + interval;
}

/** A connection is stale when its last success is longer ago than this: three of its intervals, and an hour for the queue. */
export const staleAfterMs = (everyMinutes: number): number => 3 * everyMinutes * minute + hour;

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
