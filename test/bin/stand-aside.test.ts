import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { standAside } from '../../bin/local/stand-aside.ts';

it.each([
  ['at once where nobody waits', 0, 1_000, 0, 15],
  ['when nobody waits any more', 100, 1_000, 85, 900],
  ['after its time, whoever waits', 5_000, 100, 85, 900],
])('what nobody waits for goes on %s', async (_, waitingMs, mostMs, least, most) => {
  const busy = { waiting: waitingMs === 0 ? 0 : 2 };
  const served = sleep(waitingMs, undefined, { ref: false }).then(() => {
    busy.waiting = 0;
  });
  const began = performance.now();
  await standAside([{ waiting: 0 }, busy], mostMs);
  const ms = performance.now() - began;
  expect(ms).toBeGreaterThanOrEqual(least);
  expect(ms).toBeLessThan(most);
  if (waitingMs < mostMs) await served;
});
