import { describe, expect, it } from 'vitest';
import type { Plan } from '#sync/change';
import { canaryMarkPrefix } from '#sync/ownership';
import { planSync } from '#sync/plan';
import { letAllGo, type OffboardingInput, planOffboarding } from '#sync/plan-offboarding';
import { syncSettingsSchema } from '#sync/settings';
import { device, digest, item, itemOf, input as syncInput } from './sample-plan-input.ts';

const open = { limits: { deactivations: { percent: 100, atLeast: 0 } } };

/** Companies 10 (Acme) and 20 (Beta) are this connection's. */
const inputOf = (changed: Partial<OffboardingInput> = {}, settings: object = open): OffboardingInput => ({
  connectionId: 'acme',
  settings: syncSettingsSchema.parse(settings),
  items: [],
  companyIds: new Set([10, 20]),
  companies: [
    { id: 10, name: 'Acme', active: true },
    { id: 20, name: 'Beta', active: true },
  ],
  digest,
  ...changed,
});

/** `- 1 offboarded`, `! 2 foreign`. */
const brief = ({ changes, held }: Plan): string[] =>
  [
    ...changes.map(({ kind, itemId, reason }) => `${kind === 'deactivate' ? '-' : kind} ${itemId} ${reason}`),
    ...held.map(({ reason, itemId }) => `! ${itemId} ${reason}`),
  ].sort();

describe('an offboarding', () => {
  it.each<[string, OffboardingInput['items'], string[]]>([
    ['deactivates a marked item in one of our companies', [item(1, { mark: 'a' })], ['- 1 offboarded']],
    [
      'deactivates in each of them',
      [item(1, { mark: 'a' }), item(2, { mark: 'b', companyId: 20 })],
      ['- 1 offboarded', '- 2 offboarded'],
    ],
    ['leaves what is inactive already', [item(1, { mark: 'a', active: false })], []],
    ['leaves what bears no mark', [item(1)], []],
    ['leaves what did not show its mark', [item(1, { mark: { kind: 'unseen' } }), item(2)], []],
    ['holds a mark in another company', [item(1, { mark: 'a', companyId: 30 })], ['! 1 foreign']],
    [
      'is silent of an inactive one in another company',
      [item(1, { mark: 'a', companyId: 30, active: false })],
      [],
    ],
    [
      'does nothing where a single mark is masked',
      [item(1, { mark: 'a' }), item(2, { mark: 'b', companyId: 30 }), item(3, { mark: { kind: 'masked' } })],
      [],
    ],
    ['leaves the canary, even here', [item(1, { mark: `${canaryMarkPrefix}x` })], []],
    [
      'is silent of a canary elsewhere',
      [item(1, { mark: `${canaryMarkPrefix}x`, companyId: 0 }), item(2, { mark: 'a' })],
      ['- 2 offboarded'],
    ],
  ])('%s', (_, items, plan) => {
    const planned = planOffboarding(inputOf({ items }));
    expect(brief(planned)).toEqual(plan);
    expect(planned.notes).toEqual([]);
  });

  it('lists what is marked elsewhere by company and name, and says by whose mark', () => {
    const items = [
      item(1, { mark: 'c', companyId: 40 }),
      item(2, { mark: 'b', companyId: 30, fields: { title: 'Z' } }),
      item(3, { mark: 'a', companyId: 30, fields: { title: 'A' } }),
    ];
    const { held } = planOffboarding(inputOf({ items }));
    expect(held.map(({ itemId, detail }) => `${itemId} ${/\(agent .\)/u.exec(detail)?.[0]}`)).toEqual([
      '3 (agent a)',
      '2 (agent b)',
      '1 (agent c)',
    ]);
  });

  it('changes nothing of an item but that it is active: its mark stays', () => {
    const [change] = planOffboarding(
      inputOf({ items: [item(1, { mark: 'a', fields: { title: 'Mac', serial: 'S' } })] }),
    ).changes;
    expect(change).toMatchObject({
      kind: 'deactivate',
      agentId: 'a',
      companyId: 10,
      name: 'Mac',
      serial: 'S',
      diffs: [{ field: 'active', from: 'true', to: 'false', volatile: false }],
      patch: { active: false },
    });
    expect(Object.keys(change?.kind === 'deactivate' ? change.patch : {})).toEqual(['active']);
  });

  it('names a change as a sync would, and a plan by its changes and connection', () => {
    const items = [item(1, { mark: 'gone' }), item(2, { mark: 'lost' })];
    const plan = planOffboarding(inputOf({ items }));
    const there = device('there');
    const sync = planSync(syncInput({ devices: [there], items: [...items, itemOf(there, 9)] }, open));
    expect(sync.changes.map(({ reason }) => reason)).toEqual(['gone', 'gone']);
    expect(plan.changes.map(({ key }) => key)).toEqual(sync.changes.map(({ key }) => key));
    const other = planOffboarding(inputOf({ items: [...items].reverse() }));
    expect(other).toEqual(plan);
    expect(planOffboarding(inputOf({ items, connectionId: 'beta' })).id).not.toBe(plan.id);
    expect(planOffboarding(inputOf({ items: items.slice(1) })).id).not.toBe(plan.id);
    expect(plan).toMatchObject({ owned: 2, devices: 0, unchanged: 0, missing: new Map() });
  });

  it.each<[string, object, number, string[]]>([
    ['the usual limit holds an estate', {}, 10, []],
    ['the usual limit lets three go', {}, 3, ['10', '10', '10']],
    ['a limit of 100 % lets all go', open, 10, Array(10).fill('10')],
    ['99 % does not', { limits: { deactivations: { percent: 99, atLeast: 0 } } }, 10, []],
  ])('%s', (_, settings, count, deactivated) => {
    const items = Array.from({ length: count }, (_one, n) => item(n + 1, { mark: `a${n}` }));
    const plan = planOffboarding(inputOf({ items }, settings));
    expect(plan.changes.map(({ companyId }) => String(companyId))).toEqual(deactivated);
    const isHeld = deactivated.length === 0;
    expect(plan.held.map(({ reason }) => reason)).toEqual(isHeld ? items.map(() => 'safety') : []);
    expect(plan.notes.at(-1)).toBe(isHeld ? letAllGo : undefined);
    if (!isHeld) return;
    expect(plan.notes[0]).toMatch(/^10 of the 10 active items we own in Acme \(10\) .* raise limits\.dea/u);
    expect(letAllGo).toMatch(/sync\.limits\.deactivations.* 100 %|100 %.*sync\.limits\.deactivations/u);
  });

  it('holds one company by its limit, and lets the other go', () => {
    const items = [
      ...Array.from({ length: 8 }, (_, n) => item(n + 1, { mark: `a${n}` })),
      item(20, { mark: 'b', companyId: 20 }),
    ];
    const plan = planOffboarding(inputOf({ items }, {}));
    expect(brief(plan)).toEqual([...items.slice(0, 8).map(({ id }) => `! ${id} safety`), '- 20 offboarded']);
  });

  it('asks for no policy: an observing connection is offboarded as any other', () => {
    const items = [item(1, { mark: 'a' })];
    for (const policy of ['observe', 'create', 'upsert', 'sync']) {
      expect(brief(planOffboarding(inputOf({ items }, { ...open, policy })))).toEqual(['- 1 offboarded']);
    }
  });
});
