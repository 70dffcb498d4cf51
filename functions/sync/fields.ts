/** What a device's facts say an item's fields should be, and where the item differs. */

import type { FieldDiff } from './change.ts';
import { cleanText, cutText } from './clean-text.ts';
import { type ConfigurationItem, type ItemField, masked, type StandardField } from './configuration-item.ts';
import { type Device, serialKey } from './device.ts';
import { dayText, minuteText, plausiblePast, plausibleWarranty } from './plausible-dates.ts';
import type { DirectoryFacts } from './ports.ts';
import { type DeviceFactName, deviceFacts, type SyncSettings } from './settings.ts';

/** One field that this connection fills, ready to be read from a device and compared with an item. */
export interface FieldFiller {
  readonly to: ItemField;
  /** Where it is in an item. */
  readonly place: { readonly standard: StandardField } | { readonly udf: string };
  readonly fillEmpty: boolean;
  readonly volatile: boolean;
  /** The value as Autotask can hold it; '' for none. */
  readonly desired: (device: Device) => string;
  readonly same: (current: string, desired: string) => boolean;
}

export interface FieldMap {
  readonly steady: readonly FieldFiller[];
  readonly volatile: readonly FieldFiller[];
  /** The mark's user-defined field, as Autotask spells it. */
  readonly markField: string;
  /** Mappings that cannot work, a sentence each. */
  readonly notes: readonly string[];
}

const identical = (current: string, desired: string): boolean => current === desired;
const sameDay = (current: string, desired: string): boolean => current.slice(0, 10) === desired;
// A user-defined date comes back with seconds, and without Z.
const sameMinute = (current: string, desired: string): boolean =>
  current.slice(0, 16) === desired.slice(0, 16);
const sameNumber = (current: string, desired: string): boolean =>
  current.trim() !== '' && Number(current) === Number(desired);
const sameSerial = (current: string, desired: string): boolean => serialKey(current) === serialKey(desired);

const dates: ReadonlySet<string> = new Set<DeviceFactName>(['registered', 'warrantyExpires', 'lastSeen']);
const dateFields: ReadonlySet<string> = new Set<StandardField>(['installed', 'warrantyExpires']);

export function mapFields(
  settings: Pick<SyncSettings, 'fields' | 'markField'>,
  facts: DirectoryFacts,
  now: number,
): FieldMap {
  const markField = spelled(settings.markField, facts.udfNames) ?? settings.markField;
  const steady: FieldFiller[] = [];
  const volatile: FieldFiller[] = [];
  const notes: string[] = [];
  const filled = new Set<string>();
  for (const { to, from, rule } of settings.fields) {
    if (rule === 'never') continue;
    const udf = to.startsWith('udf:') ? spelled(to.slice(4), facts.udfNames) : null;
    const doubt = doubtAbout(to, from, udf, markField, filled);
    // Stryker disable next-line ConditionalExpression: what has no name is a doubt already; the compiler does not know
    if (doubt !== '' || udf === undefined) {
      notes.push(`The field mapping from ${from} to ${to} is not used: ${doubt}.`);
      continue;
    }
    const place = udf === null ? { standard: to as StandardField } : { udf };
    const field: ItemField = udf === null ? to : `udf:${udf}`;
    filled.add(field);
    const limit = facts.lengths.get(field) ?? facts.lengths.get(to) ?? Infinity;
    const wholeDay = dateFields.has(to);
    const read = reader(from, wholeDay, now);
    const filler: FieldFiller = {
      to: field,
      place,
      fillEmpty: rule === 'fill-empty',
      volatile: deviceFacts[from].volatile,
      desired: (device) => cutText(cleanText(read(device)), limit),
      same: comparison(to, from, wholeDay),
    };
    (filler.volatile ? volatile : steady).push(filler);
  }
  return { steady, volatile, markField, notes };
}

/** Undefined where Autotask is known not to have it. */
function spelled(name: string, udfNames: readonly string[] | null): string | undefined {
  if (udfNames === null || udfNames.includes(name)) return name;
  const lower = name.toLowerCase();
  return udfNames.find((known) => known.toLowerCase() === lower);
}

function doubtAbout(
  to: ItemField,
  from: DeviceFactName,
  udf: string | null | undefined,
  markField: string,
  filled: ReadonlySet<string>,
): string {
  if (udf === undefined) return 'Autotask has no such user-defined field';
  if (udf !== null && udf.toLowerCase() === markField.toLowerCase()) return 'that field holds the mark';
  if (filled.has(udf === null ? to : `udf:${udf}`)) return 'an earlier mapping fills the same field';
  if (dateFields.has(to) && !dates.has(from)) return 'the field holds a date';
  return '';
}

function reader(from: DeviceFactName, wholeDay: boolean, now: number): (device: Device) => string {
  switch (from) {
    case 'macAddress':
      return (device) => device.macAddresses[0] ?? '';
    case 'freeDiskGb':
      return (device) => {
        const gb = device.freeDiskGb ?? Number.NaN;
        return Number.isFinite(gb) ? String(Math.round(gb)) : '';
      };
    case 'registered':
      return (device) => dayText(plausiblePast(device.registered, now));
    case 'warrantyExpires':
      return (device) => dayText(plausibleWarranty(device, now));
    case 'lastSeen': {
      const text = wholeDay ? dayText : minuteText;
      return (device) => text(plausiblePast(device.lastSeen, now));
    }
    default:
      return (device) => device[from];
  }
}

function comparison(
  to: ItemField,
  from: DeviceFactName,
  wholeDay: boolean,
): (current: string, desired: string) => boolean {
  if (to === 'serial') return sameSerial;
  if (wholeDay || from === 'registered' || from === 'warrantyExpires') return sameDay;
  if (from === 'lastSeen') return sameMinute;
  return from === 'freeDiskGb' ? sameNumber : identical;
}

/**
 * Adds to `diffs` what these fillers would change in the item. Blank never overwrites, and a user-defined
 * field whose value did not come, or came masked, is left alone.
 */
export function addDiffs(
  fillers: readonly FieldFiller[],
  device: Device,
  item: ConfigurationItem,
  diffs: FieldDiff[] | null,
): FieldDiff[] | null {
  let found = diffs;
  for (const filler of fillers) {
    const current = currentValue(filler, item);
    if (current === undefined || (filler.fillEmpty && current.trim() !== '')) continue;
    const desired = filler.desired(device);
    if (desired === '' || filler.same(current, desired)) continue;
    found ??= [];
    found.push({ field: filler.to, from: current, to: desired, volatile: filler.volatile });
  }
  return found;
}

function currentValue({ place }: FieldFiller, item: ConfigurationItem): string | undefined {
  if ('standard' in place) return item.fields[place.standard];
  const value = item.udfs?.get(place.udf);
  return value === masked || value === undefined ? undefined : (value ?? '');
}
