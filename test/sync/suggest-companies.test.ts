import { describe, expect, it } from 'vitest';
import type { Company } from '#sync/configuration-item';
import type { Policy } from '#sync/device';
import { syncSettingsSchema } from '#sync/settings';
import { suggestCompanies } from '#sync/suggest-companies';
import { device } from './sample-plan-input.ts';

const policy = (id: string, name = id, more: Partial<Policy> = {}): Policy => ({
  id,
  name,
  parentId: null,
  companyId: null,
  ...more,
});
const company = (id: number, name: string, active = true): Company => ({ id, name, active });
const settings = (more: object = {}) => syncSettingsSchema.parse(more);
const inPolicies = (...ids: Array<string | null>) =>
  ids.map((policyId, at) => device(`d${at}`, { policyId }));

/** The score of one policy's name for one company's; null where it is not suggested. */
function score(policyName: string, companyName: string): number | null {
  const { suggestions } = suggestCompanies(
    [policy('p', policyName)],
    [],
    [company(1, companyName)],
    settings(),
  );
  return suggestions[0]?.companies[0]?.score ?? null;
}

describe('the same name', () => {
  it.each([
    ['Acme', 'ACME'],
    ['Acme', 'Acme, Inc.'],
    ['Acme L.L.C.', 'Acme'],
    ['The Acme Company', 'Acme Corp'],
    ['Müller GmbH & Co. KG', 'Muller'],
    ['Straßenbau AG', 'Strassenbau'],
    ['Smith & Sons Ltd', 'Smith and Sons'],
    ["O'Neill Dental", 'ONeill Dental'],
    ['  Acme -- West ', 'Acme (West)'],
    ['Company', 'company'],
    ['The', 'the'],
    ['株式会社', '株式会社'],
    ['A', 'a'],
  ])('%s = %s', (left, right) => {
    expect(score(left, right)).toBe(1);
    expect(score(right, left)).toBe(1);
  });
});

describe('a near name', () => {
  // 0.7 of the pairs of letters they share, of all; 0.3 of the words, of the fewer.
  it.each([
    ['Acme Macs', 'Acme Inc', 0.77],
    ['Northwind', 'Northwind Traders', 0.81],
    ['Acmee', 'Acme', 0.6],
    ['Contoso Dental Clinic', 'Contoso Dental Group', 0.7],
    ['West Acme', 'Acme West', 0.99],
  ])('%s ~ %s: %f', (left, right, expected) => {
    expect(score(left, right)).toBe(expected);
    expect(score(right, left)).toBe(expected);
  });
});

describe('another name', () => {
  it.each([
    ['Bakery Example', 'Closed Example'],
    ['Acme', 'Zenith'],
    ['iPads', 'Acme'],
    ['???', 'Acme'],
    ['', ''],
    ['!!', '??'],
    // Twice the same pair is not the same pair twice.
    ['aaaa', 'aa bb cc'],
  ])('%s ≠ %s', (left, right) => {
    expect(score(left, right)).toBeNull();
  });
});

describe('companies', () => {
  it('are the best three, best first; the same score by name and id', () => {
    const companies = [
      company(5, 'Acme East'),
      company(4, 'Acme West'),
      company(3, 'Acme East'),
      company(2, 'Acme'),
      company(1, 'Zenith'),
    ];
    for (const order of [companies, companies.toReversed()]) {
      const { suggestions } = suggestCompanies([policy('p', 'Acme')], [], order, settings());
      expect(suggestions[0]!.companies.map(({ companyId }) => companyId)).toEqual([2, 3, 5]);
    }
  });

  it('that are inactive are not suggested', () => {
    const found = suggestCompanies([policy('p', 'Acme')], [], [company(1, 'Acme', false)], settings());
    expect(found).toEqual({ suggestions: [], unmapped: [{ policyId: 'p', policyName: 'Acme', devices: 0 }] });
  });
});

