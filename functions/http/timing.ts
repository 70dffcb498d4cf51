/** How a transport waits. What is deployed waits on the system's timers; whoever turns a clock by hand gives another. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Timing {
  /** Milliseconds since some beginning. They never jump, as the wall clock can: only durations are measured with it. */
  readonly elapsed: () => number;
  /** Rejects when the signal fires first. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Does it after so long, unless the function that it gives is called before. */
  readonly after: (ms: number, task: () => void) => () => void;
}

export const systemTiming: Timing = {
  elapsed: () => performance.now(),
  sleep: (ms, signal) => sleep(Math.ceil(ms), undefined, { signal }),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};
