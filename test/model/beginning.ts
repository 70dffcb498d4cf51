/** How a story begins: a small estate on both sides, and what the connection may do with it. */
import fc from 'fast-check';
import type { SeededPolicy } from '../simulators/addigy/seed.ts';
import type { AutotaskQuirks } from '../simulators/autotask/quirks.ts';
import { deviceOf, markField, policyIds, serialOf } from './names.ts';
import { addigyKey, apiUser, type VendorSeeds } from './vendors.ts';

export interface Beginning {
  readonly policy: 'sync' | 'upsert' | 'create' | 'observe';
  readonly onCompanyMove: 'report' | 'recreate';
  readonly graceHours: 0 | 72;
  readonly limits: 'usual' | 'tight' | 'generous';
  readonly staleAfterDays: 30 | null;
  readonly perPage: 2 | 100;
  readonly quirks: Partial<AutotaskQuirks>;
  /** Each by its serial number and policy. */
  readonly devices: ReadonlyArray<{ readonly serial: number; readonly policy: number }>;
  /** Unmarked, or marked by another organisation's agent. */
  readonly items: ReadonlyArray<{
    readonly serial: number;
    readonly company: number;
    readonly active: boolean;
    readonly foreign: boolean;
  }>;
}

export const startOfTime = Date.UTC(2026, 10, 2, 8);
export const companyIds = [10, 11, 12, 99];
export const leastRights = {
  viewUnprotected: true,
  editUnprotected: true,
  viewProtected: false,
  editProtected: false,
};

const serial = fc.integer({ min: 0, max: 6 });
const usually = <Value>(usual: Value, ...others: Value[]): fc.Arbitrary<Value> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

export const beginnings: fc.Arbitrary<Beginning> = fc.record({
  policy: fc.oneof(
    { weight: 12, arbitrary: fc.constant('sync' as const) },
    { weight: 1, arbitrary: fc.constantFrom('upsert' as const, 'create' as const, 'observe' as const) },
  ),
  onCompanyMove: fc.constantFrom('report', 'recreate'),
  graceHours: fc.constantFrom(72, 0),
  limits: usually<Beginning['limits']>('generous', 'usual', 'tight'),
  staleAfterDays: usually<30 | null>(null, 30),
  perPage: usually<2 | 100>(100, 2),
  quirks: fc.record({
    nullIsIgnored: usually(false, true),
    caseSensitive: fc.boolean(),
    missingRecord: fc.constantFrom('404', 'null-item'),
    hiddenUdfFilter: fc.constantFrom('evaluated', 'empty', 'error'),
    emptyMaskedPage: fc.constantFrom('masked', 'omitted'),
    exhausted: fc.constantFrom('429-text', '500-errors'),
    refusedWrite: fc.constantFrom('500-errors', '403'),
  }),
  devices: fc.array(fc.record({ serial, policy: fc.nat(policyIds.length - 2) }), {
    minLength: 1,
    maxLength: 5,
  }),
  items: fc.array(
    fc.record({
      serial,
      company: fc.nat(companyIds.length - 1),
      active: usually(true, false),
      foreign: usually(false, true),
    }),
    { maxLength: 3 },
  ),
});

interface Limits {
  readonly updates: { readonly percent: number; readonly atLeast: number };
  readonly deactivations: { readonly percent: number; readonly atLeast: number };
}

const limits: Readonly<Record<Beginning['limits'], Limits>> = {
  // As a connection has them that names none.
  usual: { updates: { percent: 30, atLeast: 10 }, deactivations: { percent: 30, atLeast: 3 } },
  tight: { updates: { percent: 10, atLeast: 1 }, deactivations: { percent: 10, atLeast: 1 } },
  generous: { updates: { percent: 100, atLeast: 100 }, deactivations: { percent: 100, atLeast: 100 } },
};

export const limitsOf = (beginning: Beginning): Limits => limits[beginning.limits];

export const settingsOf = (beginning: Beginning): object => ({
  policy: beginning.policy,
  onCompanyMove: beginning.onCompanyMove,
  graceHours: beginning.graceHours,
  staleAfterDays: beginning.staleAfterDays,
  ...(beginning.limits === 'usual' ? {} : { limits: limitsOf(beginning) }),
});

/** `p10` and below it `p10-child`, which has its link from above; `p11`, `p12`, whose company is out of business; `p-none`. */
const policies: SeededPolicy[] = [
  { policyId: 'p10', name: 'Bakery', parent: null, autotask_account_id: 10 },
  { policyId: 'p10-child', name: 'Bakery, upstairs', parent: 'p10' },
  { policyId: 'p11', name: 'Smithy', parent: null, autotask_account_id: 11 },
  { policyId: 'p12', name: 'Mill', parent: null, autotask_account_id: 12 },
  { policyId: 'p-none', name: 'Nobody', parent: null, autotask_account_id: 0 },
];

export function seedsOf(beginning: Beginning): VendorSeeds {
  const { quirks, perPage } = beginning;
  return {
    now: startOfTime,
    quirks,
    perPage,
    addigy: {
      organizationId: 'org-1',
      apiKeys: [addigyKey],
      policies,
      devices: beginning.devices.map(({ serial, policy }, n) =>
        deviceOf(n, {
          serial: serialOf(serial),
          policyId: policyIds[policy]!,
          at: startOfTime - 3_600_000 * (n + 1),
        }),
      ),
    },
    autotask: {
      users: [{ ...apiUser, protectedData: { ...leastRights } }],
      companies: [
        { id: 10, companyName: 'Bakery', isActive: true },
        { id: 11, companyName: 'Smithy', isActive: true },
        { id: 12, companyName: 'Mill', isActive: false },
        { id: 99, companyName: 'Another customer', isActive: true },
      ],
      products: [{ id: 1, name: 'Apple Device', isActive: true }],
      udfs: [{ name: markField }, { name: 'Asset Tag' }],
      items: beginning.items.map(({ serial, company, active, foreign }, n) => ({
        companyID: companyIds[company]!,
        productID: 1,
        isActive: active,
        referenceTitle: `Item of old ${n}`,
        serialNumber: n % 2 === 0 ? serialOf(serial).toLowerCase() : serialOf(serial),
        ...(n % 2 === 0 ? { referenceNumber: 'typed by hand' } : {}),
        udfs: foreign ? { [markField]: `foreign-${n}` } : { 'Asset Tag': `T${n}` },
      })),
    },
  };
}
