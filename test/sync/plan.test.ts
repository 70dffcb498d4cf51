import { describe, expect, it } from 'vitest';
import type { Plan } from '#sync/change';
import { masked } from '#sync/configuration-item';
import { devicesToFind, planSync } from '#sync/plan';
import type { PlanInput } from '#sync/plan-input';
import { day, device, digest, hour, input, item, itemOf, now } from './sample-plan-input.ts';

/** A plan in few words: `+ a new`, `~ 1 adopted`, `! a ambiguous 1`, `! #1 grace`, `= 2`. */
function brief(plan: Plan): string[] {
  const signs = { create: '+', update: '~', reactivate: '^', deactivate: '-' };
  return [
    ...plan.changes.map(
      (change) => `${signs[change.kind]} ${change.itemId ?? change.agentId} ${change.reason}`,
    ),
    ...plan.held.map(({ reason, agentId, itemId }) =>
      agentId === ''
        ? `! #${itemId} ${reason}`
        : `! ${agentId} ${reason}${itemId === null ? '' : ` ${itemId}`}`,
    ),
    ...(plan.unchanged === 0 ? [] : [`= ${plan.unchanged}`]),
  ].sort();
}

interface Case {
  readonly name: string;
  readonly given: Partial<PlanInput>;
  readonly settings?: object;
  readonly plan: string[];
}

function table(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    it.each(cases)('$name', ({ given, settings, plan }) => {
      expect(brief(planSync(input(given, settings)))).toEqual([...plan].sort());
    });
  });
}

const a = device('a');
const b = device('b');
const serialOf = (id: number, serial: string, changed: Parameters<typeof item>[1] = {}) =>
  item(id, { ...changed, fields: { title: 'Mac a', referenceNumber: 'x', installed: '2020-01-01', serial } });

table('a device in scope', [
  { name: 'without an item is created', given: { devices: [a] }, plan: ['+ a new'] },
  {
    name: 'whose item is right is left alone',
    given: { devices: [a], items: [itemOf(a, 1)] },
    plan: ['= 1'],
  },
  {
    name: 'whose item differs is updated',
    given: { devices: [a], items: [itemOf(a, 1, { fields: { title: 'Old' } })] },
    plan: ['~ 1 changed'],
  },
  {
    name: 'whose item is inactive comes back',
    given: { devices: [a], items: [itemOf(a, 1, { active: false })] },
    plan: ['^ 1 returned'],
  },
  {
    name: 'is found by its mark, whatever the serial number says',
    given: { devices: [a], items: [itemOf(a, 1, { fields: { serial: 'typed wrong' } }), serialOf(2, 'S-a')] },
    plan: ['~ 1 changed'],
  },
  {
    name: 'adopts the unmarked item with its serial number, whatever its case and spaces',
    given: { devices: [a], items: [serialOf(1, ' s - A ')] },
    plan: ['~ 1 adopted'],
  },
  {
    name: 'adopts an inactive item by bringing it back, rather than create a second',
    given: { devices: [a], items: [serialOf(1, 'S-a', { active: false })] },
    plan: ['^ 1 returned'],
  },
  {
    name: 'adopts an item whose user-defined fields did not come',
    given: { devices: [a], items: [serialOf(1, 'S-a', { mark: { kind: 'unseen' } })] },
    plan: ['~ 1 adopted'],
  },
  {
    name: 'is never found by its name',
    given: { devices: [a], items: [item(1, { fields: { title: a.name } })] },
    plan: ['+ a new'],
  },
  {
    name: 'does not choose between two unmarked items',
    given: { devices: [a], items: [serialOf(1, 'S-a'), serialOf(2, 's-a', { active: false })] },
    plan: ['! a ambiguous 1'],
  },
  {
    name: 'does not take an item that bears the mark of another device',
    given: { devices: [a, b], items: [serialOf(1, 'S-a', { mark: 'b' })] },
    plan: ['! a ambiguous 1', '~ 1 changed'],
  },
  {
    name: 'takes over the item of an agent that Addigy does not know any more',
    given: { devices: [a], items: [serialOf(1, 'S-a', { mark: 'old' })] },
    plan: ['~ 1 re-enrolled'],
  },
  {
    name: 'does not choose between an unmarked item and one of an earlier enrolment, and neither is retired meanwhile',
    given: { devices: [a], items: [serialOf(1, 'S-a', { mark: 'old' }), serialOf(2, 'S-a')] },
    plan: ['! a ambiguous 1'],
  },
  {
    name: 'of a family without a product is held',
    given: { devices: [device('a', { family: 'apple-tv' })] },
    plan: ['! a no-product'],
  },
  {
    name: 'of a family without a product is still updated',
    given: {
      devices: [device('a', { family: 'apple-tv' })],
      items: [itemOf(a, 1, { fields: { title: 'Old' } })],
    },
    plan: ['~ 1 changed'],
  },
]);

table('several items with one mark', [
  {
    name: 'the one in the mapped company wins; the other is cleared',
    given: { devices: [a], items: [itemOf(a, 1), itemOf(a, 2, { companyId: 20 })] },
    plan: ['= 1', '~ 2 left'],
  },
  {
    name: 'the active one in the company stays, whatever an unmarked one says of its serial number',
    given: { devices: [a], items: [itemOf(a, 1), itemOf(a, 2, { companyId: 20 }), serialOf(3, 'S-a')] },
    plan: ['= 1', '~ 2 left'],
  },
  {
    name: 'what a recreate that was cut short left active is retired',
    given: { devices: [a], items: [itemOf(a, 1), itemOf(a, 2, { companyId: 20 })] },
    settings: { onCompanyMove: 'recreate' },
    plan: ['- 2 moved', '= 1'],
  },
  {
    name: 'the update of the new one does not wait for that',
    given: {
      devices: [a],
      items: [itemOf(a, 1, { fields: { title: 'Old' } }), itemOf(a, 2, { companyId: 20 })],
    },
    settings: { onCompanyMove: 'recreate', limits: { deactivations: { percent: 0, atLeast: 0 } } },
    plan: ['! #2 safety', '~ 1 changed'],
  },
  {
    name: 'but what is left waits for the update',
    given: {
      devices: [a],
      items: [itemOf(a, 1, { fields: { title: 'Old' } }), itemOf(a, 2, { companyId: 20 })],
    },
    settings: { onCompanyMove: 'recreate', limits: { updates: { percent: 0, atLeast: 0 } } },
    plan: ['! #2 safety', '! a safety 1'],
  },
  {
    name: 'it is not retired on a partial view',
    given: { devices: [a], items: [itemOf(a, 1), itemOf(a, 2, { companyId: 20 })], complete: false },
    settings: { onCompanyMove: 'recreate' },
    plan: ['! #2 incomplete', '= 1'],
  },
  {
    name: 'the only active one in the company wins',
    given: { devices: [a], items: [itemOf(a, 1, { active: false }), itemOf(a, 2)] },
    plan: ['= 1', '~ 1 left'],
  },
  {
    name: 'two active ones are ambiguous',
    given: { devices: [a], items: [itemOf(a, 1), itemOf(a, 2)] },
    plan: ['! a ambiguous 1'],
  },
  {
    name: 'two inactive ones are ambiguous',
    given: { devices: [a], items: [itemOf(a, 1, { active: false }), itemOf(a, 2, { active: false })] },
    plan: ['! a ambiguous 1'],
  },
]);

