import { describe, expect, it } from 'vitest';
import { companyOf, indexPolicies, mappedCompanyIds } from '#sync/company';
import type { Policy } from '#sync/device';
import { syncSettingsSchema } from '#sync/settings';
import { device } from './sample-plan-input.ts';

const policy = (id: string, parentId: string | null, companyId: number | null = null): Policy => ({
  id,
  name: id,
  parentId,
  companyId,
});

const tree = [
  policy('root', null, 1),
  policy('child', 'root'),
  policy('grandchild', 'child'),
  policy('own', 'root', 2),
  policy('zero', 'root', 0),
  policy('orphan', 'not sent'),
  policy('orphan of a mapped', 'known to the settings'),
  policy('cycle a', 'cycle b'),
  policy('cycle b', 'cycle a'),
  policy('mapped cycle a', 'mapped cycle b', 7),
  policy('mapped cycle b', 'mapped cycle c'),
  policy('mapped cycle c', 'mapped cycle a'),
  policy('own parent', 'own parent'),
  policy('alone', null),
];

describe('companyOf', () => {
  it.each<[string, string | null, object, number | null]>([
    ['its own policy', 'root', {}, 1],
    ['the policy above', 'child', {}, 1],
    ['two above', 'grandchild', {}, 1],
    ['the nearest of several', 'own', {}, 2],
    ['0 means not linked: the policy above', 'zero', {}, 1],
    ['the settings win over Addigy', 'own', { companies: { own: 3 } }, 3],
    ['the settings win only on their policy', 'own', { companies: { root: 3 } }, 2],
    ['the settings are inherited', 'grandchild', { companies: { child: 3 } }, 3],
    ['the settings may say company 0', 'child', { companies: { child: 0 } }, 0],
    ['a parent that was not sent ends the walk', 'orphan', {}, null],
    ['unless the settings know it', 'orphan of a mapped', { companies: { 'known to the settings': 4 } }, 4],
    ['so does a policy that was not sent', 'not sent', {}, null],
    ['a cycle ends', 'cycle a', {}, null],
    ['a cycle with a company ends there', 'mapped cycle b', {}, 7],
    ['its own parent', 'own parent', {}, null],
    ['nothing', 'alone', {}, null],
    ['the default', 'alone', { defaultCompanyId: 9 }, 9],
    ['the default, without a policy', null, { defaultCompanyId: 9 }, 9],
    ['no default where there is a company', 'child', { defaultCompanyId: 9 }, 1],
    ['no default for a policy that was not sent', 'not sent', { defaultCompanyId: 9 }, null],
    [
      'what the settings say of a policy that was not sent',
      'not sent',
      { defaultCompanyId: 9, companies: { 'not sent': 4 } },
      4,
    ],
    ['the default, for a policy whose parent was not sent', 'orphan', { defaultCompanyId: 9 }, 9],
    ['the name of an object’s own property is no company', 'constructor', {}, null],
  ])('%s', (_, policyId, settings, companyId) => {
    for (const policies of [tree, tree.toReversed()]) {
      const index = indexPolicies(policies, syncSettingsSchema.parse(settings));
      expect(companyOf(device('a', { policyId }), index)).toBe(companyId);
    }
  });
});

it('a policy that Addigy could not tell leads nowhere, not to the default', () => {
  const index = indexPolicies(tree, syncSettingsSchema.parse({ defaultCompanyId: 9 }));
  expect(companyOf(device('a', { policyId: null, policyUnknown: true }), index)).toBeNull();
});

describe('mappedCompanyIds', () => {
  it.each<[string, readonly Policy[], object, number[]]>([
    ['none', [], {}, []],
    ['sorted, once each', tree, {}, [1, 2, 7]],
    ['with the default', tree, { defaultCompanyId: 0 }, [0, 1, 2, 7]],
    ['of the settings, not what they replace', tree, { companies: { own: 30 } }, [1, 7, 30]],
    ['of the settings, for a policy that is not sent', [], { companies: { gone: 5 } }, [5]],
  ])('%s', (_, policies, settings, ids) => {
    expect(mappedCompanyIds(policies, syncSettingsSchema.parse(settings))).toEqual(ids);
  });

  it('walks a deep tree', () => {
    const deep = Array.from({ length: 50_000 }, (_, at) => policy(`${at}`, at === 0 ? null : `${at - 1}`));
    const index = indexPolicies(deep, syncSettingsSchema.parse({ companies: { 0: 5 } }));
    expect(companyOf(device('a', { policyId: '49999' }), index)).toBe(5);
  });
});

describe('indexPolicies', () => {
  it('excludes a policy and all below it', () => {
    const { excluded } = indexPolicies(
      tree,
      syncSettingsSchema.parse({ exclude: { policies: ['child', 'cycle b'] } }),
    );
    expect([...excluded].sort()).toEqual(['child', 'cycle a', 'cycle b', 'grandchild']);
  });
});
