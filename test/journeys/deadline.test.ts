/** A run that takes longer than a Lambda may: it stops between changes, and goes on in further legs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { counted, type LocalWorld, largerWorld, startLocalWorld } from './local-world.ts';

let world: LocalWorld;
beforeAll(async () => {
  world = await startLocalWorld({ syncTimeoutSeconds: 6 });
});
afterAll(() => world?.close());

describe('a run longer than the deadline', () => {
  it('applies a reviewed plan over several legs, and nothing but that plan', async () => {
    const devices = 200;
    const journey = await world.connect({}, largerWorld(devices));
    const observed = await journey.ended(await journey.ask());
    // 200 creates of 100 ms on three lanes are 6.7 s: more than one leg of at most 6 s.
    world.autotask.setLatency(100);
    const going = await journey.ask({ apply: true, planId: observed.planId });
    const run = await journey.ended(going);
    world.autotask.setLatency(0);
    expect([run.status, run.planId, run.counts.create, run.counts.applied]).toEqual([
      'succeeded',
      observed.planId,
      devices,
      devices,
    ]);
    expect(run.legs).toBeGreaterThan(1);
    expect(run.changes).toHaveLength(devices);
    expect(run.changes.every((change) => change.state === 'applied')).toBe(true);
    expect(world.autotask.world.items()).toHaveLength(devices);
    expect(counted(await journey.sync())).toBe('+0 ~0 ^0 -0 x0');
    expect(world.host.deadLetters()).toEqual([]);
  }, 60_000);
});