table('an item that was merged away in Autotask', [
  {
    name: 'gives its mark to the active one that stayed',
    given: { devices: [a], items: [itemOf(a, 1, { active: false }), serialOf(2, 's-a')] },
    plan: ['~ 1 left', '~ 2 merged'],
  },
  {
    name: 'is not followed into another company',
    given: { devices: [a], items: [itemOf(a, 1, { active: false }), serialOf(2, 'S-a', { companyId: 20 })] },
    plan: ['^ 1 returned'],
  },
  {
    name: 'is not brought back where several may be the one that stayed',
    given: { devices: [a], items: [itemOf(a, 1, { active: false }), serialOf(2, 'S-a'), serialOf(3, 'S-a')] },
    plan: ['! a ambiguous 1'],
  },
  {
    name: 'comes back where the other one is inactive too',
    given: {
      devices: [a],
      items: [itemOf(a, 1, { active: false }), serialOf(2, 'S-a', { active: false })],
    },
    plan: ['^ 1 returned'],
  },
]);

const recreate = { onCompanyMove: 'recreate' };
table('a device whose policy leads to another company now', [
  {
    name: 'is reported',
    given: { devices: [a], items: [itemOf(a, 1, { companyId: 20 })] },
    plan: ['! a moved 1'],
  },
  {
    name: 'is reported, and its item is nobody else’s to retire',
    given: { devices: [a, b], items: [itemOf(a, 1, { companyId: 20 }), itemOf(b, 2)] },
    plan: ['! a moved 1', '= 1'],
  },
  {
    name: 'is reported, also where the old item is inactive',
    given: { devices: [a], items: [itemOf(a, 1, { companyId: 20, active: false })] },
    plan: ['! a moved 1'],
  },
  {
    name: 'is recreated, and the old item retired, even in a company that is not mapped',
    given: { devices: [a], items: [itemOf(a, 1, { companyId: 99 })] },
    settings: recreate,
    plan: ['+ a moved', '- 1 moved'],
  },
  {
    name: 'clears the mark of an old item that is inactive already',
    given: { devices: [a], items: [itemOf(a, 1, { companyId: 20, active: false })] },
    settings: recreate,
    plan: ['+ a moved', '~ 1 left'],
  },
  {
    name: 'adopts the item that its new company has already',
    given: { devices: [a], items: [itemOf(a, 1, { companyId: 20 }), serialOf(2, 'S-a')] },
    settings: recreate,
    plan: ['- 1 moved', '~ 2 adopted'],
  },
  {
    name: 'does not choose between two of its new company',
    given: { devices: [a], items: [itemOf(a, 1, { companyId: 20 }), serialOf(2, 'S-a'), serialOf(3, 'S-a')] },
    settings: recreate,
    plan: ['! a ambiguous 2'],
  },
  {
    name: 'is not recreated on a partial view',
    given: { devices: [a], items: [itemOf(a, 1, { companyId: 20 })], complete: false },
    settings: recreate,
    plan: ['! a incomplete 1'],
  },
  {
    name: 'is not recreated on a partial view, where one of its old items is active',
    given: {
      devices: [a],
      items: [itemOf(a, 1, { companyId: 20, active: false }), itemOf(a, 2, { companyId: 20 })],
      complete: false,
    },
    settings: recreate,
    plan: ['! a incomplete 1'],
  },
  {
    name: 'is recreated on a partial view, where nothing has to be deactivated for it',
    given: { devices: [a], items: [itemOf(a, 1, { companyId: 20, active: false })], complete: false },
    settings: recreate,
    plan: ['+ a moved', '~ 1 left'],
  },
  {
    name: 'is neither half done where the policy does not deactivate',
    given: { devices: [a], items: [itemOf(a, 1, { companyId: 20 })] },
    settings: { ...recreate, policy: 'upsert' },
    plan: ['! #1 policy', '! a policy'],
  },
  {
    name: 'is neither half done where the deactivation is over the limit',
    given: { devices: [a], items: [itemOf(a, 1, { companyId: 20 })] },
    settings: { ...recreate, limits: { deactivations: { percent: 0, atLeast: 0 } } },
    plan: ['! #1 safety', '! a safety'],
  },
  {
    name: 'does not adopt there either, where the old one may not be retired',
    given: { devices: [a], items: [itemOf(a, 1, { companyId: 20 }), serialOf(2, 'S-a')] },
    settings: { ...recreate, limits: { deactivations: { percent: 0, atLeast: 0 } } },
    plan: ['! #1 safety', '! a safety 2'],
  },
  {
    name: 'and was enrolled anew there is reported, and its old item is gone in time',
    given: { devices: [a], items: [serialOf(1, 'S-a', { mark: 'old', companyId: 20 })] },
    settings: { graceHours: 24 },
    plan: ['! #1 grace', '! a moved 1'],
  },
  {
    name: 'and was enrolled anew there is recreated',
    given: { devices: [a], items: [serialOf(1, 'S-a', { mark: 'old', companyId: 20 })] },
    settings: recreate,
    plan: ['+ a moved', '- 1 moved'],
  },
  {
    name: 'is not blocked by an inactive item of an earlier enrolment',
    given: { devices: [a], items: [serialOf(1, 'S-a', { mark: 'old', companyId: 20, active: false })] },
    plan: ['+ a new'],
  },
]);

