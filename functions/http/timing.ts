/** How a transport waits. What is deployed waits on the system's timers; whoever turns a clock by hand gives another. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Timing {
  /** Milliseconds since some beginning. They never jump, as the wall clock can: only durations are measured with it. */
  readonly elapsed: () => number;
  /** Never for less. Rejects when the signal fires first. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Does it after so long, unless the function that it gives is called before. */
  readonly after: (ms: number, task: () => void) => () => void;
}

export const systemTiming: Timing = {
  elapsed: () => performance.now(),
  async sleep(ms, signal) {
    const until = performance.now() + ms;
    // Node counts from the beginning of the event loop's turn: a timer of it fires up to a millisecond early.
    // Stryker disable next-line EqualityOperator: a timer of nothing more makes it no shorter.
    for (let left = ms; left > 0; left = until - performance.now())
      await sleep(Math.ceil(left), undefined, { signal });
  },
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};
