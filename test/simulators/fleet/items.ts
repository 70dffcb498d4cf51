/** The configuration items that Autotask holds before the first sync. */
import type { AutotaskSeed } from '../autotask/seed.ts';
import type { MadeDevice } from './devices.ts';
import type { Estate } from './estate.ts';
import type { SeededFamily } from './models.ts';
import type { Random } from './random.ts';

type SeededItem = AutotaskSeed['items'][number];

export const products: AutotaskSeed['products'] = [
  { id: 29_681_200, name: 'Apple Mac', isActive: false },
  { id: 29_681_201, name: 'Apple Mac', isActive: true },
  { id: 29_681_202, name: 'Apple iPhone', isActive: true },
  { id: 29_681_203, name: 'Apple iPad', isActive: true },
  { id: 29_681_204, name: 'Apple TV', isActive: true },
  { id: 29_681_210, name: 'Laser printer', isActive: true },
  { id: 29_681_211, name: 'Server', isActive: true },
];
const productOf: Readonly<Record<SeededFamily, number>> = {
  mac: 29_681_201,
  iphone: 29_681_202,
  ipad: 29_681_203,
  'apple-tv': 29_681_204,
  vision: 29_681_201,
};
const printer = 29_681_210;
const server = 29_681_211;

export const udfs: AutotaskSeed['udfs'] = [
  { name: 'Addigy Agent ID' },
  { name: 'OS Version' },
  { name: 'Last Check-in' },
  { name: 'Asset Tag' },
  { name: 'Purchase Order' },
  { name: 'Recovery Key', isProtected: true },
];

export interface MadeItems {
  readonly items: SeededItem[];
  readonly unrelated: number;
  readonly strangers: number;
}

export function makeItems(devices: readonly MadeDevice[], estate: Estate, random: Random): MadeItems {
  const items: SeededItem[] = [];
  const unrelated = addUnrelated(items, Math.max(2, Math.floor(devices.length / 5)), estate, random);
  // Somebody else's mark, in a company that none of our policies leads to.
  items.push({
    companyID: estate.strangerCompanyId,
    productID: productOf.mac,
    isActive: true,
    referenceTitle: 'Mac of another Addigy organisation',
    serialNumber: 'C02STRANGER1',
    udfs: { 'Addigy Agent ID': `${random.hex(8)}-0000-4000-8000-${random.hex(12)}` },
  });
  devices.forEach((device, index) => {
    items.push(...itemsOf(device, index, estate));
  });
  return { items, unrelated, strangers: 1 };
}

function itemsOf(device: MadeDevice, index: number, estate: Estate): SeededItem[] {
  if (device.companyId === null) return [];
  const here = handMade(device, index, device.companyId);
  switch (device.circumstance) {
    case 'adopted':
      return [here];
    case 'inactive-match':
      return [{ ...here, isActive: false }];
    case 'two-items':
      return [here, { ...here, referenceTitle: `${device.model.noun} (copy)`, isActive: index % 2 === 0 }];
    case 'other-company':
      return [{ ...here, companyID: companyOtherThan(device.companyId, index, estate) }];
    case 'inactive-elsewhere':
      return [{ ...here, isActive: false, companyID: companyOtherThan(device.companyId, index, estate) }];
    default:
      return [];
  }
}

/** As a person typed it in: the serial in any case, a title of their own, some fields filled. */
function handMade(device: MadeDevice, index: number, companyID: number): SeededItem {
  return {
    companyID,
    productID: productOf[device.model.family],
    isActive: true,
    referenceTitle:
      index % 3 === 0 ? device.name.slice(0, 60) : `${device.model.noun} reception (do not move!)`,
    serialNumber: index % 2 === 0 ? device.serial.toLowerCase() : device.serial,
    ...(index % 4 === 0 ? { installDate: '2021-03-01T00:00:00' } : {}),
    ...(index % 5 === 0 ? { notes: 'Battery replaced in March.' } : {}),
    ...(index % 2 === 0 ? { udfs: { 'Asset Tag': `MM-${10_000 + index}` } } : {}),
  };
}

function companyOtherThan(companyId: number, index: number, estate: Estate): number {
  const others = estate.clients;
  const one = others[index % others.length]!.companyId;
  return one === companyId ? others[(index + 1) % others.length]!.companyId : one;
}

function addUnrelated(items: SeededItem[], count: number, estate: Estate, random: Random): number {
  for (let index = 0; index < count; index += 1) {
    const isPrinter = index % 3 !== 0;
    items.push({
      companyID: estate.clients[index % estate.clients.length]!.companyId,
      productID: isPrinter ? printer : server,
      isActive: index % 9 !== 8,
      referenceTitle: isPrinter ? `Printer floor ${1 + (index % 6)}` : `SRV-${index}`,
      ...(index % 4 === 3
        ? {}
        : { serialNumber: `${isPrinter ? 'PRN' : 'SRV'}${random.hex(4).toUpperCase()}${index}` }),
      ...(index % 2 === 0
        ? { udfs: { 'Asset Tag': `MM-${index}`, 'Purchase Order': `PO-${1000 + index}` } }
        : {}),
    });
  }
  return count;
}