table('an item with the same serial number in another company', [
  {
    name: 'blocks a new one where it is active and unmarked',
    given: { devices: [a], items: [serialOf(1, 'S-a', { companyId: 20 })] },
    plan: ['! a other-company 1'],
  },
  {
    name: 'blocks a new one where its mark did not come',
    given: { devices: [a], items: [serialOf(1, 'S-a', { companyId: 99, mark: { kind: 'unseen' } })] },
    plan: ['! a other-company 1'],
  },
  {
    name: 'does not block where it is inactive',
    given: { devices: [a], items: [serialOf(1, 'S-a', { companyId: 20, active: false })] },
    plan: ['+ a new'],
  },
  {
    name: 'is left to whoever marked it',
    given: { devices: [a], items: [serialOf(1, 'S-a', { companyId: 99, mark: 'theirs' })] },
    plan: ['! #1 foreign', '! a foreign 1'],
  },
  {
    name: 'does not block where it is foreign and inactive',
    given: { devices: [a], items: [serialOf(1, 'S-a', { companyId: 99, mark: 'theirs', active: false })] },
    plan: ['+ a new'],
  },
  {
    name: 'blocks where it bears the mark of another device',
    given: {
      devices: [device('b', { policyId: 'p2' }), a],
      items: [serialOf(1, 'S-a', { companyId: 20, mark: 'b' })],
    },
    plan: ['! a ambiguous 1', '~ 1 changed'],
  },
  {
    name: 'is not looked at where the company has one',
    given: { devices: [a], items: [serialOf(1, 'S-a'), serialOf(2, 'S-a', { companyId: 20 })] },
    plan: ['~ 1 adopted'],
  },
]);

const old = now - 100 * day;
table('a device out of scope', [
  { name: 'virtual', given: { devices: [device('a', { virtual: true })] }, plan: ['! a virtual'] },
  {
    name: 'excluded by family',
    given: { devices: [a] },
    settings: { exclude: { families: ['mac'] } },
    plan: ['! a excluded'],
  },
  {
    name: 'excluded by a policy above its own',
    given: { devices: [device('a', { policyId: 'p1a' })] },
    settings: { exclude: { policies: ['p1'] } },
    plan: ['! a excluded'],
  },
  {
    name: 'excluded by serial number, and nobody else with it',
    given: { devices: [a, b] },
    settings: { exclude: { serials: [' s-A'] } },
    plan: ['! a excluded', '+ b new'],
  },
  {
    name: 'virtual comes before excluded, excluded before no-serial',
    given: { devices: [device('a', { virtual: true }), device('b', { serial: ' ' })] },
    settings: { exclude: { families: ['mac'] } },
    plan: ['! a virtual', '! b excluded'],
  },
  {
    name: 'without a serial number',
    given: { devices: [device('a', { serial: ' \t' })] },
    plan: ['! a no-serial'],
  },
  { name: 'unmapped', given: { devices: [device('a', { policyId: 'p0' })] }, plan: ['! a unmapped'] },
  { name: 'without a policy', given: { devices: [device('a', { policyId: null })] }, plan: ['! a unmapped'] },
  {
    name: 'of a policy that is not known, whatever the default; its item is left alone',
    given: {
      devices: [
        device('a', { policyId: 'unsent' }),
        device('b', { policyId: null, policyUnknown: true }),
        device('c', { policyId: null }),
        device('d', { policyId: 'p0' }),
      ],
      items: [itemOf(a, 1), itemOf(b, 2, { companyId: 20, fields: { title: 'Old' } })],
    },
    settings: { defaultCompanyId: 20 },
    plan: ['! a unmapped', '! b unmapped', '+ c new', '+ d new'],
  },
  {
    name: 'of a company that cannot be seen',
    given: { devices: [a], companies: [] },
    plan: ['! a company-missing'],
  },
  {
    name: 'silent for too long, without an item',
    given: { devices: [device('a', { lastSeen: old, policyId: null })] },
    settings: { staleAfterDays: 90 },
    plan: ['! a stale'],
  },
  {
    name: 'has the first reason that applies: virtual, superseded, stale, then its company',
    given: {
      devices: [
        device('a', { virtual: true, lastSeen: old, policyId: 'p0' }),
        device('b', { serial: 'twin', lastSeen: old, policyId: 'p0' }),
        device('c', { serial: 'twin', lastSeen: old + 1, policyId: 'p0' }),
        device('d', { lastSeen: now - 90 * day, policyId: 'p0' }),
      ],
    },
    settings: { staleAfterDays: 90 },
    plan: ['! a virtual', '! b superseded', '! c stale', '! d unmapped'],
  },
  {
    name: 'silence that is not known is no silence',
    given: { devices: [device('a', { lastSeen: null })] },
    settings: { staleAfterDays: 90 },
    plan: ['+ a new'],
  },
  {
    name: 'its item is not gone',
    given: {
      devices: [device('a', { virtual: true }), device('b', { policyId: 'p0' }), device('c', { serial: '' })],
      items: [itemOf(a, 1), itemOf(b, 2), itemOf(device('c'), 3)],
    },
    plan: ['! a virtual', '! b unmapped', '! c no-serial'],
  },
]);

table('an inactive company', [
  {
    name: 'gets nothing new',
    given: { devices: [device('a', { policyId: 'p3' })] },
    plan: ['! a company-inactive'],
  },
  {
    name: 'gets nothing back',
    given: {
      devices: [device('a', { policyId: 'p3' })],
      items: [itemOf(a, 1, { companyId: 30, active: false })],
    },
    plan: ['! a company-inactive 1'],
  },
  {
    name: 'keeps what it has up to date',
    given: {
      devices: [device('a', { policyId: 'p3' })],
      items: [itemOf(a, 1, { companyId: 30, fields: { title: 'Old' } })],
    },
    plan: ['~ 1 changed'],
  },
]);

const twin = (agentId: string, lastSeen: number | null, registered: number | null = null) =>
  device(agentId, { serial: 'twin', name: 'Twin', lastSeen, registered });