describe('policies', () => {
  const tree = [
    policy('root'),
    policy('linked', 'linked', { parentId: 'root', companyId: 10 }),
    policy('below linked', 'below linked', { parentId: 'linked' }),
    policy('client', 'client', { parentId: 'root' }),
    policy('macs', 'macs', { parentId: 'client' }),
    policy('empty', 'empty', { parentId: 'client' }),
    policy('orphan', 'orphan', { parentId: 'not sent' }),
    policy('zero', 'zero', { parentId: 'root', companyId: 0 }),
  ];
  const devices = inPolicies('macs', 'macs', 'client', 'linked', 'below linked', null, 'not sent', 'zero');

  it.each<[string, object, Array<[id: string, devices: number]>]>([
    [
      'that lead nowhere, at the top or with devices; each counts what would follow it',
      {},
      [
        ['root', 4],
        ['client', 3],
        ['macs', 2],
        ['zero', 1],
        ['orphan', 0],
      ],
    ],
    [
      'not where the settings lead somewhere',
      { companies: { client: 20, orphan: 20 } },
      [
        ['root', 1],
        ['zero', 1],
      ],
    ],
    [
      'not what the settings exclude',
      { exclude: { policies: ['client'] } },
      [
        ['root', 1],
        ['zero', 1],
        ['orphan', 0],
      ],
    ],
    [
      'also where only the default would take them',
      { defaultCompanyId: 9 },
      [
        ['root', 4],
        ['client', 3],
        ['macs', 2],
        ['zero', 1],
        ['orphan', 0],
      ],
    ],
    ['none where the root leads somewhere', { companies: { root: 1, orphan: 1 } }, []],
  ])('%s', (_, chosen, expected) => {
    for (const policies of [tree, tree.toReversed()]) {
      const { suggestions, unmapped } = suggestCompanies(policies, devices, [], settings(chosen));
      expect(suggestions).toEqual([]);
      expect(unmapped.map(({ policyId, devices: count }) => [policyId, count])).toEqual(expected);
    }
  });

  it('stand in one of the two lists', () => {
    const { suggestions, unmapped } = suggestCompanies(tree, devices, [company(7, 'Client Ltd')], settings());
    expect(suggestions).toEqual([
      {
        policyId: 'client',
        policyName: 'client',
        devices: 3,
        companies: [{ companyId: 7, companyName: 'Client Ltd', score: 1 }],
      },
    ]);
    expect(unmapped.map(({ policyId }) => policyId)).toEqual(['root', 'macs', 'zero', 'orphan']);
  });

  it('are told by devices, name and id, whatever order they were sent in', () => {
    const sent = [policy('4', 'Acme'), policy('3', 'Acme'), policy('2', 'Acme B'), policy('1', 'Acme')];
    for (const order of [sent, sent.toReversed()]) {
      const { suggestions } = suggestCompanies(order, inPolicies('4'), [company(1, 'Acme')], settings());
      expect(suggestions.map(({ policyId }) => policyId)).toEqual(['4', '1', '3', '2']);
    }
  });

  it('in a circle end', () => {
    const circle = [policy('a', 'a', { parentId: 'b' }), policy('b', 'b', { parentId: 'a' })];
    const { unmapped } = suggestCompanies(circle, inPolicies('a'), [], settings());
    expect(unmapped).toEqual([{ policyId: 'a', policyName: 'a', devices: 1 }]);
  });
});

// Twice as long where the code is changed for `npm run mutation`.
it.skipIf('__stryker__' in globalThis)(
  'takes less than a second for 500 policies and 5,000 companies',
  () => {
    const words = [
      'Dental',
      'Law',
      'Group',
      'North',
      'West',
      'Bakery',
      'Studio',
      'Partners',
      'Health',
      'Media',
    ];
    const name = (n: number) =>
      `${words[n % 10]} ${words[Math.floor(n / 10) % 10]} ${words[Math.floor(n / 100) % 10]} ${n}`;
    const companies = Array.from({ length: 5000 }, (_, n) => company(n, `${name(n)} LLC`));
    const policies = Array.from({ length: 500 }, (_, n) => policy(`p${n}`, name(n * 10)));
    // The processor's time, which a busy machine does not stretch; the second run, since the first is compiled on its way.
    const took = [0, 1].map(() => {
      const began = process.cpuUsage();
      const { suggestions } = suggestCompanies(policies, [], companies, settings());
      expect(suggestions.map(({ companies: [best] }) => best!.score)).toEqual(policies.map(() => 1));
      const { user, system } = process.cpuUsage(began);
      return (user + system) / 1000;
    });
    expect(Math.min(...took)).toBeLessThan(1000);
  },
);
