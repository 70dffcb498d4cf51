import { describe, expect, it } from 'vitest';
import { applyChanges, lanes } from '#sync/apply';
import { silencesInARow } from '#sync/apply-brakes';
import type { Change } from '#sync/change';
import type { ItemDirectory } from '#sync/ports';
import { apply, failing, range } from './apply-world.ts';
import { InMemoryItems, portError } from './in-memory-items.ts';
import { aCreate, aLeaving, anAdoption, anItem, aRename, markField, states } from './sample-changes.ts';

describe('what stops a run between changes', () => {
  const changes = range(40).map((n) => aCreate(n));

  it.each([
    { failure: 'unauthorised', outcome: 'held', reason: 'credentials-refused' },
    { failure: 'exhausted', outcome: 'stopped', reason: 'budget' },
    { failure: 'stopped', outcome: 'stopped', reason: 'deadline' },
    { failure: 'blocked', outcome: 'failed', reason: 'unavailable' },
  ] as const)('$failure: $outcome $reason, at once', async ({ failure, outcome, reason }) => {
    const { results, halt, directory } = await apply(changes, {
      fault: failing(failure, ({ call, nth }) => call === 'create' && nth >= 10),
    });
    expect(halt).toMatchObject({ outcome, reason });
    expect(directory.log.length).toBeLessThanOrEqual(10 + lanes);
    expect(results.filter(({ state }) => state === 'applied')).toHaveLength(10);
    expect(results.filter(({ state }) => state === 'pending')).toHaveLength(30);
  });

  it.each([
    { failure: 'unavailable', reason: 'unavailable' },
    { failure: 'unreadable', reason: 'unreadable' },
  ] as const)(`${silencesInARow} $failure in a row: failed`, async ({ failure, reason }) => {
    const { results, halt, directory } = await apply(
      range(20).map((n) => aRename(n)),
      {
        items: range(20).map((n) => anItem(n)),
        fault: failing(failure, ({ call }) => call === 'update' || call === 'item'),
      },
    );
    expect(halt).toMatchObject({ outcome: 'failed', reason });
    expect(results.every(({ state }) => state === 'pending')).toBe(true);
    expect(directory.log.filter((call) => call.startsWith('update')).length).toBeLessThan(
      silencesInARow + lanes,
    );
  });

  it('not two of them and then an answer, however often', async () => {
    const { results, halt } = await apply(changes, {
      fault: failing(
        'unavailable',
        ({ call, nth, when }) => call === 'create' && when === 'after' && nth % 3 !== 2,
      ),
    });
    expect(halt).toBeNull();
    expect(results.filter(({ state }) => state === 'pending').length).toBeGreaterThan(20);
  });

  it.each([
    { reason: new DOMException('too late', 'TimeoutError'), says: 'deadline' },
    { reason: Object.assign(new Error('gone'), { name: 'LeaseLostError' }), says: 'lease-lost' },
  ])('the signal: no further change starts, those under way end ($says)', async ({ reason, says }) => {
    const stop = new AbortController();
    const { results, halt, items, directory } = await apply(changes, {
      signal: stop.signal,
      fault: ({ call, nth, when }) => {
        if (call === 'create' && nth === 4 && when === 'after') stop.abort(reason);
      },
    });
    expect(halt).toMatchObject({ outcome: 'stopped', reason: says });
    const applied = results.filter(({ state }) => state === 'applied');
    expect(applied).toHaveLength(items.size);
    expect(items.size).toBeGreaterThanOrEqual(5);
    expect(directory.log.length).toBeLessThanOrEqual(5 + lanes);
    expect(results.filter(({ state }) => state === 'pending')).toHaveLength(changes.length - items.size);
  });

  /** A throttled vendor: each write waits for its turn, which comes when the test says. */
  async function throttled(sight: 'seen' | 'unproven', changes: readonly Change[], existing: number[]) {
    const stop = new AbortController();
    const items = new InMemoryItems({ items: existing.map((id) => anItem(id, '')) });
    const waited = (signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (signal.aborted) reject(portError('stopped', 'stopped before it was sent'));
        signal.addEventListener('abort', () => reject(portError('stopped', 'stopped before it was sent')));
        // Long after the signal: what still waits then is sent.
        setTimeout(resolve, 50);
        setTimeout(() => stop.abort(new DOMException('too late', 'TimeoutError')), 5);
      });
    const directory: ItemDirectory = Object.assign(Object.create(items) as InMemoryItems, {
      create: async (...args: Parameters<ItemDirectory['create']>) => {
        await waited(args[1]);
        return items.create(...args);
      },
      update: async (...args: Parameters<ItemDirectory['update']>) => {
        await waited(args[2]);
        return items.update(...args);
      },
    });
    const world = { directory, markField, sight, progress: () => {}, now: () => 0 };
    return { ...(await applyChanges(changes, world, stop.signal)), items };
  }

  it.each([
    { what: 'creates', sight: 'seen', changes: [aCreate(1), aCreate(2)] },
    { what: 'updates', sight: 'seen', changes: [aRename(50), aLeaving(51)] },
    { what: 'the proof', sight: 'unproven', changes: [anAdoption(50), aCreate(1)] },
  ] as const)(
    'writes that wait for their turn when it fires are not sent, and pending: $what',
    async ({ sight, changes }) => {
      const { results, halt, items } = await throttled(sight, changes, [50, 51]);
      expect(items.writes).toEqual([]);
      expect(states(results)).toBe('pending pending');
      expect(halt).toMatchObject({ outcome: 'stopped', reason: 'deadline' });
      // Nothing was looked for: what was never sent is not lost.
      expect(items.calls()).toBe(0);
    },
  );

  it('nothing starts where it has fired before; and with nothing to do it does not matter', async () => {
    const { results, halt, directory } = await apply(changes, { signal: AbortSignal.abort() });
    expect([directory.log.length, halt?.reason, results[0]?.state]).toEqual([0, 'deadline', 'pending']);
    expect((await apply([], { signal: AbortSignal.abort() })).halt).toBeNull();
  });
});
