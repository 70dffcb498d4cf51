import { describe, expect, it } from 'vitest';
import { lanes } from '#sync/apply';
import { apply, failing, instead, once, range } from './apply-world.ts';
import type { Moment } from './faulty-items.ts';
import { aChange, aCreate, aLeaving, anItem, aRename, states } from './sample-changes.ts';

describe('changes are applied', () => {
  it('each once, in order, with the ids of what was created, and progress after each', async () => {
    const items = [anItem(1), anItem(2, 'agent-2', { active: false }), anItem(3)];
    const {
      results,
      halt,
      items: now,
      progress,
      directory,
    } = await apply(
      [
        aCreate(7),
        aRename(1),
        aChange('reactivate', 2, { active: true, fields: { title: 'Back' } }),
        aChange('deactivate', 3, { active: false }),
      ],
      { items },
    );
    expect(halt).toBeNull();
    expect(states(results)).toBe('applied applied applied applied');
    expect(results.map(({ itemId }) => itemId)).toEqual([4, 1, 2, 3]);
    expect(progress).toEqual(['1/4', '2/4', '3/4', '4/4']);
    expect(now.get(4)).toMatchObject({ companyId: 10, mark: { kind: 'agent', agentId: 'agent-7' } });
    expect(now.get(1)?.fields.title).toBe('Renamed 1');
    expect(now.get(2)).toMatchObject({ active: true, fields: { title: 'Back' } });
    expect(now.get(3)).toMatchObject({ active: false, mark: { kind: 'agent' } });
    expect(directory.log.slice(0, 3)).toEqual(['create Mac 7', 'update 1', 'update 2']);
  });

  it('three at a time, and never more', async () => {
    const { directory, results } = await apply(range(30).map((n) => aCreate(n)));
    expect(directory.widest()).toBe(3);
    expect(results.every(({ state }) => state === 'applied')).toBe(true);
  });

  it('nothing, for no changes', async () => {
    const { directory, results, halt } = await apply([], { sight: 'unproven' });
    expect([results, halt, directory.log]).toEqual([[], null, []]);
  });

  it('a defect of ours is not swallowed, and what is under way is waited for', async () => {
    let over = 0;
    const fault = ({ call, nth, when }: Moment) => {
      if (call !== 'create') return;
      if (when === 'before' && nth === 0) throw new TypeError('a defect');
      if (when === 'after') over += 1;
    };
    await expect(
      apply(
        range(50).map((n) => aCreate(n)),
        { fault },
      ),
    ).rejects.toThrow('a defect');
    expect(over).toBeLessThanOrEqual(lanes);
    expect(over).toBeGreaterThan(0);
  });
});

describe('a change that waits for another', () => {
  const waits = aLeaving(1, { companyId: 5, after: 'create-7' });

  it('goes after it, wherever the plan has it', async () => {
    const { results, directory, items } = await apply([waits, aCreate(7)], { items: [anItem(1)] });
    expect(states(results)).toBe('applied applied');
    expect(directory.log).toEqual(['create Mac 7', 'update 1', 'item 1']);
    expect(items.get(1)).toMatchObject({ active: false, mark: { kind: 'empty' } });
  });

  it('goes after it, also where that one is long done when its own turn comes', async () => {
    const others = range(8, 20);
    const { results, directory } = await apply([aCreate(7), ...others.map((n) => aRename(n)), waits], {
      items: [anItem(1), ...others.map((n) => anItem(n))],
    });
    expect(results.every(({ state }) => state === 'applied')).toBe(true);
    expect(directory.log.slice(-2)).toEqual(['update 1', 'item 1']);
  });

  it('goes after it together with others', async () => {
    const changes = [
      waits,
      aLeaving(2, { after: 'create-7' }),
      aRename(3, { after: 'create-7' }),
      aCreate(7),
    ];
    const { results } = await apply(changes, { items: [anItem(1), anItem(2), anItem(3)] });
    expect(states(results)).toBe('applied applied applied applied');
  });

  it.each([
    {
      failure: 'refused',
      state: 'failed',
      says: 'Not tried: the create of Mac 7 has to come first, and it failed.',
    },
    {
      failure: 'unavailable',
      state: 'pending',
      says: 'Not tried: the create of Mac 7 has to come first, and is pending.',
    },
  ] as const)('is $state where that one was $failure', async ({ failure, state, says }) => {
    const { results, items, progress } = await apply([waits, aCreate(7), aRename(2)], {
      items: [anItem(1), anItem(2)],
      fault: failing(failure, instead('create')),
    });
    expect(states(results)).toBe(`${state} ${state} applied`);
    expect(results[0]?.error).toBe(says);
    expect(items.get(1)).toEqual(anItem(1));
    expect(progress.at(-1)).toBe('3/3');
  });

  it.each([
    { name: '', serial: 'S2', says: 'the update of S2 has' },
    { name: '', serial: '', says: 'the update of item 2 has' },
  ])('names that one by what it has: $says', async ({ says, ...named }) => {
    const { results } = await apply([aLeaving(1, { after: 'update-2' }), aRename(2, named)], {
      items: [anItem(1), anItem(2)],
      fault: failing('refused', instead('update')),
    });
    expect(results[0]?.error).toContain(says);
  });

  it('is failed where that one is not there', async () => {
    const { results, directory } = await apply([waits], { items: [anItem(1)] });
    expect(results[0]).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('not part of this run'),
    });
    expect(directory.log).toEqual([]);
  });

  it('goes after a create whose answer was lost and found', async () => {
    const { results } = await apply([waits, aCreate(7)], {
      items: [anItem(1)],
      fault: failing('lost', once('create')),
    });
    expect(states(results)).toBe('applied applied');
  });

  it('waits through a whole chain', async () => {
    const chain = [aRename(3, { after: 'update-2' }), aRename(2, { after: 'update-1' }), aRename(1)];
    const items = [anItem(1), anItem(2), anItem(3)];
    const { results, directory } = await apply(chain, { items });
    expect(states(results)).toBe('applied applied applied');
    expect(directory.log).toEqual(['update 1', 'update 2', 'update 3']);
  });
});
