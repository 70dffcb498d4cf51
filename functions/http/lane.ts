import pLimit from 'p-limit';
import type { Timing } from './timing.ts';
import { type LaneLimit, NoAnswerError } from './transport.ts';

/** Requests that wait for each other. */
export interface Lane {
  /** Runs the task when there is room, no pause and a token; rejects with `stopped` when the signal fires before it begins. */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Nothing more starts in this lane for that long. */
  pause(ms: number): void;
}

export function createLane({ concurrency, perSecond, burst = 1 }: LaneLimit, timing: Timing): Lane {
  const limit = pLimit(concurrency);
  let pausedUntil = 0;
  /** When the bucket of tokens is full again. */
  let fullAt = 0;

  async function turn(signal: AbortSignal): Promise<void> {
    if (perSecond !== undefined) {
      // Each takes a token, and one comes back at an even pace: no second sees more than its share and the burst.
      const apart = 1000 / perSecond;
      fullAt = Math.max(timing.elapsed(), fullAt) + apart;
      await wait(fullAt - burst * apart - timing.elapsed(), signal, timing);
    }
    while (timing.elapsed() < pausedUntil) await wait(pausedUntil - timing.elapsed(), signal, timing);
  }

  return {
    run: (task, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(stopped());
        const stop = () => reject(stopped());
        signal.addEventListener('abort', stop, { once: true });
        const begin = () => signal.removeEventListener('abort', stop);
        limit(async () => {
          if (signal.aborted) throw stopped();
          await turn(signal);
          if (signal.aborted) throw stopped();
          begin();
          return task();
        }).then(resolve, reject);
      }),
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, timing.elapsed() + ms);
    },
  };
}

export function stopped(): NoAnswerError {
  return new NoAnswerError('stopped', 'stopped before it was sent');
}

/** Rejects with `stopped` when the signal fires first. */
export async function wait(ms: number, signal: AbortSignal, timing: Timing): Promise<void> {
  if (ms <= 0) return;
  try {
    await timing.sleep(ms, signal);
  } catch {
    throw stopped();
  }
}