table('twins', [
  {
    name: 'the one seen last wins',
    given: { devices: [twin('a', 2), twin('b', 1), twin('c', null)] },
    plan: ['! b superseded', '! c superseded', '+ a new'],
  },
  {
    name: 'then the one registered last',
    given: { devices: [twin('a', 1, 5), twin('b', 1, 4)] },
    plan: ['! b superseded', '+ a new'],
  },
  {
    name: 'whichever was sent first',
    given: { devices: [twin('b', 1, 4), twin('a', 1, 5)] },
    plan: ['! b superseded', '+ a new'],
  },
  {
    name: 'then the greatest id, so that it is always the same',
    given: { devices: [twin('b', 1), twin('c', 1), twin('a', 1)] },
    plan: ['! a superseded', '! b superseded', '+ c new'],
  },
  {
    name: 'the winner takes over the item of the loser',
    given: { devices: [twin('a', 2), twin('b', 1)], items: [serialOf(1, 'TWIN', { mark: 'b' })] },
    plan: ['! b superseded', '~ 1 re-enrolled'],
  },
  {
    name: 'the winner takes it over on a partial view too: the loser was seen',
    given: {
      devices: [twin('a', 2), twin('b', 1)],
      items: [serialOf(1, 'TWIN', { mark: 'b' })],
      complete: false,
    },
    plan: ['! b superseded', '~ 1 re-enrolled'],
  },
  {
    name: 'an item of the loser is left over where the winner has its own',
    given: {
      devices: [twin('a', 2), twin('b', 1)],
      items: [itemOf(twin('a', 2), 1), serialOf(2, 'twin', { mark: 'b' })],
    },
    plan: ['! b superseded', '- 2 gone', '= 1'],
  },
  {
    name: 'or has its own back',
    given: {
      devices: [twin('a', 2), twin('b', 1)],
      items: [itemOf(twin('a', 2), 1, { active: false }), serialOf(2, 'twin', { mark: 'b' })],
    },
    plan: ['! b superseded', '- 2 gone', '^ 1 returned'],
  },
  {
    name: 'but not before the winner’s own bears its mark',
    given: {
      devices: [twin('a', 2), twin('b', 1)],
      items: [serialOf(1, 'twin'), serialOf(2, 'twin', { mark: 'b', companyId: 20 })],
    },
    plan: ['! b superseded', '~ 1 adopted'],
  },
  {
    name: 'nor while a person is asked about it',
    given: {
      devices: [twin('a', 2), twin('b', 1), device('c')],
      items: [itemOf(twin('a', 2), 1), serialOf(2, 'S-c', { mark: 'b' }), serialOf(3, 'S-c')],
    },
    plan: ['! b superseded', '! c ambiguous 2', '= 1'],
  },
  {
    name: 'an item of the loser goes with a winner that is silent for too long',
    given: { devices: [twin('a', 2), twin('b', 1)], items: [serialOf(2, 'twin', { mark: 'b' })] },
    settings: { staleAfterDays: 90 },
    plan: ['! a stale', '! b superseded', '- 2 gone'],
  },
  {
    name: 'it is not left over while the winner is held',
    given: {
      devices: [{ ...twin('a', 2), policyId: 'p0' }, twin('b', 1)],
      items: [serialOf(2, 'twin', { mark: 'b' })],
    },
    plan: ['! a unmapped', '! b superseded'],
  },
  {
    name: 'an item of the loser in a company that is not ours is left alone',
    given: {
      devices: [twin('a', 2), twin('b', 1)],
      items: [itemOf(twin('a', 2), 1), serialOf(2, 'twin', { mark: 'b', companyId: 99 })],
    },
    plan: ['! b superseded', '= 1'],
  },
  {
    name: 'an excluded device is nobody’s twin',
    given: { devices: [{ ...twin('a', 2), virtual: true }, twin('b', 1)] },
    plan: ['! a virtual', '+ b new'],
  },
  {
    name: 'nor the newest of two others',
    given: { devices: [{ ...twin('a', 3), virtual: true }, twin('b', 2), twin('c', 1)] },
    plan: ['! a virtual', '! c superseded', '+ b new'],
  },
  {
    name: 'one agent sent twice is one device',
    given: {
      devices: [device('a', { lastSeen: 2 }), device('a', { lastSeen: 1, policyId: 'p2' })],
      items: [itemOf(a, 1)],
    },
    plan: ['! a superseded', '= 1'],
  },
  {
    name: 'whatever else the older of the two says',
    given: {
      devices: [
        device('a', { lastSeen: 2 }),
        device('a', { lastSeen: 1, serial: 'other' }),
        device('a', { lastSeen: 0, virtual: true }),
        device('b', { lastSeen: 1 }),
      ],
    },
    plan: ['! a superseded', '! a superseded', '+ a new', '+ b new'],
  },
  {
    name: 'and the newer of the two has the item with its mark',
    given: {
      devices: [device('a', { lastSeen: 2 }), device('a', { lastSeen: 1 })],
      items: [itemOf(a, 1, { fields: { serial: 'typed wrong' } })],
    },
    plan: ['! a superseded', '~ 1 changed'],
  },
]);

const gone = serialOf(1, 'S-z', { mark: 'z' });
table('an item whose device is gone', [
  { name: 'is deactivated', given: { devices: [a], items: [itemOf(a, 2), gone] }, plan: ['- 1 gone', '= 1'] },
  {
    name: 'has its grace first',
    given: { devices: [b], items: [itemOf(b, 2), gone] },
    settings: { graceHours: 24 },
    plan: ['! #1 grace', '= 1'],
  },
  {
    name: 'until one moment before it ends',
    given: { devices: [b], items: [itemOf(b, 2), gone], missing: new Map([[1, now - 24 * hour + 1]]) },
    settings: { graceHours: 24 },
    plan: ['! #1 grace', '= 1'],
  },
  {
    name: 'and then is deactivated',
    given: { devices: [b], items: [itemOf(b, 2), gone], missing: new Map([[1, now - 24 * hour]]) },
    settings: { graceHours: 24 },
    plan: ['- 1 gone', '= 1'],
  },
  {
    name: 'is left alone where it is inactive',
    given: { devices: [b], items: [itemOf(b, 2), { ...gone, active: false }] },
    plan: ['= 1'],
  },
  {
    name: 'is foreign in a company that is not ours',
    given: { devices: [b], items: [itemOf(b, 2), { ...gone, companyId: 99 }] },
    plan: ['! #1 foreign', '= 1'],
  },
  {
    name: 'is kept on a partial view',
    given: { devices: [b], items: [itemOf(b, 2), gone], complete: false },
    plan: ['! #1 incomplete', '= 1'],
  },
  { name: 'is kept where Addigy has nothing', given: { items: [gone] }, plan: ['! #1 empty-source'] },
  {
    name: 'an unmarked item is never gone, nor one whose mark did not come',
    given: {
      devices: [b],
      items: [itemOf(b, 2), serialOf(3, 'q'), serialOf(4, 'q', { mark: { kind: 'unseen' } })],
    },
    plan: ['= 1'],
  },
  {
    name: 'is not taken over on a partial view: its agent may be alive',
    given: { devices: [a], items: [serialOf(1, 'S-a', { mark: 'old' })], complete: false },
    plan: ['! #1 incomplete', '! a incomplete 1'],
  },
]);

