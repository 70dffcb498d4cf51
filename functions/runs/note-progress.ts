import type { Log, RunStore } from './ports.ts';
import type { RunRecord } from './run-record.ts';

const everyMs = 1_000;

export interface Progress {
  note(done: number, total: number): void;
  /** Nothing is being written any more. */
  settled(): Promise<void>;
}

/** At most one write each second, and never two at once; a write that fails costs nothing but news. */
export function noteProgress(
  run: RunRecord,
  world: { readonly runs: RunStore; readonly now: () => number; readonly log: Log },
): Progress {
  const { connectionId, runId } = run;
  let last = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | null = null;
  return {
    note(done, total) {
      if (writing !== null || world.now() - last < everyMs) return;
      last = world.now();
      writing = world.runs
        .progress(connectionId, runId, { done, total })
        .catch((error: unknown) =>
          world.log.warn('progress could not be noted', { connectionId, runId, error }),
        )
        .finally(() => {
          writing = null;
        });
    },
    async settled() {
      await writing;
    },
  };
}
