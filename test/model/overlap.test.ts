/** Two at once, in every order that fast-check can think of: it decides at each call to a port who goes on. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncRequest } from '#runs/sync-request';
import { devicesThere, InterleavedSystem, leaseMs } from './interleaved.ts';

const numRuns = 80;
const minute = 60_000;

const requestOf = (suffix: string): SyncRequest => ({
  connectionId: 'acme',
  runId: `20260115T120000000Z-${suffix}`,
  trigger: 'request',
  purpose: 'sync',
  apply: true,
  planId: null,
  leg: 1,
});

/** Each device has one item, which was made once. */
function expectNothingTwice(system: InterleavedSystem): void {
  const marks = [...system.items.items.values()].map(({ mark }) => mark.kind === 'agent' && mark.agentId);
  expect(new Set(marks).size).toBe(marks.length);
  expect(system.items.writes.filter(({ kind }) => kind === 'create')).toHaveLength(marks.length);
}

async function expectAllThere(system: InterleavedSystem, requests: readonly SyncRequest[]): Promise<void> {
  expectNothingTwice(system);
  expect(system.items.items.size).toBe(devicesThere);
  for (const request of requests) {
    expect(['succeeded', 'failed', undefined]).toContain(await system.statusOf(request));
  }
}

const inEveryOrder = (story: (scheduler: fc.Scheduler, system: InterleavedSystem) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const system = new InterleavedSystem(scheduler);
      await story(scheduler, system);
    }),
    { numRuns },
  );

describe('in every order', () => {
  it('two ticks over the same due connections ask for one run of each', async () => {
    await inEveryOrder(async (scheduler, system) => {
      const ids = ['acme', 'bakery', 'cooper'];
      await system.declare(...ids);
      await scheduler.waitFor(Promise.all([system.tick(system.now), system.tick(system.now + 5 * minute)]));
      const runs = new Set(system.requested.map(({ connectionId, runId }) => `${connectionId} ${runId}`));
      expect(runs.size).toBe(ids.length);
      expect(await system.isDue(system.now)).toBe(false);
    });
  });

  it('a message that is delivered to two workers is worked on once', async () => {
    await inEveryOrder(async (scheduler, system) => {
      await system.declare('acme');
      const request = requestOf('aaaaaa');
      const twice = [system.deliver(request), system.deliver(request)];
      const heard = await scheduler.waitFor(Promise.all(twice));
      expect(heard).toContain(true);
      await scheduler.waitFor(system.deliver(request));
      await expectAllThere(system, [request]);
      expect(await system.statusOf(request)).toBe('succeeded');
    });
  });

  it('two runs that were asked for at once come one after the other', async () => {
    await inEveryOrder(async (scheduler, system) => {
      await system.declare('acme');
      const requests = [requestOf('aaaaaa'), requestOf('bbbbbb')];
      await scheduler.waitFor(Promise.all(requests.map((request) => system.deliver(request))));
      expectNothingTwice(system);
      for (const request of requests) await scheduler.waitFor(system.deliver(request));
      await expectAllThere(system, requests);
    });
  });

  it.each(['the same message again', 'another run'])(
    'a holder whose lease runs out while it writes leaves the rest to %s',
    async (next) => {
      await inEveryOrder(async (scheduler, system) => {
        await system.declare('acme');
        const first = requestOf('aaaaaa');
        const second = next === 'another run' ? requestOf('bbbbbb') : first;
        const late = system.deliver(first);
        // Frozen at any point: its time is over before it has beaten, and it goes on as if nothing had been.
        const { task } = scheduler.scheduleSequence([
          {
            label: 'the lease runs out',
            builder: async () => {
              system.now += leaseMs + 1;
            },
          },
        ]);
        const taken = task.then(() => system.deliver(second));
        const beaten = taken.then(() => system.beat());
        await scheduler.waitFor(Promise.all([late, taken, beaten]));
        expectNothingTwice(system);
        await scheduler.waitFor(system.deliver(second));
        await scheduler.waitFor(system.deliver(requestOf('cccccc')));
        await expectAllThere(system, [first, second]);
      });
    },
  );
});