const silent = device('a', { lastSeen: old });
const stale = { staleAfterDays: 90 };
table('an item whose device has been silent for too long', [
  {
    name: 'is deactivated',
    given: { devices: [silent], items: [itemOf(a, 1)] },
    settings: stale,
    plan: ['! a stale', '- 1 stale'],
  },
  {
    name: 'is deactivated, whichever of the devices it is',
    given: {
      devices: [device('b', { serial: '' }), device('c', { serial: '' }), silent],
      items: [itemOf(a, 1)],
    },
    settings: stale,
    plan: ['! a stale', '! b no-serial', '! c no-serial', '- 1 stale'],
  },
  {
    name: 'is kept on a partial view',
    given: { devices: [silent], items: [itemOf(a, 1)], complete: false },
    settings: stale,
    plan: ['! #1 incomplete', '! a stale'],
  },
  {
    name: 'is left alone where it is inactive, or in a company that is not ours',
    given: { devices: [silent], items: [itemOf(a, 1, { active: false }), itemOf(a, 2, { companyId: 99 })] },
    settings: stale,
    plan: ['! a stale'],
  },
  {
    name: 'comes back when its device does',
    given: { devices: [a], items: [itemOf(a, 1, { active: false })] },
    settings: stale,
    plan: ['^ 1 returned'],
  },
]);

const mac = 'aa:bb:cc:dd:ee:ff';
const docked = device('a', { macAddresses: [mac] });
const byMac = { matchByMac: 'referenceNumber' };
const macItem = (id: number, changed: Parameters<typeof item>[1] = {}) =>
  item(id, { ...changed, fields: { referenceNumber: 'AA-BB-CC-DD-EE-FF', ...changed.fields } });
table('matching by MAC address', [
  { name: 'is off by default', given: { devices: [docked], items: [macItem(1)] }, plan: ['+ a new'] },
  {
    name: 'adopts',
    given: { devices: [docked], items: [macItem(1)] },
    settings: byMac,
    plan: ['~ 1 adopted'],
  },
  {
    name: 'comes after the serial number',
    given: { devices: [docked], items: [macItem(1), serialOf(2, 'S-a')] },
    settings: byMac,
    plan: ['~ 2 adopted'],
  },
  {
    name: 'does not choose between two items',
    given: { devices: [docked], items: [macItem(1), macItem(2)] },
    settings: byMac,
    plan: ['! a ambiguous 1'],
  },
  {
    name: 'names the item with the lowest id, whichever address it has',
    given: {
      devices: [device('a', { macAddresses: [mac, '14:7d:da:4f:73:10'] })],
      items: [macItem(9), macItem(3, { fields: { referenceNumber: '14:7d:da:4f:73:10' } }), macItem(5)],
    },
    settings: byMac,
    plan: ['! a ambiguous 3'],
  },
  {
    name: 'does not choose between two devices',
    given: { devices: [docked, device('b', { macAddresses: [mac] })], items: [macItem(1)] },
    settings: byMac,
    plan: ['! a ambiguous 1', '! b ambiguous 1'],
  },
  {
    name: 'is not disturbed by devices that have an item, or could have one by its serial number',
    given: {
      devices: [
        docked,
        device('b', { macAddresses: [mac] }),
        device('c', { macAddresses: [mac] }),
        device('d', { macAddresses: [mac], virtual: true }),
      ],
      items: [macItem(1), itemOf(b, 2), serialOf(3, 'S-c')],
    },
    settings: byMac,
    plan: ['! d virtual', '= 1', '~ 1 adopted', '~ 3 adopted'],
  },
  {
    name: 'takes nothing that is marked, in another company, or another machine by its serial number',
    given: {
      devices: [docked, b],
      items: [
        macItem(1, { companyId: 20 }),
        macItem(2, { fields: { serial: 'other' } }),
        macItem(3, { mark: 'b' }),
      ],
    },
    settings: byMac,
    plan: ['+ a new', '~ 3 changed'],
  },
  {
    name: 'can look where others put a MAC address: in the serial number',
    given: { devices: [docked], items: [serialOf(1, mac)] },
    settings: { matchByMac: 'serial' },
    plan: ['~ 1 adopted'],
  },
  {
    name: 'reads a user-defined field, unless it is masked',
    given: {
      devices: [docked],
      items: [
        { ...item(1), udfs: new Map([['MAC', mac]]) },
        { ...item(2), udfs: new Map([['MAC', masked]]) },
        { ...item(3), udfs: new Map([['MAC', null]]) },
        { ...item(4), udfs: new Map() },
        { ...item(5), udfs: undefined },
      ],
    },
    settings: { matchByMac: 'udf:MAC' },
    plan: ['~ 1 adopted'],
  },
  {
    name: 'knows a MAC address from a word',
    given: {
      devices: [
        device('a', {
          macAddresses: ['n/a', '', '00:00:00:00:00:00', 'x-aa:bb:cc:dd:ee:ff', 'aa:bb:cc:dd:ee:ff-x'],
        }),
      ],
      items: ['n/a', '', '00:00:00:00:00:00', 'x-aa:bb:cc:dd:ee:ff', 'aa:bb:cc:dd:ee:ff-x'].map(
        (referenceNumber, at) => macItem(at + 1, { fields: { referenceNumber } }),
      ),
    },
    settings: byMac,
    plan: ['+ a new'],
  },
]);

table('a masked mark', [
  {
    name: 'holds every device, and retires nothing',
    given: {
      devices: [a, device('b', { virtual: true })],
      items: [itemOf(a, 1), { ...gone, id: 2 }, item(3, { mark: { kind: 'masked' } })],
    },
    plan: ['! a blind', '! b virtual'],
  },
]);

it('a masked mark is said once for the plan, and for each device', () => {
  const plan = planSync(input({ devices: [a, b], items: [item(1, { mark: { kind: 'masked' } })] }));
  const detail =
    'A mark on a configuration item is masked (*****): this API user may not see unprotected data, so a marked item cannot be told from an unmarked one. Grant it View and Edit Unprotected Data.';
  expect(plan.notes).toEqual([detail]);
  expect(plan.held.map((line) => line.detail)).toEqual([detail, detail]);
});

