import { describe, expect, it } from 'vitest';
import { applyChanges, lanes } from '#sync/apply';
import { markRefusalsInARow, refusalsInARow } from '#sync/apply-brakes';
import type { Change } from '#sync/change';
import { apply, failing, instead, once, range } from './apply-world.ts';
import { faultyItems, type Moment } from './faulty-items.ts';
import { InMemoryItems, portError } from './in-memory-items.ts';
import { aCreate, aLeaving, anAdoption, anItem, aRename, markField, states } from './sample-changes.ts';

const creates = range(5).map((n) => aCreate(n));
const unseen = { kind: 'unseen' } as const;

/** What the API user sees once something has been written. */
async function applyUnproven(changes: readonly Change[], sees: 'all' | 'masked' | 'nothing') {
  const items = new InMemoryItems({ items: [anItem(50, ''), anItem(51, '')], sees: 'nothing' });
  items.afterWrite = () => {
    items.sees = sees;
  };
  const directory = faultyItems(items, () => {});
  const result = await applyChanges(
    changes,
    { directory, markField, sight: 'unproven', progress: () => {}, now: () => 0 },
    new AbortController().signal,
  );
  return { ...result, directory, items };
}

describe('where marks are not proven to be visible', () => {
  it('the first create goes alone and is read back, then the others go', async () => {
    const { results, halt, directory } = await applyUnproven(creates, 'all');
    expect(halt).toBeNull();
    expect(results.every(({ state }) => state === 'applied')).toBe(true);
    expect(directory.log.slice(0, 4)).toEqual(['create Mac 1', 'item 52', 'create Mac 2', 'create Mac 3']);
    expect(directory.log.filter((call) => call.startsWith('item'))).toHaveLength(1);
  });

  it('an adoption goes before any create, wherever the plan has it', async () => {
    const { directory, results } = await applyUnproven([...creates, anAdoption(50), anAdoption(51)], 'all');
    expect(directory.log.slice(0, 3)).toEqual(['update 50', 'item 50', 'create Mac 1']);
    expect(results).toHaveLength(7);
    expect(directory.log).toHaveLength(8);
  });

  it.each(['nothing', 'masked'] as const)(
    'a mark that shows %s afterwards holds everything else',
    async (sees) => {
      const { results, halt, items, directory } = await applyUnproven(creates, sees);
      expect(states(results)).toBe('failed held held held held');
      expect(results[0]).toMatchObject({
        itemId: 52,
        error: expect.stringContaining('could not be read back'),
      });
      expect(halt).toMatchObject({ outcome: 'held', reason: 'blind' });
      expect(halt?.detail).toContain('Edit Unprotected Data');
      expect(items.writes).toHaveLength(1);
      expect(directory.log).toEqual(['create Mac 1', 'item 52']);
    },
  );

  it.each([
    { words: `You may not edit ${markField.toLowerCase()}.` },
    { words: 'You do not have permission to edit user-defined fields' },
    { words: 'UDF is protected' },
    { words: 'UserDefinedFields cannot be updated' },
  ])('a refusal of the mark holds everything else: $words', async ({ words }) => {
    const { results, halt, directory } = await apply(creates, {
      sight: 'unproven',
      fault: failing('refused', instead('create'), words),
    });
    expect(states(results)).toBe('failed held held held held');
    expect(results[0]?.error).toBe(words);
    expect(halt).toMatchObject({ outcome: 'held', reason: 'blind', detail: expect.stringContaining(words) });
    expect(directory.log).toHaveLength(1);
  });

  it('a refusal of something else is that change alone: the next one proves', async () => {
    const { results, halt } = await apply(creates, {
      sight: 'unproven',
      fault: failing('refused', instead('create', 2), 'productID does not exist'),
    });
    expect(states(results)).toBe('failed failed applied applied applied');
    expect(halt).toBeNull();
  });

  it('nothing is left to prove it for where each of them was refused', async () => {
    const { results, halt } = await apply(creates.slice(0, 2), {
      sight: 'unproven',
      fault: failing('refused', instead('create', 2), 'productID does not exist'),
    });
    expect(states(results)).toBe('failed failed');
    expect(halt).toBeNull();
  });

  it(`${refusalsInARow} of them in the same words leave the rest of that company's creates alone`, async () => {
    const { results, halt, directory } = await apply(
      range(refusalsInARow + 2).map((n) => aCreate(n)),
      { sight: 'unproven', fault: failing('refused', ({ call }) => call === 'create', 'no product') },
    );
    expect(directory.log).toHaveLength(refusalsInARow);
    expect(results.slice(refusalsInARow)).toEqual(
      [1, 2].map(() => ({ state: 'pending', itemId: null, error: expect.stringContaining('no product') })),
    );
    expect(halt).toMatchObject({ outcome: 'failed', reason: 'refused' });
  });

  it('words about the mark that are no refusal are that change alone', async () => {
    const { results, halt } = await apply([anAdoption(50), aCreate(1)], {
      items: [anItem(50, '')],
      sight: 'unproven',
      fault: failing('lost', instead('update', 2), `no answer, writing ${markField}`),
    });
    expect(states(results)).toBe('failed applied');
    expect(halt).toBeNull();
  });

  it('what waits for another does not prove it', async () => {
    const { results, directory } = await apply([anAdoption(50, { after: 'create-1' }), aCreate(1)], {
      items: [anItem(50, '')],
      sight: 'unproven',
    });
    expect(states(results)).toBe('applied applied');
    expect(directory.log).toEqual(['create Mac 1', 'item 51', 'update 50']);
  });

  it('an item that is gone when its mark is to be read back proves nothing', async () => {
    const items = new InMemoryItems();
    items.afterWrite = ({ id }) => void items.items.delete(id);
    const { results, halt } = await applyChanges(
      creates,
      { directory: items, markField, sight: 'unproven', progress: () => {}, now: () => 0 },
      new AbortController().signal,
    );
    expect(states(results)).toBe('failed held held held held');
    expect(halt?.detail).toContain('The mark that was written to item 1 could not be read back.');
  });

  it('another user-defined field of the change may be the one that was refused', async () => {
    const first = aCreate(1);
    const both = { ...first, draft: { ...first.draft, udfs: { ...first.draft.udfs, Tag: 'x' } } };
    const { results } = await apply([both, aCreate(2)], {
      sight: 'unproven',
      fault: failing('refused', instead('create'), 'The user-defined field "Tag" is a list'),
    });
    expect(states(results)).toBe('failed applied');
  });

  it('changes that write no mark wait for the proof, and are held without one', async () => {
    const { results, halt, directory } = await apply([aRename(50), aCreate(1)], {
      items: [anItem(50, unseen)],
      sight: 'unproven',
      fault: failing('refused', instead('create'), 'no product'),
    });
    expect(states(results)).toBe('held failed');
    expect(halt).toMatchObject({ outcome: 'held', reason: 'blind' });
    expect(directory.log).toEqual(['create Mac 1']);
  });

  it('a lost create is looked for; found, it is the proof', async () => {
    const { results, directory } = await apply(creates.slice(0, 2), {
      sight: 'unproven',
      fault: failing('lost', once('create')),
    });
    expect(states(results)).toBe('applied applied');
    expect(directory.log).toEqual(['create Mac 1', 'find', 'item 1', 'create Mac 2']);
  });

  it('a lost create that did not take place is tried again after another has proven', async () => {
    const { results, directory } = await apply(creates.slice(0, 2), {
      sight: 'unproven',
      fault: failing('lost', instead('create')),
    });
    expect(states(results)).toBe('applied applied');
    expect(directory.log).toEqual(['create Mac 1', 'find', 'create Mac 2', 'item 1', 'find', 'create Mac 1']);
  });

  it('a lost create with no other to prove is tried again, and proves', async () => {
    const { results, directory } = await apply(creates.slice(0, 1), {
      sight: 'unproven',
      fault: failing('lost', instead('create')),
    });
    expect(states(results)).toBe('applied');
    expect(directory.log).toEqual(['create Mac 1', 'find', 'find', 'create Mac 1', 'item 1']);
  });

  it.each([
    { failure: 'unavailable', reason: 'unavailable', says: 'Autotask could not be reached' },
    { failure: 'unauthorised', reason: 'credentials-refused', says: 'Autotask did not accept' },
    { failure: 'stopped', reason: 'deadline', says: 'time was up' },
  ] as const)(
    'a proof that cannot be read ($failure) stops the run; what was written is applied',
    async (one) => {
      const { results, halt } = await apply(creates, {
        sight: 'unproven',
        fault: failing(one.failure, instead('item')),
      });
      expect(states(results)).toBe('applied pending pending pending pending');
      expect(halt?.reason).toBe(one.reason);
      expect(halt?.detail).toContain(one.says);
    },
  );

  it('the signal stops before the proof', async () => {
    const { directory, halt } = await apply(creates, { sight: 'unproven', signal: AbortSignal.abort() });
    expect([directory.log.length, halt?.reason]).toEqual([0, 'deadline']);
  });

  it('unauthorised at the first write is not tried again', async () => {
    const { results, halt, directory } = await apply(creates, {
      sight: 'unproven',
      fault: failing('unauthorised', ({ call }: Moment) => call === 'create'),
    });
    expect(directory.log).toHaveLength(1);
    expect(halt?.reason).toBe('credentials-refused');
    expect(results.every(({ state }) => state === 'pending')).toBe(true);
  });
});

