import { readFileSync } from 'node:fs';

/**
 * How long the main threads of these processes, together, have been ready and waited for a processor, as Linux counts it; 0
 * elsewhere, and of a process that has ended. Milliseconds.
 */
export function processorWaitMs(...pids: readonly (number | undefined)[]): number {
  return pids.reduce<number>((sum, pid) => sum + waitOf(pid), 0);
}

/** `schedstat` has three numbers: nanoseconds on a processor, nanoseconds of waiting for one, and how often it had one. */
function waitOf(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}