const many = ['a', 'b', 'c', 'd'].map((agentId) => device(agentId));
const renamed = many.map((one, at) => itemOf(one, at + 1, { fields: { title: 'Old' } }));
const none = { percent: 0, atLeast: 0 };
table('policy and safety', [
  {
    name: 'observe shows everything that sync would do',
    given: { devices: [a, b], items: [itemOf(a, 1, { fields: { title: 'Old' } }), { ...gone, id: 3 }] },
    settings: { policy: 'observe' },
    plan: ['+ b new', '- 3 gone', '~ 1 changed'],
  },
  {
    name: 'create creates only',
    given: { devices: [a, b], items: [itemOf(a, 1, { fields: { title: 'Old' } }), { ...gone, id: 3 }] },
    settings: { policy: 'create' },
    plan: ['! #3 policy', '! a policy 1', '+ b new'],
  },
  {
    name: 'upsert does not deactivate',
    given: { devices: [a, b], items: [itemOf(a, 1, { active: false }), { ...gone, id: 3 }] },
    settings: { policy: 'upsert' },
    plan: ['! #3 policy', '+ b new', '^ 1 returned'],
  },
  {
    name: 'updates over the limit are all held',
    given: { devices: many, items: renamed },
    settings: { limits: { updates: { percent: 50, atLeast: 1 } } },
    plan: ['! a safety 1', '! b safety 2', '! c safety 3', '! d safety 4'],
  },
  {
    name: 'as many as the limit are done',
    given: { devices: many, items: renamed },
    settings: { limits: { updates: { percent: 100, atLeast: 0 } } },
    plan: ['~ 1 changed', '~ 2 changed', '~ 3 changed', '~ 4 changed'],
  },
  {
    name: 'bringing back what we own counts as an update, bringing back by adoption does not',
    given: {
      devices: [a, b, device('c')],
      items: [
        itemOf(a, 1, { active: false }),
        serialOf(2, 'S-b', { active: false }),
        serialOf(3, 'S-c', { active: false, mark: 'old' }),
      ],
    },
    settings: { limits: { updates: none } },
    plan: ['! a safety 1', '! c safety 3', '^ 2 returned'],
  },
  {
    name: 'the connection’s limit is of what it owns in all companies',
    given: {
      devices: [a, b, device('e', { policyId: 'p2' }), device('f', { policyId: 'p2' })],
      items: [
        renamed[0]!,
        itemOf(b, 2),
        itemOf(device('e'), 5, { companyId: 20, fields: { title: 'Old' } }),
        itemOf(device('f'), 6, { companyId: 20 }),
      ],
    },
    settings: { limits: { updates: { percent: 50, atLeast: 0 } } },
    plan: ['= 2', '~ 1 changed', '~ 5 changed'],
  },
  {
    name: 'adopting is not limited, nor creating',
    given: { devices: many, items: many.slice(0, 2).map((one, at) => serialOf(at + 1, one.serial)) },
    settings: { limits: { updates: none, deactivations: none } },
    plan: ['+ c new', '+ d new', '~ 1 adopted', '~ 2 adopted'],
  },
  {
    name: 'one company over its limit does not stop the other',
    given: {
      devices: [...many, device('e', { policyId: 'p2' })],
      items: [...renamed, itemOf(device('e'), 5, { companyId: 20, fields: { title: 'Old' } })],
    },
    settings: { limits: { updates: { percent: 0, atLeast: 3 } } },
    plan: ['! a safety 1', '! b safety 2', '! c safety 3', '! d safety 4', '~ 5 changed'],
  },
  {
    name: 'companies under their limits can be over that of the connection',
    given: {
      devices: [a, device('e', { policyId: 'p2' })],
      items: [renamed[0]!, itemOf(device('e'), 5, { companyId: 20, fields: { title: 'Old' } })],
    },
    settings: { limits: { updates: { percent: 0, atLeast: 1 } } },
    plan: ['! a safety 1', '! e safety 5'],
  },
  {
    name: 'what was inactive before does not widen the limit of deactivations',
    given: {
      devices: [a],
      items: [gone, ...[2, 3, 4, 5, 6].map((id) => serialOf(id, 'S-q', { mark: `q${id}`, active: false }))],
    },
    settings: { policy: 'sync', limits: { deactivations: { percent: 30, atLeast: 0 } } },
    plan: ['! #1 safety', '+ a new'],
  },
]);

