/** What a device meets in the first plan, and how many devices get which: one circumstance per device. */
import type { Random } from './random.ts';

/**
 * - `clean`             nothing in Autotask: created
 * - `adopted`           an active, unmarked item with its serial in its company: adopted by an update
 * - `inactive-match`    an inactive, unmarked item with its serial in its company: reactivated
 * - `inactive-elsewhere` an inactive, unmarked item in another company: does not stand in a create's way
 * - `two-items`         two unmarked items with its serial in its company: held `ambiguous`
 * - `other-company`     an active, unmarked item with its serial in another company: held `other-company`
 * - `twin`              an older enrolment with the serial of a clean device: held `superseded`
 * - `virtual`, `no-serial`, `unmapped`, `cycle` (unmapped too), `inactive-company`, `vision` (a family without a product)
 */
export type Circumstance =
  | 'clean'
  | 'adopted'
  | 'inactive-match'
  | 'inactive-elsewhere'
  | 'two-items'
  | 'other-company'
  | 'twin'
  | 'virtual'
  | 'no-serial'
  | 'unmapped'
  | 'cycle'
  | 'inactive-company'
  | 'vision';

const shares: Readonly<Record<Exclude<Circumstance, 'clean'>, number>> = {
  adopted: 0.08,
  'inactive-match': 0.01,
  'inactive-elsewhere': 0.005,
  'two-items': 0.005,
  'other-company': 0.005,
  twin: 0.01,
  virtual: 0.015,
  'no-serial': 0.01,
  unmapped: 0.02,
  cycle: 0.005,
  'inactive-company': 0.005,
  vision: 0.003,
};

/** From here on, every circumstance occurs at least once. */
export const fewestForEveryMess = 40;

export function circumstances(devices: number, random: Random): Circumstance[] {
  const list: Circumstance[] = [];
  for (const [circumstance, share] of Object.entries(shares) as Array<[Circumstance, number]>) {
    const few = devices >= fewestForEveryMess ? 1 : 0;
    const count = Math.max(few, Math.round(devices * share));
    for (let i = 0; i < count && list.length < devices; i += 1) list.push(circumstance);
  }
  while (list.length < devices) list.push('clean');
  // A twin needs a clean device before it, so the first device is clean.
  random.shuffle(list);
  const clean = list.indexOf('clean');
  if (clean > 0) [list[0], list[clean]] = [list[clean]!, list[0]!];
  return list;
}

/** Oddities of a device's looks: they change no kind of change, and one device can have several. */
export interface Looks {
  readonly lowerCaseSerial: boolean;
  readonly paddedSerial: boolean;
  readonly sameName: boolean;
  readonly epochLastOnline: boolean;
  readonly oldWarranty: boolean;
  readonly errorFact: boolean;
  readonly curlyName: boolean;
  readonly escapedName: boolean;
  readonly emojiName: boolean;
  readonly longName: boolean;
}

/** Each oddity at its own period, so that every one occurs in any fleet of 40 and more. */
export function looksOf(index: number): Looks {
  const every = (period: number, offset: number): boolean => index % period === offset % period;
  return {
    lowerCaseSerial: every(19, 3),
    paddedSerial: every(29, 5),
    sameName: index > 0 && every(17, 7),
    epochLastOnline: every(23, 11),
    oldWarranty: every(31, 13),
    errorFact: every(13, 2),
    curlyName: every(7, 1),
    escapedName: every(37, 19),
    emojiName: every(27, 17),
    longName: every(39, 23),
  };
}