describe('where marks were seen, and may not be edited', () => {
  const refusal = 'You do not have permission to edit user-defined fields';
  const changes = range(40).flatMap((n) => [aRename(n), aCreate(100 + n), anAdoption(50 + n)]);
  const items = range(90).map((n) => anItem(n, n > 50 ? '' : `agent-${n}`));
  const isMarked = ({ call, id, when }: Moment) =>
    when === 'before' && (call === 'create' || (call === 'update' && (id ?? 0) > 50));

  it.each([{ words: refusal }, { words: `You may not edit ${markField}, record [7].` }])(
    `${markRefusalsInARow} marks refused in a row hold the rest, other changes between them or not: $words`,
    async ({ words }) => {
      const { results, halt } = await apply(changes, { items, fault: failing('refused', isMarked, words) });
      const failed = results.filter(({ state }) => state === 'failed');
      expect(failed.length).toBeGreaterThanOrEqual(markRefusalsInARow);
      expect(failed.length).toBeLessThan(markRefusalsInARow + lanes);
      expect(halt).toMatchObject({ outcome: 'held', reason: 'blind' });
      expect(halt?.detail).toContain(words);
      expect(halt?.detail).toContain('Edit Unprotected Data');
      expect(results.filter(({ state }) => state === 'applied').length).toBeLessThan(2 * lanes);
      expect(results.at(-1)).toEqual({ state: 'held', itemId: null, error: '' });
    },
  );

  it('so does a mark that may not be cleared', async () => {
    const { halt } = await apply(
      range(20).map((n) => aLeaving(n)),
      {
        items,
        fault: failing('refused', ({ call }) => call === 'update', refusal),
      },
    );
    expect(halt?.reason).toBe('blind');
  });

  it('not where one of them is written now and then', async () => {
    const { results, halt } = await apply(
      range(30).map((n) => aCreate(n)),
      {
        fault: failing(
          'refused',
          ({ call, nth, when }) => call === 'create' && when === 'before' && nth % 2 === 0,
          refusal,
        ),
      },
    );
    expect(halt).toBeNull();
    expect(results.filter(({ state }) => state === 'applied')).toHaveLength(15);
  });

  it.each([
    {
      what: 'words of something else',
      fault: 'productID does not exist',
      of: range(15).map((n) => aCreate(n)),
    },
    { what: 'changes without a mark', fault: refusal, of: range(15).map((n) => aRename(n)) },
  ])('not for $what', async ({ fault, of }) => {
    const { results, halt } = await apply(of, {
      items,
      fault: failing('refused', ({ call, when }) => call !== 'item' && when === 'before', fault),
    });
    expect(halt).toBeNull();
    expect(results.every(({ state }) => state === 'failed')).toBe(true);
  });
});

it('writes nothing where marks are masked from the start', async () => {
  const { results, halt, directory } = await apply(creates, {
    sight: 'blind',
    fault: () => {
      throw portError('refused', 'no call is expected');
    },
  });
  expect(directory.log).toEqual([]);
  expect(halt?.reason).toBe('blind');
  expect(results.every(({ state }) => state === 'held')).toBe(true);
});
