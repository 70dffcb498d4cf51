/**
 * The items by mark, by serial number and by MAC address. Linked lists in typed arrays, and only for
 * what somebody asks for: in a run without changes every device is found by its mark, and nothing else is built.
 */
import { type ConfigurationItem, masked, type StandardField } from './configuration-item.ts';
import { serialKey } from './device.ts';
import { isUnmarked } from './ownership.ts';
import type { PlanInput } from './plan-input.ts';
import type { Roster } from './roster.ts';

/** In `owner`: the mark is an agent id that Addigy did not send. */
export const unknownAgent = -1;
/** In `owner`: there is no mark to be seen. */
export const noAgent = -2;
export const emptyChain: readonly number[] = [];

export interface ItemIndex {
  /** For each item, the device whose mark it bears, or one of the two above. */
  readonly owner: Int32Array;
  /** For each device, the first item with its mark; -1 for none. Walk with `chain`. */
  readonly firstMarked: Int32Array;
  readonly nextMarked: Int32Array;
  /** Whether the one item with the device's mark is active and in its company: nearly always so. */
  isSettled(device: number): boolean;
  /** Items with the device's serial number, in any company, lowest id first; none for a device that is settled or out of scope. */
  sameSerial(device: number): readonly number[];
  /** Unmarked items with one of the device's MAC addresses and no other serial number, lowest id first. */
  sameMac(device: number): readonly number[];
}

/** The items of one list, lowest id first, so that the order of input never shows. */
export function chain(
  first: number,
  next: Int32Array,
  items: readonly ConfigurationItem[],
): readonly number[] {
  // Stryker disable next-line ConditionalExpression: it spares the making of an empty list
  if (first === -1) return emptyChain;
  const found: number[] = [];
  for (let at = first; at !== -1; at = next[at]!) found.push(at);
  return found.sort((left, right) => items[left]!.id - items[right]!.id);
}

type IndexInput = Pick<PlanInput, 'devices' | 'items' | 'settings'>;

export function indexItems(input: IndexInput, roster: Roster): ItemIndex {
  const { devices, items } = input;
  const owner = new Int32Array(items.length).fill(noAgent);
  const firstMarked = new Int32Array(devices.length).fill(-1);
  const nextMarked = new Int32Array(items.length);
  for (let at = 0; at < items.length; at += 1) {
    const { mark } = items[at]!;
    if (mark.kind !== 'agent') continue;
    const device = roster.byAgent.get(mark.agentId);
    owner[at] = device ?? unknownAgent;
    // Stryker disable next-line ConditionalExpression: no list is of no device; the compiler does not know
    if (device === undefined) continue;
    nextMarked[at] = firstMarked[device]!;
    firstMarked[device] = at;
  }

  const isSettled = (device: number): boolean => {
    const first = firstMarked[device]!;
    // Where there is no first, there is no next to be read either.
    if (nextMarked[first] !== -1) return false;
    const { active, companyId } = items[first]!;
    return active && companyId === roster.company[device];
  };

  const firstOfSerial = new Map<string, number>();
  for (const [device, { serial }] of devices.entries()) {
    if (roster.standing[device] !== 'in-scope' || isSettled(device)) continue;
    firstOfSerial.set(serialKey(serial), -1);
  }
  // Stryker disable next-line ConditionalExpression: where nobody asks, it spares the keys of all items
  const asked = firstOfSerial.size === 0 ? [] : items;
  // Stryker disable next-line UnaryOperator: nobody walks on from an item that is in no list
  const nextOfSerial = new Int32Array(asked.length).fill(-1);
  for (let at = 0; at < asked.length; at += 1) {
    const serial = serialKey(asked[at]!.fields.serial);
    const first = firstOfSerial.get(serial);
    if (first === undefined) continue;
    nextOfSerial[at] = first;
    firstOfSerial.set(serial, at);
  }
  const macs = indexMacs(input);

  return {
    owner,
    firstMarked,
    nextMarked,
    isSettled,
    sameSerial: (device) =>
      chain(firstOfSerial.get(serialKey(devices[device]!.serial)) ?? -1, nextOfSerial, items),
    sameMac: (device) => {
      const found = new Set(devices[device]!.macAddresses.flatMap((mac) => macs.get(macKey(mac)) ?? []));
      return [...found].sort((left, right) => items[left]!.id - items[right]!.id);
    },
  };
}

/** Twelve hexadecimal digits, else ''. */
function macKey(text: string): string {
  const digits = text.replace(/[\s:.-]/gu, '').toLowerCase();
  return /^[0-9a-f]{12}$/u.test(digits) && digits !== '000000000000' ? digits : '';
}

/** A MAC address moves with a dock: an item that has a serial number is the machine with that number. */
function indexMacs({ items, settings }: IndexInput): ReadonlyMap<string, number[]> {
  const macs = new Map<string, number[]>();
  const field = settings.matchByMac;
  if (field === null) return macs;
  for (let at = 0; at < items.length; at += 1) {
    const item = items[at]!;
    if (!isUnmarked(item.mark) || (field !== 'serial' && serialKey(item.fields.serial) !== '')) continue;
    const value = field.startsWith('udf:')
      ? item.udfs?.get(field.slice(4))
      : item.fields[field as StandardField];
    if (value === undefined || value === null || value === masked) continue;
    const key = macKey(value);
    if (key === '') continue;
    const others = macs.get(key);
    if (others === undefined) macs.set(key, [at]);
    else others.push(at);
  }
  return macs;
}
