import { describe, expect, it } from 'vitest';
import { applyChanges } from '#sync/apply';
import type { ConfigurationItem } from '#sync/configuration-item';
import { type FaultyItems, faultyItems } from './faulty-items.ts';
import { InMemoryItems, portError } from './in-memory-items.ts';
import { aLeaving, anItem, markField, states } from './sample-changes.ts';

describe('a mark that is cleared', () => {
  /** Autotask's PATCH with null answers 200; how often what comes is not stored is the case. */
  function forgetful(kept: number): {
    directory: FaultyItems;
    items: InMemoryItems['items'];
    sent: unknown[];
  } {
    const sent: unknown[] = [];
    const inMemory = new InMemoryItems({ items: [anItem(1)] });
    inMemory.beforeWrite = (write) => {
      if (write.kind === 'update') sent.push(write.patch.udfs?.[markField]);
    };
    const directory = faultyItems(inMemory, ({ call, nth, when }) => {
      if (call !== 'update' || when !== 'after' || nth >= kept) return;
      const { mark, udfs } = anItem(1);
      inMemory.items.set(1, { ...(inMemory.items.get(1) as ConfigurationItem), mark, udfs });
    });
    return { directory, items: inMemory.items, sent };
  }

  it.each([
    { kept: 0, state: 'applied', log: ['update 1', 'item 1'] },
    { kept: 1, state: 'applied', log: ['update 1', 'item 1', 'update 1', 'item 1'] },
    { kept: 2, state: 'failed', log: ['update 1', 'item 1', 'update 1', 'item 1'] },
  ])(
    'is read back, and emptied where null was not stored: kept $kept times, $state',
    async ({ kept, state, log }) => {
      const { directory, items, sent } = forgetful(kept);
      const { results } = await applyChanges(
        [aLeaving(1)],
        { directory, markField, sight: 'seen', progress: () => {}, now: () => 0 },
        new AbortController().signal,
      );
      expect(states(results)).toBe(state);
      expect(directory.log).toEqual(log);
      expect(sent).toEqual(kept === 0 ? [null] : [null, '']);
      expect(items.get(1)?.active).toBe(false);
      expect(items.get(1)?.mark.kind).toBe(state === 'applied' ? 'empty' : 'agent');
      if (state === 'failed') expect(results[0]?.error).toContain(`kept "${markField}" on item 1`);
    },
  );

  it('counts as cleared where the item comes without any user-defined field', async () => {
    const inMemory = new InMemoryItems({ items: [anItem(1)] });
    inMemory.afterWrite = () => {
      inMemory.sees = 'nothing';
    };
    const { results } = await applyChanges(
      [aLeaving(1)],
      { directory: inMemory, markField, sight: 'seen', progress: () => {}, now: () => 0 },
      new AbortController().signal,
    );
    expect(states(results)).toBe('applied');
  });

  it.each([
    { failure: 'refused', state: 'failed' },
    { failure: 'unavailable', state: 'pending' },
    { failure: 'lost', state: 'failed' },
  ] as const)('whose emptying is $failure is $state', async ({ failure, state }) => {
    const inMemory = new InMemoryItems({ items: [anItem(1)] });
    const directory = faultyItems(inMemory, ({ call, nth, when }) => {
      if (call !== 'update') return;
      if (nth === 1 && when === 'before') throw portError(failure, 'it may not be empty');
      if (nth === 0 && when === 'after') inMemory.items.set(1, anItem(1, 'agent-1', { active: false }));
    });
    const { results } = await applyChanges(
      [aLeaving(1)],
      { directory, markField, sight: 'seen', progress: () => {}, now: () => 0 },
      new AbortController().signal,
    );
    expect(states(results)).toBe(state);
    expect(results[0]?.error).not.toBe('');
  });

  it('that is masked now is failed', async () => {
    const inMemory = new InMemoryItems({ items: [anItem(1)] });
    inMemory.afterWrite = () => {
      inMemory.sees = 'masked';
    };
    const { results } = await applyChanges(
      [aLeaving(1)],
      { directory: inMemory, markField, sight: 'seen', progress: () => {}, now: () => 0 },
      new AbortController().signal,
    );
    expect(results[0]).toMatchObject({ state: 'failed', error: expect.stringContaining('hidden') });
  });
});