describe('a plan', () => {
  const estate = { devices: [a, b], items: [itemOf(a, 1, { fields: { title: 'Old' } })] };

  it('has the same id whatever the volatile facts, and another where a change differs', () => {
    const settings = {
      fields: [
        { to: 'title', from: 'name', rule: 'overwrite' },
        { to: 'notes', from: 'ipAddress', rule: 'overwrite' },
      ],
    };
    const plan = planSync(input(estate, settings));
    const elsewhere = estate.devices.map((one) => ({ ...one, ipAddress: '10.9.9.9' }));
    const moved = planSync(input({ ...estate, devices: elsewhere }, settings));
    expect(moved.id).toBe(plan.id);
    expect(moved.changes).not.toEqual(plan.changes);
    const renamedAgain = estate.devices.map((one) => ({ ...one, name: 'Else' }));
    expect(planSync(input({ ...estate, devices: renamedAgain }, settings)).id).not.toBe(plan.id);
    expect(planSync({ ...input(estate, settings), connectionId: 'other' }).id).not.toBe(plan.id);
  });

  it('hashes only what changes', () => {
    let hashes = 0;
    const counted = (text: string) => {
      hashes += 1;
      return digest(text);
    };
    planSync(input({ devices: many, items: many.map((one, at) => itemOf(one, at + 1)), digest: counted }));
    expect(hashes).toBe(1);
  });

  it('is sorted by company, kind, and name', () => {
    const devices = [
      device('e', { name: 'B', policyId: 'p2' }),
      device('d', { name: 'b' }),
      device('c', { name: 'B' }),
      a,
    ];
    const plan = planSync(input({ devices, items: [itemOf(a, 7, { fields: { title: 'Old' } })] }));
    expect(plan.changes.map(({ agentId }) => agentId)).toEqual(['c', 'd', 'a', 'e']);
  });

  it('counts what it owns: marked items in the companies of the connection', () => {
    const items = [itemOf(a, 1), { ...gone, id: 2, active: false }, item(3), itemOf(b, 4, { companyId: 99 })];
    expect(planSync(input({ devices: [a, b], items })).owned).toBe(2);
  });

  it('remembers since when devices are missing', () => {
    const items = [{ ...gone, id: 2 }, gone, itemOf(a, 3), { ...gone, id: 4, active: false }];
    const missing = new Map([
      [1, now - 5 * hour],
      [3, now - 9 * hour],
    ]);
    const given = { devices: [a], items, missing };
    expect([...planSync(input(given, { graceHours: 24 })).missing]).toEqual([
      [1, now - 5 * hour],
      [2, now],
    ]);
    expect(planSync(input({ ...given, complete: false })).missing).toBe(missing);
    expect(planSync(input({ ...given, devices: [] })).missing).toBe(missing);
  });

  it('lets a taken mark wait for the change that takes it', () => {
    const { changes } = planSync(
      input({ devices: [a], items: [itemOf(a, 1, { active: false }), serialOf(2, 'S-a')] }),
    );
    const merged = changes.find(({ reason }) => reason === 'merged')!;
    const left = changes.find(({ reason }) => reason === 'left')!;
    expect(left.after).toBe(merged.key);
    expect(left).toMatchObject({ itemId: 1, patch: { udfs: { 'Addigy Agent ID': null } } });
    expect(merged).toMatchObject({ itemId: 2, patch: { udfs: { 'Addigy Agent ID': 'a' } } });
  });

  it('clears the mark of what it moves from, keeps that of what is gone, and never writes a company', () => {
    const items = [itemOf(a, 1, { companyId: 20 }), { ...gone, id: 2 }];
    const { changes } = planSync(input({ devices: [a], items }, { onCompanyMove: 'recreate' }));
    const [create, retired, moved] = changes;
    expect(create).toMatchObject({ kind: 'create', reason: 'moved', companyId: 10 });
    expect(create!.diffs[0]).toEqual({ field: 'company', from: '20', to: '10', volatile: false });
    expect(retired).toMatchObject({ itemId: 2, patch: { active: false }, agentId: 'z' });
    expect(moved).toMatchObject({ after: create!.key, companyId: 20 });
    expect(moved).toMatchObject({ patch: { active: false, udfs: { 'Addigy Agent ID': null } } });
  });

  it('says what it changes, and writes just that', () => {
    const steady = { volatile: false };
    const returning = itemOf(a, 1, { active: false, fields: { title: 'Old' } });
    const adopted = itemOf(b, 3, { mark: { kind: 'empty' } });
    const { changes } = planSync(input({ devices: [a, b], items: [returning, { ...gone, id: 2 }, adopted] }));
    const [update, reactivate, deactivate] = changes;
    expect(update).toMatchObject({ diffs: [{ field: 'mark', from: '', to: 'b', ...steady }] });
    expect(update).toHaveProperty('patch', { udfs: { 'Addigy Agent ID': 'b' } });
    expect(reactivate).toMatchObject({
      diffs: [
        { field: 'active', from: 'false', to: 'true', ...steady },
        { field: 'title', from: 'Old', to: 'Mac a', ...steady },
      ],
    });
    expect(reactivate).toHaveProperty('patch', { active: true, fields: { title: 'Mac a' } });
    expect(deactivate).toMatchObject({ diffs: [{ field: 'active', from: 'true', to: 'false', ...steady }] });
    expect(deactivate).toHaveProperty('patch', { active: false });
  });

  it('sorts what is held by company, those without one first', () => {
    const devices = [
      device('c', { policyId: 'p3' }),
      device('d', { policyId: 'p0' }),
      device('e', { family: 'ipad' }),
      device('f', { family: 'ipad', name: 'A' }),
    ];
    const { held } = planSync(input({ devices }));
    expect(held.map(({ agentId }) => agentId)).toEqual(['d', 'f', 'e', 'c']);
  });

  it('puts no blank into a new item, and cuts its title', () => {
    const nameless = device('a', { name: '', model: 'MacBook Air', hardwareModel: '', registered: null });
    const facts = { lengths: new Map([['title', 7]]), udfNames: null, markField: 'present' as const };
    const { changes } = planSync(input({ devices: [nameless], facts }));
    expect(changes[0]).toHaveProperty('draft.fields', { title: 'MacBook', serial: 'S-a' });
    expect(changes[0]!.diffs).toEqual([
      { field: 'title', from: '', to: 'MacBook', volatile: false },
      { field: 'serial', from: '', to: 'S-a', volatile: false },
    ]);
  });

  it('makes a new item of everything that is mapped, under the mark', () => {
    const plan = planSync(
      input({ devices: [a], categories: new Map([['mac', 5]]), types: new Map([['mac', 6]]) }),
    );
    expect(plan.changes[0]).toMatchObject({
      kind: 'create',
      draft: {
        companyId: 10,
        productId: 1,
        categoryId: 5,
        typeId: 6,
        fields: { title: 'Mac a', serial: 'S-a', referenceNumber: 'MacBookAir10,1', installed: '2024-05-06' },
        udfs: { 'Addigy Agent ID': 'a' },
      },
    });
  });

  it('names each change by what it steadily does, and writes the volatile facts along', () => {
    const settings = {
      fields: [
        { to: 'title', from: 'serial', rule: 'overwrite' },
        { to: 'udf:OS', from: 'osVersion', rule: 'overwrite' },
        { to: 'udf:IP', from: 'ipAddress', rule: 'overwrite' },
      ],
    };
    const udfs = new Map([
      ['Addigy Agent ID', null],
      ['OS', '14'],
      ['IP', ''],
    ]);
    const retired = itemOf(b, 5, { companyId: 20, active: false, fields: { title: 'Mac b' } });
    const items = [{ ...serialOf(4, 'S-b'), udfs }, retired];
    const given = input({ devices: [a, b], items, digest: (text) => text }, { ...settings, ...recreate });
    const [create, update, left] = planSync(given).changes;
    const steady = { volatile: false };
    expect(create).toStrictEqual({
      kind: 'create',
      reason: 'new',
      key: '["create","a",null,10,{"companyId":10,"fields":{"title":"S-a"},"productId":1,"udfs":{"Addigy Agent ID":"a","OS":"15.1"}},null]',
      agentId: 'a',
      itemId: null,
      companyId: 10,
      name: 'Mac a',
      serial: 'S-a',
      diffs: [
        { field: 'title', from: '', to: 'S-a', ...steady },
        { field: 'udf:OS', from: '', to: '15.1', ...steady },
        { field: 'udf:IP', from: '', to: '10.0.0.1', volatile: true },
      ],
      draft: {
        companyId: 10,
        productId: 1,
        fields: { title: 'S-a' },
        udfs: { OS: '15.1', IP: '10.0.0.1', 'Addigy Agent ID': 'a' },
      },
    });
    expect(update).toStrictEqual({
      kind: 'update',
      reason: 'adopted',
      key: '["update","b",4,10,{"fields":{"title":"S-b"},"udfs":{"Addigy Agent ID":"b","OS":"15.1"}},null]',
      agentId: 'b',
      itemId: 4,
      companyId: 10,
      name: 'Mac b',
      serial: 'S-b',
      diffs: [
        { field: 'mark', from: '', to: 'b', ...steady },
        { field: 'title', from: 'Mac a', to: 'S-b', ...steady },
        { field: 'udf:OS', from: '14', to: '15.1', ...steady },
        { field: 'udf:IP', from: '', to: '10.0.0.1', volatile: true },
      ],
      patch: {
        fields: { title: 'S-b' },
        udfs: { 'Addigy Agent ID': 'b', OS: '15.1', IP: '10.0.0.1' },
      },
    });
    expect(left).toStrictEqual({
      kind: 'update',
      reason: 'left',
      key: `["update","b",5,20,{"udfs":{"Addigy Agent ID":null}},${JSON.stringify(update!.key)}]`,
      agentId: 'b',
      itemId: 5,
      companyId: 20,
      name: 'Mac b',
      serial: 'S-b',
      diffs: [{ field: 'mark', from: 'b', to: '', ...steady }],
      patch: { udfs: { 'Addigy Agent ID': null } },
      after: update!.key,
    });
  });

  it.each([
    [{ name: ' ', model: 'MacBook Air' }, 'MacBook Air'],
    [{ name: '', model: '' }, 'S-a'],
  ])('gives a nameless device a title: %o', (changed, title) => {
    const { changes } = planSync(input({ devices: [device('a', changed)] }));
    expect(changes[0]).toMatchObject({ name: title, draft: { fields: { title } } });
  });

  it('says which limit held what, with the numbers and the way on', () => {
    const plan = planSync(
      input({ devices: many, items: renamed }, { limits: { updates: { percent: 50, atLeast: 1 } } }),
    );
    expect(plan.notes).toEqual([
      '4 of the 4 items we own in Acme (10) would be updated; the limit is 2 (50 %, at least 1), so none of them is. Review the plan; if it is right, raise limits.updates and run again.',
    ]);
    expect(plan.held.map(({ detail }) => detail)).toEqual(Array(4).fill(plan.notes[0]));
  });

  it.each([
    [{ policyId: 'p0' }, 'No policy on its way up leads to an Autotask company (its policy is p0)'],
    [{ policyId: null }, 'No policy on its way up leads to an Autotask company (its policy is none)'],
    [{ policyId: 'unsent' }, 'Its policy unsent is not known, since Addigy did not send it'],
    [
      { policyId: null, policyUnknown: true as const },
      'Its policy is not known, since Addigy could not tell it',
    ],
  ])('tells a policy that is not linked from one that is not known: %o', (changed, detail) => {
    const { held } = planSync(input({ devices: [device('a', changed)] }));
    expect(held[0]!.detail).toContain(detail);
  });

  it('names the items that a person has to look at', () => {
    const { held } = planSync(input({ devices: [a], items: [serialOf(7, 'S-a'), serialOf(5, 'S-a')] }));
    expect(held[0]!.detail).toContain('5, 7');
    expect(held[0]!.detail).toContain('Acme (10)');
  });

  it('says since when a device is missing, and until when that may last', () => {
    const missing = new Map([[1, now - 2 * hour]]);
    const { held } = planSync(input({ devices: [a], items: [gone], missing }, { graceHours: 24 }));
    expect(held[0]!.detail).toContain('since 2026-11-24T10:00:00.000Z');
    expect(held[0]!.detail).toContain('until 2026-11-25T10:00:00.000Z');
  });

  it('does not name a thousand of them', () => {
    const items = Array.from({ length: 1000 }, (_, at) => serialOf(at + 1, 'S-a'));
    const { held } = planSync(input({ devices: [a], items }));
    expect(held[0]!.detail).toContain('1, 2, 3, 4, 5 and 995 more');
    const five = planSync(input({ devices: [a], items: items.slice(0, 5) }));
    expect(five.held[0]!.detail).toContain('1, 2, 3, 4, 5. ');
  });
});

