import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between two looks. Milliseconds. */
const lookMs = 20;

/**
 * What nobody waits for lets those go first whom a caller waits for. In AWS each has processors of its own; here, where
 * callers ask for more than there is, runs that began beside them took a sixth of it.
 *
 * @param asked the doors that callers wait for
 * @param mostMs after which it goes on all the same
 */
export async function standAside(
  asked: Iterable<{ readonly waiting: number }>,
  mostMs = 1_000,
): Promise<void> {
  const until = performance.now() + mostMs;
  while (performance.now() < until && [...asked].some(({ waiting }) => waiting > 0)) await sleep(lookMs);
}
