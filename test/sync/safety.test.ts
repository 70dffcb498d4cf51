import { describe, expect, it } from 'vitest';
import type { Change, FieldDiff } from '#sync/change';
import { applySafety, companyNames, countOwned, limitFor, limitOf } from '#sync/safety';
import { aChange, aCreate, aLeaving, anAdoption, anItem, aRename } from './sample-changes.ts';

const diff = (more: Partial<FieldDiff>): FieldDiff => ({
  field: 'title',
  from: 'Old',
  to: 'New',
  volatile: false,
  ...more,
});
const steady = [diff({})];
const volatile = [diff({ volatile: true })];

describe('which limit a change counts towards', () => {
  const marks = (from: string) => [diff({ field: 'mark', from })];
  it.each<[what: string, change: Change, limit: string | null]>([
    ['a create', aCreate(1), null],
    ['a deactivation', aLeaving(1), 'deactivations'],
    ['an update', aRename(1, { diffs: steady }), 'updates'],
    ['an update of which a part is volatile', aRename(1, { diffs: [...volatile, ...steady] }), 'updates'],
    ['a refresh of volatile facts', aRename(1, { diffs: volatile }), null],
    ['a re-enrolment', aRename(1, { reason: 're-enrolled', diffs: marks('old') }), 'updates'],
    ['an adoption', anAdoption(1, { diffs: marks('') }), null],
    ['a merge', aRename(1, { reason: 'merged', diffs: steady }), null],
    ['the other half of a merge', aRename(1, { reason: 'left', diffs: marks('old') }), null],
    ['bringing back what is ours', aChange('reactivate', 1, {}, { diffs: steady }), 'updates'],
    ['bringing back what was another’s', aChange('reactivate', 1, {}, { diffs: marks('old') }), 'updates'],
    ['bringing back by adoption', aChange('reactivate', 1, {}, { diffs: [...steady, ...marks('')] }), null],
    [
      'bringing back with a field that was empty',
      aChange('reactivate', 1, {}, { diffs: [diff({ from: '' })] }),
      'updates',
    ],
  ])('%s', (_what, change, limit) => {
    expect(limitOf(change)).toBe(limit);
  });
});

describe('how many a limit allows', () => {
  it.each([
    [100, 30, 0, 30],
    [99, 30, 0, 29],
    [10, 30, 5, 5],
    [0, 100, 0, 0],
  ])('of %i owned, %i %% and at least %i: %i', (owned, percent, atLeast, most) => {
    expect(limitFor(owned, { percent, atLeast })).toBe(most);
  });
});

describe('a limit', () => {
  const owned = { all: new Map([[10, 4]]), active: new Map([[10, 2]]) };
  const name = (id: number) => `Acme (${id})`;
  const none = { percent: 0, atLeast: 0 };
  const all = { percent: 100, atLeast: 0 };

  it.each<[string, Change[], object, string[]]>([
    [
      'of updates in a company',
      [aRename(1, { diffs: steady }), aRename(2, { diffs: steady })],
      { updates: { percent: 25, atLeast: 1 }, deactivations: all },
      [
        '2 of the 4 items we own in Acme (10) would be updated; the limit is 1 (25 %, at least 1), so none of them is. Review the plan; if it is right, raise limits.updates and run again.',
      ],
    ],
    [
      'of deactivations, which counts what is active',
      [aLeaving(1)],
      { updates: all, deactivations: none },
      [
        '1 of the 2 active items we own in Acme (10) would be deactivated; the limit is 0 (0 %, at least 0), so none of them is. Review the plan; if it is right, raise limits.deactivations and run again.',
      ],
    ],
    [
      'of the whole connection',
      [aRename(1, { diffs: steady }), aRename(2, { companyId: 20, diffs: steady })],
      { updates: { percent: 0, atLeast: 1 }, deactivations: all },
      [
        '2 of the 4 items we own in the whole connection would be updated; the limit is 1 (0 %, at least 1), so none of them is. Review the plan; if it is right, raise limits.updates and run again.',
      ],
    ],
    [
      'that nothing exceeds',
      [aRename(1, { diffs: steady }), aLeaving(2)],
      { updates: all, deactivations: all },
      [],
    ],
  ])('%s', (_what, changes, limits, notes) => {
    const verdict = applySafety(changes, owned, limits as Parameters<typeof applySafety>[2], name);
    expect(verdict.notes).toEqual(notes);
    expect(verdict.held.map(({ reason, detail }) => [reason, detail])).toEqual(
      notes.flatMap((note) => changes.map(() => ['safety', note])),
    );
    expect(verdict.changes).toEqual(notes.length === 0 ? changes : []);
  });

  it('of a company holds that company’s alone, and leaves what counts towards none', () => {
    const here = aRename(1, { diffs: steady });
    const there = aRename(2, { companyId: 20, diffs: steady });
    const made = aCreate(3);
    const two = { all: new Map([[20, 1]]), active: new Map() };
    const verdict = applySafety([here, there, made], two, { updates: all, deactivations: none }, name);
    expect(verdict.changes).toEqual([there, made]);
    expect(verdict.held.map(({ itemId, companyId }) => [itemId, companyId])).toEqual([[1, 10]]);
  });
});

describe('what we own', () => {
  it('bears a mark in a company of this connection', () => {
    const owned = countOwned(
      [
        anItem(1),
        anItem(2, 'agent-2', { active: false }),
        anItem(3, '', {}),
        anItem(4, { kind: 'masked' }),
        anItem(5, 'agent-5', { companyId: 99 }),
        anItem(6, 'agent-6', { companyId: 20 }),
        anItem(7, 'agent-7', { companyId: 20, active: false }),
      ],
      new Set([10, 20]),
    );
    expect([...owned.all]).toEqual([
      [10, 2],
      [20, 2],
    ]);
    expect([...owned.active]).toEqual([
      [10, 1],
      [20, 1],
    ]);
  });

  it('stands in companies that are called by name and number', () => {
    const name = companyNames([{ id: 10, name: 'Acme', active: true }]);
    expect([name(10), name(11)]).toEqual(['Acme (10)', 'company 11']);
  });
});
