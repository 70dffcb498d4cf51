import { describe, expect, it } from 'vitest';
import { applyChanges, lanes } from '#sync/apply';
import { lostInARow } from '#sync/apply-brakes';
import { apply, failing, instead, once, range } from './apply-world.ts';
import { faultyItems } from './faulty-items.ts';
import { InMemoryItems, portError } from './in-memory-items.ts';
import { aChange, aCreate, anItem, aRename, markField, states } from './sample-changes.ts';

describe('a create whose answer was lost', () => {
  it.each(['lost', 'unreadable'] as const)('(%s) is not repeated where it took place', async (failure) => {
    const { results, items, directory } = await apply([aCreate(1)], {
      fault: failing(failure, once('create')),
    });
    expect(results).toEqual([{ state: 'applied', itemId: 1, error: '' }]);
    expect(items.size).toBe(1);
    expect(directory.log).toEqual(['create Mac 1', 'find']);
  });

  it('is repeated once at the end where it did not, after one more look', async () => {
    const { results, items, directory } = await apply([aCreate(1), aCreate(2), aCreate(3), aCreate(4)], {
      fault: failing('lost', instead('create')),
    });
    expect(states(results)).toBe('applied applied applied applied');
    expect(items.size).toBe(4);
    expect(directory.log.slice(-2)).toEqual(['find', 'create Mac 1']);
    expect(directory.log.filter((call) => call === 'create Mac 1')).toHaveLength(2);
  });

  it('is looked for and not made again while Autotask can still be at it', async () => {
    const { results, halt, items, directory } = await apply([aCreate(1), aCreate(2)], {
      fault: failing('lost', instead('create')),
      passes: 1,
    });
    expect(states(results)).toBe('failed applied');
    expect(results[0]?.error).toContain('for 5 minutes');
    expect(halt).toBeNull();
    expect(items.size).toBe(1);
    expect(directory.log.filter((call) => call === 'create Mac 1')).toHaveLength(1);
    expect(directory.log.at(-1)).toBe('find');
  });

  it('is found by the look before the second try where the vendor was slow', async () => {
    const inMemory = new InMemoryItems();
    const directory = faultyItems(inMemory, ({ call, nth, when }) => {
      if (call === 'create' && when === 'before' && nth === 0) throw portError('lost', 'no answer');
      // It takes place between the first look and the second.
      if (call === 'create' && when === 'after' && nth === 1) {
        inMemory.items.set(90, anItem(90, 'agent-1', { fields: { ...anItem(90).fields, serial: 'C02A1' } }));
      }
    });
    const { results } = await applyChanges(
      [aCreate(1), aCreate(2)],
      { directory, markField, sight: 'seen', progress: () => {}, now: () => 0 },
      new AbortController().signal,
    );
    expect(results[0]).toEqual({ state: 'applied', itemId: 90, error: '' });
    expect(directory.log.filter((call) => call === 'create Mac 1')).toHaveLength(1);
  });

  it('twice, and nothing there: failed, with what was seen', async () => {
    const { results, halt, items, directory } = await apply([aCreate(1)], {
      fault: failing('lost', instead('create', 2)),
    });
    expect(results[0]?.state).toBe('failed');
    expect(results[0]?.error).toContain('it was lost');
    expect(halt).toBeNull();
    expect(items.size).toBe(0);
    expect(directory.log).toEqual(['create Mac 1', 'find', 'find', 'create Mac 1', 'find']);
  });

  it('the second time, but it took place then: applied', async () => {
    const { results, items } = await apply([aCreate(1)], {
      fault: failing(
        'lost',
        (moment) => instead('create')(moment) || (moment.call === 'create' && moment.when === 'after'),
      ),
    });
    expect(states(results)).toBe('applied');
    expect(items.size).toBe(1);
  });

  it.each([
    { mark: '', state: 'failed', creates: 1 },
    { mark: 'agent-of-another', state: 'failed', creates: 1 },
    { mark: 'agent-1', state: 'applied', creates: 1 },
  ])('meets an item with its serial marked $mark: $state', async ({ mark, state, creates }) => {
    const there = anItem(50, mark, { fields: { ...anItem(50).fields, serial: ' c02a1' } });
    const { results, directory } = await apply([aCreate(1)], {
      items: [there],
      fault: failing('lost', instead('create', 5)),
    });
    expect(states(results)).toBe(state);
    expect(results[0]?.itemId).toBe(state === 'applied' ? 50 : null);
    expect(directory.log.filter((call) => call.startsWith('create'))).toHaveLength(creates);
  });

  it('does not take an item of another company for its own', async () => {
    const { results, items } = await apply([aCreate(1)], {
      items: [anItem(50, 'agent-1', { companyId: 99 })],
      fault: failing('lost', instead('create')),
    });
    expect(results[0]).toEqual({ state: 'applied', itemId: 51, error: '' });
    expect(items.size).toBe(2);
  });

  it('is pending where looking fails too', async () => {
    const { results, halt } = await apply([aCreate(1), aCreate(2)], {
      fault: (moment) => {
        failing('lost', instead('create'))(moment);
        failing('unavailable', instead('find'))(moment);
      },
    });
    expect(states(results)).toBe('pending applied');
    expect(halt).toBeNull();
  });

  it(`${lostInARow} times in a row stops the run`, async () => {
    const { results, halt, directory } = await apply(
      range(100).map((n) => aCreate(n)),
      {
        fault: failing('lost', (moment) => moment.call === 'create' && moment.when === 'before'),
      },
    );
    expect(halt).toMatchObject({ outcome: 'failed', reason: 'unavailable' });
    expect(results.every(({ state }) => state === 'pending')).toBe(true);
    expect(directory.log.length).toBeLessThan(2 * (lostInARow + lanes));
    // The next run has to know of each that was sent.
    expect(results.filter(({ unansweredAt }) => unansweredAt !== undefined)).toHaveLength(
      directory.log.filter((call) => call.startsWith('create')).length,
    );
  });
});

