import { describe, expect, it } from 'vitest';
import { policiesIn } from '#addigy/read-policies';

describe('policiesIn', () => {
  it.each([
    ['a number', 29_683_500, 29_683_500],
    ['a number as text', '29683500', 29_683_500],
    ['0', 0, null],
    ['null', null, null],
    ['absent', undefined, null],
    ['empty', '', null],
    ['negative', -1, null],
    ['a fraction', 1.5, null],
    ['words', 'none', null],
  ])('autotask_account_id: %s', (_, account, expected) => {
    const [one] = policiesIn([{ policyId: 'p', name: 'n', autotask_account_id: account }])!;
    expect(one!.policy.companyId).toBe(expected);
  });

  it.each([
    ['null', null, null],
    ['empty', '', null],
    ['absent', undefined, null],
    ['an id', 'q', 'q'],
  ])('parent: %s', (_, parent, expected) => {
    const [one] = policiesIn([{ policyId: 'p', name: 'n', parent, orgid: 'o' }])!;
    expect(one).toEqual({
      policy: { id: 'p', name: 'n', parentId: expected, companyId: null },
      organizationId: 'o',
    });
  });

  it('takes a bare list, a list in items, and null for nothing', () => {
    const raw = { policyId: 'p' };
    expect(policiesIn([raw])).toHaveLength(1);
    expect(policiesIn({ items: [raw] })).toHaveLength(1);
    expect(policiesIn({ items: null })).toEqual([]);
    expect(policiesIn(null)).toEqual([]);
  });

  it.each(['text', 7, {}, { items: 'text' }, [{ name: 'x' }], { items: [null] }])(
    'finds no policies in %j',
    (answer) => {
      expect(policiesIn(answer)).toBeUndefined();
    },
  );

  it('leaves out what has no id', () => {
    expect(policiesIn([{ name: 'x' }, null, { policyId: '' }, { policyId: 'p' }])).toHaveLength(1);
  });
});
