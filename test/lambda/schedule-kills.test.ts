/** The door as it is deployed, killed with SIGKILL on its way: a small form of `npm run bench -- schedule`. */
import { expect, it } from 'vitest';
import { lanes } from '#connections/serve-in-tens';
import { runTick } from '../bench/schedule.ts';

it('a thousand connections are each asked for by one run, though the door is killed three times', async () => {
  const kills = 3;
  const ticked = await runTick(1_000, kills);
  expect(ticked).toMatchObject({ exactlyOnce: 1_000, movedOn: 1_000, stale: 10 });
  // Nobody was killed after everything was done: something was under way each time.
  expect(ticked.again).toBeGreaterThan(0);
  expect(ticked.again).toBeLessThanOrEqual(kills * lanes * 10);
  expect(ticked.putEvents).toBeLessThanOrEqual(100 + kills * (lanes + 1));
  expect(ticked.duePages).toBeLessThanOrEqual((kills + 1) * ticked.pagesOfAll);
}, 60_000);