describe('an update whose answer was lost', () => {
  it('is not repeated where the item is as it should be', async () => {
    const change = aChange('update', 1, {
      active: true,
      fields: { title: 'New', installed: '2024-01-31' },
      udfs: { [markField]: 'agent-1', OS: '14.5' },
    });
    const { results, directory } = await apply([change], {
      items: [anItem(1, '')],
      fault: failing('lost', once('update')),
    });
    expect(states(results)).toBe('applied');
    expect(directory.log).toEqual(['update 1', 'item 1']);
  });

  it.each([
    { patch: { fields: { title: 'New' } } },
    { patch: { active: false } },
    { patch: { udfs: { OS: '14.5' } } },
    { patch: { udfs: { [markField]: 'agent-9' } } },
  ])('is repeated at once where it is not: $patch', async ({ patch }) => {
    const { results, directory } = await apply([aChange('update', 1, patch)], {
      items: [anItem(1)],
      fault: failing('lost', instead('update')),
    });
    expect(states(results)).toBe('applied');
    expect(directory.log).toEqual(['update 1', 'item 1', 'update 1']);
  });

  it('twice: looked at again, then failed', async () => {
    const { results, directory } = await apply([aRename(1)], {
      items: [anItem(1)],
      fault: failing('lost', instead('update', 2)),
    });
    // Nothing of it is for the next run to remember: an update can be written again at any time.
    expect(results).toEqual([
      { state: 'failed', itemId: null, error: expect.stringContaining('it was lost') },
    ]);
    expect(directory.log).toEqual(['update 1', 'item 1', 'update 1', 'item 1']);
  });

  it('is failed where the item is not there', async () => {
    const { results } = await apply([aRename(1)], { fault: failing('lost', instead('update')) });
    expect(results[0]).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('Item 1 is not in Autotask'),
    });
  });

  it('is pending where looking fails', async () => {
    const { results } = await apply([aRename(1)], {
      items: [anItem(1)],
      fault: (moment) => {
        failing('lost', instead('update'))(moment);
        failing('unavailable', instead('item'))(moment);
      },
    });
    expect(states(results)).toBe('pending');
  });
});
