/** A run that was asked for, followed on stderr to its end, with all its lines. */
import type { RunAnswer, WholeRun } from '../api/answers.ts';
import { lasting } from '../terminal/ago.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { type Call, line } from './call.ts';
import type { Exit } from './exit.ts';
import { stopped } from './failure-of.ts';

export async function followRun(call: Call, id: string, runId: string): Promise<WholeRun> {
  const { api, screen, signal, stderr } = call;
  const began = call.now();
  const columns = stderr.columns ?? 80;
  try {
    const run = await api.settled(id, runId, {
      // On a terminal a person decides how long; elsewhere --timeout does.
      silenceMs: Infinity,
      watch: (seen) => screen.live.show(`  ${progressOf(seen, columns)}  ${lasting(call.now() - began)}`),
    });
    return { ...run, ...(await api.lines(id, runId)) };
  } catch (error) {
    if (!signal.aborted) throw error;
    throw stopped(
      signal,
      `Stopped waiting. The run goes on.`,
      [`Follow it: ${line('runs', id, runId, '--wait')}`],
      { connectionId: id, runId },
    );
  } finally {
    screen.live.clear();
  }
}

function progressOf({ status, progress, legs, counts }: RunAnswer, columns: number): string {
  const tried = counts.applied + counts.failed;
  if (status !== 'queued' && status !== 'running') return progressBar(tried, tried, columns);
  if (progress !== null) return progressBar(progress.done, progress.total, columns);
  if (status === 'queued') return legs === 0 ? 'queued' : `waits for its leg ${legs + 1}`;
  return 'reads both sides and plans';
}

/** Single changes that failed count as much as a run that was held. */
export const exitOfRun = ({ status, counts }: RunAnswer): Exit =>
  status === 'succeeded' && counts.failed === 0 ? 'done' : 'unsuccessful';