describe('devicesToFind', () => {
  const find = (given: Partial<PlanInput>, settings = {}) => devicesToFind(input(given, settings));

  it('asks for the serial alone of one that is found only elsewhere, unless a new one is to be made', () => {
    const given = { devices: [a], items: [itemOf(a, 1, { companyId: 20 })] };
    expect(find(given)).toEqual({ serials: ['S-a'], agentIds: [] });
    expect(find(given, recreate)).toEqual({ serials: ['S-a'], agentIds: ['a'] });
    const adopting = { devices: [a], items: [...given.items, serialOf(2, 'S-a')] };
    expect(find(adopting, recreate)).toEqual({ serials: ['S-a'], agentIds: [] });
  });

  it.each<[string, Partial<PlanInput>, string[]]>([
    ['a device that would be created', { devices: [a] }, ['a']],
    ['not one that has its item', { devices: [a], items: [itemOf(a, 1)] }, []],
    ['not one that adopts', { devices: [a], items: [serialOf(1, 'S-a')] }, []],
    ['not one that is ambiguous here', { devices: [a], items: [serialOf(1, 'S-a'), serialOf(2, 'S-a')] }, []],
    ['not one out of scope', { devices: [device('a', { virtual: true })] }, []],
    ['not one without a product', { devices: [a], products: new Map() }, []],
    ['not one of an inactive company', { devices: [device('a', { policyId: 'p3' })] }, []],
    ['none where marks are masked', { devices: [a], items: [item(1, { mark: { kind: 'masked' } })] }, []],
  ])('%s', (_, given, agentIds) => {
    expect(find(given)).toEqual({ agentIds, serials: agentIds.map((agentId) => `S-${agentId}`) });
  });

  it('is sorted', () => {
    expect(find({ devices: [device('c'), a, b] })).toEqual({
      agentIds: ['a', 'b', 'c'],
      serials: ['S-a', 'S-b', 'S-c'],
    });
  });
});
