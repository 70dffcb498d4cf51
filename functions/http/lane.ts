import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { type LaneLimit, NoAnswerError } from './transport.ts';

/** Requests that wait for each other. */
export interface Lane {
  /** Runs the task when there is room, no pause and a token; rejects with `stopped` when the signal fires before it begins. */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Nothing more starts in this lane for that long. */
  pause(ms: number): void;
}

export function createLane({ concurrency, perSecond }: LaneLimit): Lane {
  const limit = pLimit(concurrency);
  // performance.now() cannot jump, as the wall clock can: only durations are measured here.
  let pausedUntil = 0;
  let nextToken = 0;

  async function turn(signal: AbortSignal): Promise<void> {
    if (perSecond !== undefined) {
      // A bucket of one token: an even pace, so that no second sees more than its share.
      const at = Math.max(performance.now(), nextToken);
      nextToken = at + 1000 / perSecond;
      await wait(at - performance.now(), signal);
    }
    while (performance.now() < pausedUntil) await wait(pausedUntil - performance.now(), signal);
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
        })
          .then(resolve, reject)
          .finally(begin);
      }),
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, performance.now() + ms);
    },
  };
}

export function stopped(): NoAnswerError {
  return new NoAnswerError('stopped', 'stopped before it was sent');
}

/** Rejects with `stopped` when the signal fires first. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw stopped();
  if (ms <= 0) return;
  try {
    await sleep(Math.ceil(ms), undefined, { signal });
  } catch {
    throw stopped();
  }
}
