/** A made estate, as messy as life: what Addigy and Autotask hold before the first sync, and what a first plan must find. */
import type { HeldReason } from '#sync/change';
import type { AddigySeed } from './addigy/seed.ts';
import type { AutotaskSeed } from './autotask/seed.ts';
import { type MadeDevice, makeDevices } from './fleet/devices.ts';
import { makeEstate, organizationId } from './fleet/estate.ts';
import { makeItems, products, udfs } from './fleet/items.ts';
import type { Circumstance, Looks } from './fleet/mess.ts';
import { seededRandom } from './fleet/random.ts';

export const fleetApiKey = 'addigy-v2-key-of-the-made-fleet';
/** May do what a sync needs, and no more: protected fields stay masked. */
export const fleetApiUser: AutotaskSeed['users'][number] = {
  username: 'api-device-sync@managedmacs.example',
  secret: 'S3cret-of-the-made-fleet!',
  trackingIdentifier: 'MADEFLEETTRACKINGIDENTIFIER',
  protectedData: { viewUnprotected: true, editUnprotected: true, viewProtected: false, editProtected: false },
};
/** Dates of the fleet lie before this, so that they are the past on any clock. */
const madeAt = Date.UTC(2025, 10, 3, 8, 30, 15, 125);

export interface FleetExpectation {
  readonly devices: number;
  readonly policies: number;
  /** Companies that a policy leads to, the inactive one included. */
  readonly mappedCompanies: number;
  /** The first plan with default settings (and policy `sync`, or `observe`, which shows the same). */
  readonly plan: {
    readonly create: number;
    /** All of them adoptions. */
    readonly update: number;
    readonly reactivate: number;
    readonly deactivate: number;
    readonly unchanged: number;
    /** By reason; of devices only: see `strangers`. */
    readonly held: Readonly<Partial<Record<HeldReason, number>>>;
  };
  readonly items: {
    readonly total: number;
    /** Printers and servers, in mapped companies. */
    readonly unrelated: number;
    /** Items with another organisation's mark in a company that no policy leads to: `foreign` wherever they are read. */
    readonly strangers: number;
  };
  readonly circumstances: Readonly<Record<Circumstance, number>>;
  readonly looks: Readonly<Record<keyof Looks, number>>;
  readonly families: Readonly<Record<'mac' | 'iphone' | 'ipad' | 'apple-tv' | 'vision', number>>;
}

export interface Fleet {
  readonly addigy: AddigySeed;
  readonly autotask: AutotaskSeed;
  readonly expected: FleetExpectation;
}

/** The same `devices`, `seed` and `now` give the same fleet. From 40 devices on, every mess occurs. Time and memory grow with `devices`. */
export function makeFleet(options: {
  readonly devices: number;
  readonly seed: number;
  /** Epoch milliseconds that the newest check-ins come before. */
  readonly now?: number;
}): Fleet {
  const random = seededRandom(options.seed);
  const estate = makeEstate(options.devices, random);
  const devices = makeDevices(options.devices, estate, options.now ?? madeAt, random);
  const { items, unrelated, strangers } = makeItems(devices, estate, random);
  return {
    addigy: {
      organizationId,
      apiKeys: [fleetApiKey],
      policies: estate.policies,
      // As Addigy's database might hold them: in no order that means anything.
      devices: random.shuffle(devices.map((device) => device.seed)),
      autotaskAccounts: estate.companies.map(({ id, companyName }) => ({ id, name: companyName })),
    },
    autotask: { users: [fleetApiUser], companies: estate.companies, products, udfs, items },
    expected: {
      ...expectationOf(devices),
      policies: estate.policies.length,
      mappedCompanies: estate.clients.length + 1,
      items: { total: items.length, unrelated, strangers },
    },
  };
}

function expectationOf(
  devices: readonly MadeDevice[],
): Pick<FleetExpectation, 'devices' | 'plan' | 'circumstances' | 'looks' | 'families'> {
  const is = tally(devices.map((device) => device.circumstance));
  const family = tally(devices.map((device) => device.model.family));
  const looks = tally(
    devices.flatMap((device) =>
      (Object.keys(device.looks) as Array<keyof Looks>).filter((look) => device.looks[look]),
    ),
  );
  const held: Partial<Record<HeldReason, number>> = {
    virtual: is('virtual'),
    'no-serial': is('no-serial'),
    superseded: is('twin'),
    unmapped: is('unmapped') + is('cycle'),
    'company-inactive': is('inactive-company'),
    'no-product': is('vision'),
    ambiguous: is('two-items'),
    'other-company': is('other-company'),
  };
  return {
    devices: devices.length,
    plan: {
      create: is('clean') + is('inactive-elsewhere'),
      update: is('adopted'),
      reactivate: is('inactive-match'),
      deactivate: 0,
      unchanged: 0,
      held: Object.fromEntries(Object.entries(held).filter(([, count]) => count > 0)),
    },
    circumstances: {
      clean: is('clean'),
      adopted: is('adopted'),
      'inactive-match': is('inactive-match'),
      'inactive-elsewhere': is('inactive-elsewhere'),
      'two-items': is('two-items'),
      'other-company': is('other-company'),
      twin: is('twin'),
      virtual: is('virtual'),
      'no-serial': is('no-serial'),
      unmapped: is('unmapped'),
      cycle: is('cycle'),
      'inactive-company': is('inactive-company'),
      vision: is('vision'),
    },
    looks: {
      lowerCaseSerial: looks('lowerCaseSerial'),
      paddedSerial: looks('paddedSerial'),
      sameName: looks('sameName'),
      epochLastOnline: looks('epochLastOnline'),
      oldWarranty: looks('oldWarranty'),
      errorFact: looks('errorFact'),
      curlyName: looks('curlyName'),
      escapedName: looks('escapedName'),
      emojiName: looks('emojiName'),
      longName: looks('longName'),
    },
    families: {
      mac: family('mac'),
      iphone: family('iphone'),
      ipad: family('ipad'),
      'apple-tv': family('apple-tv'),
      vision: family('vision'),
    },
  };
}

function tally<Key extends string>(keys: readonly Key[]): (key: Key) => number {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return (key) => counts.get(key) ?? 0;
}
