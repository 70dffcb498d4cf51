import { describe, expect, it } from 'vitest';
import { type ConfigurationItem, type Masked, masked } from '#sync/configuration-item';
import { indexItems } from '#sync/item-index';
import { callRoster } from '#sync/roster';
import { device, input, item, itemOf } from './sample-plan-input.ts';

const mac = '14:7d:da:4f:73:10';
const a = device('a', { macAddresses: [mac, '14:7d:da:4f:73:11'] });

function index(items: readonly ConfigurationItem[], settings: object = {}, of = a) {
  const given = input({ devices: [device('b', { virtual: true }), of, device('c')], items }, settings);
  return indexItems(given, callRoster(given));
}

describe('a device is settled', () => {
  it.each<[what: string, items: ConfigurationItem[], settled: boolean]>([
    ['where its one item is active and in its company', [itemOf(a, 1)], true],
    ['whatever other items there are', [item(2), itemOf(a, 1), item(3, { mark: 'z' })], true],
    ['not where it has none', [item(2)], false],
    ['not where it has two', [itemOf(a, 1), itemOf(a, 2)], false],
    ['not where it is inactive', [itemOf(a, 1, { active: false })], false],
    ['not where it is in another company', [itemOf(a, 1, { companyId: 20 })], false],
  ])('%s', (_, items, settled) => {
    expect(index(items).isSettled(1)).toBe(settled);
  });
});

describe('items with its serial number', () => {
  const serial = (id: number, companyId: number) => item(id, { companyId, fields: { serial: ' s-A' } });
  it.each<[what: string, items: ConfigurationItem[], of: typeof a, found: number[]]>([
    ['are found in any company, lowest id first', [serial(7, 10), item(5), serial(3, 20)], a, [2, 0]],
    ['none', [item(5)], a, []],
    ['are not looked for where it is settled', [itemOf(a, 1), serial(2, 20)], a, []],
    ['are not looked for where it is out of scope', [serial(2, 20)], { ...a, virtual: true }, []],
  ])('%s', (_, items, of, found) => {
    expect(index(items, {}, of).sameSerial(1)).toEqual(found);
  });
});

describe('items with its MAC address', () => {
  const matchByMac = 'udf:MAC';
  const bearing = (id: number, value: string | null | Masked, more: Parameters<typeof item>[1] = {}) =>
    item(id, { udfs: new Map([['MAC', value]]), ...more });
  it.each<[what: string, items: ConfigurationItem[], found: number[]]>([
    ['are found by each of them, lowest id first', [bearing(7, mac), bearing(5, '147DDA-4F7311')], [1, 0]],
    ['several with one, lowest id first', [bearing(7, mac), bearing(5, mac)], [1, 0]],
    ['however it is written', [bearing(1, '147d.da4f.7310'), bearing(2, ' 14-7D-DA-4F-73-10 ')], [0, 1]],
    ['not by more digits', [bearing(1, `00:${mac}`), bearing(2, `${mac}:00`)], []],
    ['not by an empty value', [bearing(1, null), bearing(2, ''), bearing(3, masked), item(4)], []],
    ['not where no field came', [item(1, { mark: { kind: 'unseen' } })], []],
    ['not where it bears a mark', [bearing(1, mac, { mark: 'z' })], []],
    ['not where it has a serial number', [bearing(1, mac, { fields: { serial: 'S-z' } })], []],
  ])('%s', (_, items, found) => {
    expect(index(items, { matchByMac }).sameMac(1)).toEqual(found);
  });

  it('are found in a standard field, be it that of the serial number', () => {
    const items = [item(1, { fields: { referenceNumber: mac } }), item(2, { fields: { serial: mac } })];
    expect(index(items, { matchByMac: 'referenceNumber' }).sameMac(1)).toEqual([0]);
    expect(index(items, { matchByMac: 'serial' }).sameMac(1)).toEqual([1]);
    expect(index(items).sameMac(1)).toEqual([]);
  });

  it('are none where the address is none', () => {
    const none = { ...a, macAddresses: ['00:00:00:00:00:00', `00:${mac}`, 'unknown', ''] };
    const items = [
      bearing(1, '00:00:00:00:00:00'),
      bearing(2, 'unknown'),
      bearing(3, ''),
      bearing(4, `00:${mac}`),
    ];
    expect(index(items, { matchByMac }, none).sameMac(1)).toEqual([]);
  });
});
