/** What a technician reads of a device that has no one item: the whole sentence, with the ids, companies and agents that it needs. */
import { describe, expect, it } from 'vitest';
import { planSync } from '#sync/plan';
import type { PlanInput } from '#sync/plan-input';
import { device, input, item, itemOf } from './sample-plan-input.ts';

const a = device('a');
const serial = (id: number, changed: Parameters<typeof item>[1] = {}) =>
  item(id, { ...changed, fields: { serial: 'S-a' } });
const withMac = (agentId: string) => device(agentId, { macAddresses: ['14:7d:da:4f:73:10'] });
const macItem = (id: number) =>
  item(id, {
    udfs: new Map([
      ['Addigy Agent ID', null],
      ['MAC', '14:7d:da:4f:73:10'],
    ]),
  });
const byMac = { matchByMac: 'udf:MAC' };
const recreate = { onCompanyMove: 'recreate' };

describe('why a device is held', () => {
  it.each<[what: string, given: Partial<PlanInput>, settings: object, detail: string]>([
    [
      'two items with its mark',
      { items: [itemOf(a, 1), itemOf(a, 2, { active: false }), itemOf(a, 3)] },
      {},
      'Several configuration items in Acme (10) bear its mark: 1, 2 (inactive), 3. Merge them in Autotask, or clear Addigy Agent ID on all but one.',
    ],
    [
      'two items that a merge may have left',
      { items: [itemOf(a, 1, { active: false }), serial(2), serial(3)] },
      {},
      'Its configuration item 1 is inactive, and several active ones in Acme (10) have its serial number: 2, 3. Merge or deactivate all but one in Autotask.',
    ],
    [
      'a move',
      { items: [itemOf(a, 1, { companyId: 20 }), itemOf(a, 2, { companyId: 99, active: false })] },
      {},
      'Its policy now leads to Acme (10), its configuration item 1, 2 (inactive) is in Beta (20), company 99. Autotask cannot change an item\'s company: set onCompanyMove to "recreate" to make a new item there and deactivate the old one, or move the device back in Addigy.',
    ],
    [
      'a move on a partial view',
      { items: [itemOf(a, 1, { companyId: 20 })], complete: false },
      recreate,
      'It moved to Acme (10), which needs the old configuration item 1 deactivated; Addigy was not read completely, so nothing is deactivated in this run.',
    ],
    [
      'the mark of another device',
      { devices: [a, device('b')], items: [serial(1, { mark: 'b' })] },
      {},
      'Configuration item 1 in Acme (10) has its serial number, but bears the mark of another device (agent b). Correct the serial number, or clear Addigy Agent ID there.',
    ],
    [
      'two items with its serial number',
      { items: [serial(1), serial(2, { active: false })] },
      {},
      'Several configuration items in Acme (10) have its serial number: 1, 2 (inactive). Merge them in Autotask, write a to Addigy Agent ID of the right one, or correct the serial numbers of the others.',
    ],
    [
      'a mark that was not seen on a partial view',
      { items: [serial(1, { mark: 'old' })], complete: false },
      {},
      'Configuration item 1 has its serial number and the mark of agent old, which was not seen; Addigy was not read completely, so that agent may still exist.',
    ],
    [
      'an item of another company',
      { items: [serial(1, { companyId: 20 }), serial(2, { companyId: 99 })] },
      {},
      "Its policy leads to Acme (10), but an active configuration item with its serial number is in another company: 1 in Beta (20), 2 in company 99. Autotask cannot change an item's company: deactivate it there, or link the policy to that company.",
    ],
    [
      'the mark of another device in another company',
      { devices: [a, device('b', { policyId: 'p2' })], items: [serial(1, { companyId: 20, mark: 'b' })] },
      {},
      'An active configuration item with its serial number bears the mark of another device: 1 in Beta (20). Correct the serial number, or clear Addigy Agent ID there.',
    ],
    [
      'the mark of a stranger',
      { items: [serial(1, { companyId: 99, mark: 'theirs' })] },
      {},
      'An active configuration item with its serial number bears a mark that this Addigy organisation does not know: 1 in company 99. It is left to whoever marked it; deactivate it there if the device is yours now.',
    ],
    [
      'a MAC address on two items',
      { devices: [withMac('a')], items: [macItem(1), macItem(2)] },
      byMac,
      'Its MAC address does not tell one device and one configuration item from another: 1, 2. Write the serial number into the right item.',
    ],
    [
      'a MAC address of two devices',
      { devices: [withMac('a'), withMac('b')], items: [macItem(1)] },
      byMac,
      'Its MAC address does not tell one device and one configuration item from another: 1. Write the serial number into the right item.',
    ],
    [
      'more items than are named',
      { items: [1, 2, 3, 4, 5, 6, 7].map((id) => serial(id)) },
      {},
      'Several configuration items in Acme (10) have its serial number: 1, 2, 3, 4, 5 and 2 more. Merge them in Autotask, write a to Addigy Agent ID of the right one, or correct the serial numbers of the others.',
    ],
    [
      'as many as are named',
      { items: [1, 2, 3, 4, 5].map((id) => serial(id)) },
      {},
      'Several configuration items in Acme (10) have its serial number: 1, 2, 3, 4, 5. Merge them in Autotask, write a to Addigy Agent ID of the right one, or correct the serial numbers of the others.',
    ],
    [
      'an inactive company, without an item',
      { devices: [device('a', { policyId: 'p3' })] },
      {},
      'Its policy leads to Closed (30), which is inactive in Autotask: nothing is created there.',
    ],
    [
      'an inactive company, with an inactive item',
      { devices: [device('a', { policyId: 'p3' })], items: [itemOf(a, 1, { companyId: 30, active: false })] },
      {},
      'Its configuration item 1 is inactive, and so is its company Closed (30): nothing is reactivated there.',
    ],
    [
      'a family without a product',
      { devices: [device('a', { family: 'apple-tv' })] },
      {},
      'Autotask has no active product for apple-tv: make one named "Apple Device", or name one in the settings\' products.',
    ],
  ])('%s', (_what, given, settings, detail) => {
    const { held } = planSync(input({ devices: [a], ...given }, settings));
    const line = held.find(({ agentId }) => agentId === 'a');
    expect(line?.detail).toBe(detail);
  });
});

