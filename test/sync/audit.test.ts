import { describe, expect, it } from 'vitest';
import { auditNative, serialsToFind } from '#sync/audit';
import type { HeldReason } from '#sync/change';
import type { ConfigurationItem } from '#sync/configuration-item';
import type { Device } from '#sync/device';
import { day, device, input, item, now } from './sample-plan-input.ts';

/** One device: serial number S-a, named "Mac a", in policy p1, which leads to Acme (10). */
const serial = 'S-a';
const titled = (id: number, title = 'Mac a', more: Partial<ConfigurationItem> = {}) =>
  item(id, { ...more, fields: { serial, title } });

type Line = readonly [reason: HeldReason, itemId: number | null, says: string];

describe('an audit of Addigy’s own sync', () => {
  it.each<[name: string, items: ConfigurationItem[], line: Line | 'fine', device?: Partial<Device>]>([
    ['its item', [titled(1)], 'fine'],
    [
      'its item, whatever its mark',
      [item(1, { mark: 'another', fields: { serial, title: 'Mac a' } })],
      'fine',
    ],
    [
      'a serial number of other case and padding',
      [item(1, { fields: { serial: ' s-A ', title: 'Mac a' } })],
      'fine',
    ],
    ['a title with other white space', [titled(1, ' Mac  a ')], 'fine'],
    ['a device without a name', [titled(1, 'Whatever')], 'fine', { name: '' }],
    ['a long name that was cut', [titled(1, 'x'.repeat(50))], 'fine', { name: 'x'.repeat(300) }],
    ['an inactive one beside it', [titled(1), titled(2, 'Old', { active: false })], 'fine'],
    ['an inactive one elsewhere', [titled(1), titled(2, 'Old', { active: false, companyId: 20 })], 'fine'],

    ['none', [], ['native-missing', null, 'Acme (10). Addigy may not have come to it yet']],
    [
      'none with its serial number',
      [item(1, { fields: { serial: 'S-b' } })],
      ['native-missing', null, 'No configuration item'],
    ],
    [
      'none, in an inactive company',
      [],
      ['native-missing', null, 'Closed (30). That company is inactive in Autotask. Addigy may'],
      { policyId: 'p3' },
    ],
    [
      'none, only a policy above is linked',
      [],
      ['native-missing', null, 'link its own policy too'],
      { policyId: 'p1a' },
    ],
    [
      'none, its own policy is linked to no company',
      [],
      ['native-missing', null, 'link its own policy too'],
      { policyId: 'zero' },
    ],

    ['another title', [titled(1, 'Old name')], ['native-stale', 1, '"Old name"']],
    ['no title', [titled(1, '')], ['native-stale', 1, '""']],
    [
      'the end of a long name',
      [titled(1, 'x'.repeat(50))],
      ['native-stale', 1, 'xxx"'],
      { name: `Mac ${'x'.repeat(50)}` },
    ],
    ['a short beginning of its name', [titled(1, 'Mac')], ['native-stale', 1, '"Mac a"']],
    ['an inactive one', [titled(1, 'Mac a', { active: false })], ['native-stale', 1, 'inactive']],
    [
      'inactive ones here and elsewhere',
      [titled(1, 'Mac a', { active: false, companyId: 20 }), titled(2, 'Mac a', { active: false })],
      ['native-stale', 2, 'inactive'],
    ],

    ['two active', [titled(1), titled(2)], ['native-duplicated', 1, '2 active']],
    [
      'two active, one elsewhere: the one here is named',
      [titled(1, 'Mac a', { companyId: 20 }), titled(2)],
      ['native-duplicated', 2, '1 in Beta (20), 2 in Acme (10)'],
    ],
    [
      'two active elsewhere',
      [titled(1, 'Mac a', { companyId: 20 }), titled(2, 'Mac a', { companyId: 99 })],
      ['native-duplicated', 1, 'company 99'],
    ],
    [
      'many active',
      Array.from({ length: 9 }, (_, at) => titled(at + 1)),
      [
        'native-duplicated',
        1,
        '9 active configuration items have its serial number: 1 in Acme (10), 2 in Acme (10), 3 in Acme (10), 4 in Acme (10), 5 in Acme (10), …. Merge',
      ],
    ],
    [
      'as many active as are named',
      Array.from({ length: 5 }, (_, at) => titled(at + 1)),
      ['native-duplicated', 1, '4 in Acme (10), 5 in Acme (10). Merge'],
    ],

    ['one elsewhere', [titled(1, 'Mac a', { companyId: 20 })], ['native-wrong-company', 1, 'Beta (20)']],
    [
      'one elsewhere, and an inactive one here',
      [titled(1, 'Mac a', { companyId: 20 }), titled(2, 'Mac a', { active: false })],
      ['native-wrong-company', 1, 'Acme (10)'],
    ],
    [
      'an inactive one elsewhere',
      [titled(1, 'Mac a', { companyId: 20, active: false })],
      ['native-wrong-company', 1, '(inactive)'],
    ],

    ['a virtual machine', [], ['virtual', null, 'virtual'], { virtual: true }],
    ['no serial number', [], ['no-serial', null, 'serial'], { serial: ' ' }],
    ['silent', [], ['stale', null, '30 days'], { lastSeen: now - 31 * day }],
    ['a policy without a link', [], ['unmapped', null, 'link the policy there'], { policyId: 'p0' }],
    ['no policy', [], ['unmapped', null, 'none'], { policyId: null }],
    ['a policy that was not sent', [], ['unmapped', null, 'not known'], { policyId: 'not sent' }],
    ['a company that cannot be seen', [], ['company-missing', null, '40'], { policyId: 'p4' }],
    ['excluded', [titled(1)], ['excluded', null, 'Excluded'], { family: 'iphone' }],
  ])('%s', (_, items, line, changed = {}) => {
    const one = device('a', changed);
    const { policies } = input();
    const sent = [
      ...policies,
      { id: 'p4', name: 'Hidden', parentId: null, companyId: 40 },
      { id: 'zero', name: 'Acme iPads', parentId: 'p1', companyId: 0 },
    ];
    const settings = { staleAfterDays: 30, exclude: { families: ['iphone'] } };
    for (const order of [items, items.toReversed()]) {
      const audit = auditNative(input({ devices: [one], items: order, policies: sent }, settings));
      if (line === 'fine') {
        expect(audit).toEqual({ held: [], fine: 1 });
        continue;
      }
      const [reason, itemId, says] = line;
      expect(audit.fine).toBe(0);
      expect(audit.held).toMatchObject([{ reason, itemId, agentId: 'a', name: one.name }]);
      expect(audit.held[0]!.detail).toContain(says);
    }
  });

  it('counts an older enrolment of the same machine as superseded', () => {
    const devices = [device('a'), device('b', { serial: ' s-a', name: 'Mac a', lastSeen: now })];
    const { held, fine } = auditNative(input({ devices, items: [titled(1)] }));
    expect(fine).toBe(1);
    expect(held).toMatchObject([{ reason: 'superseded', agentId: 'a' }]);
  });

  it('knows the links of Addigy, and neither the settings’ companies nor their default', () => {
    const devices = [device('a', { policyId: 'p0' }), device('b')];
    const settings = { companies: { p0: 20, p1: 20 }, defaultCompanyId: 20 };
    const items = [item(1, { fields: { serial: 'S-b', title: 'Mac b' } })];
    const { held, fine } = auditNative(input({ devices, items }, settings));
    expect(fine).toBe(1);
    expect(held.map(({ reason, agentId }) => [reason, agentId])).toEqual([['unmapped', 'a']]);
  });

  it('sorts its lines, whatever the order of the devices', () => {
    const devices = ['d', 'b', 'a', 'c'].map((agentId) =>
      device(agentId, agentId === 'c' ? { policyId: 'p2' } : {}),
    );
    const lines = auditNative(input({ devices })).held.map(({ agentId }) => agentId);
    expect(lines).toEqual(['a', 'b', 'd', 'c']);
    expect(auditNative(input({ devices: devices.toReversed() })).held.map(({ agentId }) => agentId)).toEqual(
      lines,
    );
  });
});

describe('serialsToFind', () => {
  it.each<[string, ConfigurationItem[], Partial<Device>, string[]]>([
    ['none anywhere', [], {}, ['S-a']],
    ['one in its company', [titled(1)], {}, []],
    ['an inactive one in its company', [titled(1, '', { active: false })], {}, ['S-a']],
    ['one elsewhere', [titled(1, '', { companyId: 20 })], {}, ['S-a']],
    ['a device that is out of scope', [], { virtual: true }, []],
    ['a device that Addigy links nowhere', [], { policyId: 'p0' }, []],
  ])('%s', (_, items, changed, serials) => {
    const settings = { companies: { p0: 10 } };
    expect(serialsToFind(input({ devices: [device('a', changed)], items }, settings))).toEqual(serials);
  });

  it('sorts them', () => {
    const devices = ['c', 'a', 'b'].map((agentId) => device(agentId));
    expect(serialsToFind(input({ devices }))).toEqual(['S-a', 'S-b', 'S-c']);
  });
});