const virtual = { virtual: true, hardwareModel: 'VMware7,1', policyId: 'unsent' };
describe('why a device is out of scope', () => {
  it.each<[what: string, devices: Array<Parameters<typeof device>[1]>, settings: object, detail: string]>([
    ['a virtual machine', [virtual], {}, 'A virtual machine (VMware7,1): virtual machines are not synced.'],
    [
      'a virtual machine without a model',
      [{ ...virtual, hardwareModel: '' }],
      {},
      'A virtual machine (unknown model): virtual machines are not synced.',
    ],
    [
      'an excluded one',
      [{}],
      { exclude: { families: ['mac'] } },
      "Excluded by this connection's settings (its family, serial number, policy or a policy above it).",
    ],
    [
      'one without a serial number',
      [{ serial: '' }],
      {},
      'Addigy has no serial number for it, so it cannot be told apart; it is looked at again when Addigy has one.',
    ],
    [
      'the older of two',
      [{ lastSeen: 1 }, { agentId: 'b', serial: 'S-a' }],
      {},
      'Another enrolment in Addigy has the same serial number and is newer (agent b); delete the old one in Addigy.',
    ],
    [
      'a silent one',
      [{ lastSeen: Date.UTC(2026, 0, 2, 3, 4) }],
      { staleAfterDays: 90 },
      'Silent for more than 90 days (last seen 2026-01-02): it counts as retired until it checks in again.',
    ],
    [
      'one of a company that cannot be seen',
      [{}],
      { companies: { p1: 77 } },
      "Its policy leads to Autotask company 77, which this API user cannot see: check the id and the user's security level.",
    ],
    [
      'one without a policy',
      [{ policyId: null }],
      {},
      "No policy on its way up leads to an Autotask company (its policy is none): link the policy to a company in Addigy, or name it in the settings' companies.",
    ],
  ])('%s', (_what, devices, settings, detail) => {
    const { held } = planSync(input({ devices: devices.map((changed) => device('a', changed)) }, settings));
    expect(held.find(({ agentId }) => agentId === 'a')?.detail).toBe(detail);
  });
});

describe('why an item is held', () => {
  it.each<[what: string, given: Partial<PlanInput>, settings: object, detail: string]>([
    [
      'what a move left active, on a partial view',
      { items: [itemOf(a, 1), itemOf(a, 2, { companyId: 20 })], complete: false },
      recreate,
      'Item 2 is left over from a move; Addigy was not read completely, so nothing is deactivated in this run.',
    ],
    [
      'not seen on a partial view',
      { items: [itemOf(a, 1), serial(2, { mark: 'z' })], complete: false },
      {},
      'Its device (agent z) was not seen, but Addigy was not read completely: nothing is deactivated in this run.',
    ],
    [
      'missing, and in its grace',
      { items: [itemOf(a, 1), item(2, { mark: 'z' })] },
      { graceHours: 24 },
      'Its device (agent z) has been missing from Addigy since 2026-11-24T12:00:00.000Z; it is deactivated if that lasts until 2026-11-25T12:00:00.000Z.',
    ],
    [
      'foreign',
      { items: [itemOf(a, 1), item(2, { mark: 'z', companyId: 99 })] },
      {},
      'It bears the mark of an agent that this Addigy organisation does not know (z), in a company that none of its policies leads to: it is left to whoever marked it.',
    ],
  ])('%s', (_what, given, settings, detail) => {
    const { held } = planSync(input({ devices: [a], ...given }, settings));
    expect(held.filter(({ agentId }) => agentId === '').map((line) => line.detail)).toEqual([detail]);
  });
});
