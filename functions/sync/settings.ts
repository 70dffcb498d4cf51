/** How one connection wants its devices synced. Everything has a default: a connection needs no map to begin. */
import * as z from 'zod/mini';
import { type ItemField, standardFields } from './configuration-item.ts';

/** `observe` plans and writes nothing; each further rung allows more kinds of change. */
export const policies = ['observe', 'create', 'upsert', 'sync'] as const;
export type SyncPolicy = (typeof policies)[number];

/** The facts of a device that a field can be filled from. `volatile` ones never cause an update alone. */
export const deviceFacts = {
  name: { volatile: false },
  serial: { volatile: false },
  model: { volatile: false },
  hardwareModel: { volatile: false },
  osVersion: { volatile: false },
  agentId: { volatile: false },
  macAddress: { volatile: false },
  registered: { volatile: false },
  warrantyExpires: { volatile: false },
  lastSeen: { volatile: true },
  ipAddress: { volatile: true },
  freeDiskGb: { volatile: true },
  currentUser: { volatile: true },
} as const satisfies Record<string, { volatile: boolean }>;
export type DeviceFactName = keyof typeof deviceFacts;

/** `overwrite`: Addigy is right. `fill-empty`: only where Autotask has nothing. `never`: leave it alone. Blank never overwrites. */
export const fieldRules = ['overwrite', 'fill-empty', 'never'] as const;
export type FieldRule = (typeof fieldRules)[number];

const isItemField = (text: string): boolean =>
  (standardFields as readonly string[]).includes(text) || /^udf:.*\S/u.test(text);

const itemField = z.pipe(
  z
    .string()
    .check(
      z.maxLength(260),
      z.refine(isItemField, { error: `must be one of ${standardFields.join(', ')}, or udf:<name>` }),
    ),
  z.transform((text) => text as ItemField),
);

export const fieldMappingSchema = z.strictObject({
  to: itemField,
  from: z.enum(Object.keys(deviceFacts) as [DeviceFactName, ...DeviceFactName[]]),
  rule: z.enum(fieldRules),
});
export type FieldMapping = z.infer<typeof fieldMappingSchema>;

export const defaultFields: readonly FieldMapping[] = [
  { to: 'title', from: 'name', rule: 'overwrite' },
  { to: 'serial', from: 'serial', rule: 'overwrite' },
  { to: 'referenceNumber', from: 'hardwareModel', rule: 'fill-empty' },
  { to: 'installed', from: 'registered', rule: 'fill-empty' },
  { to: 'warrantyExpires', from: 'warrantyExpires', rule: 'fill-empty' },
];

const families = ['mac', 'iphone', 'ipad', 'apple-tv', 'other'] as const;
/** An Autotask record by its id or by its name. */
const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(100));
const key = z.string().check(z.minLength(1), z.maxLength(100));
const companyId = z.int().check(z.nonnegative());
const days = (least: number) => z.int().check(z.gte(least), z.lte(3650));
const reference = z.union([z.int().check(z.nonnegative()), name]);
const perFamily = z.partialRecord(z.enum(families), reference);

const limit = (percent: number, atLeast: number) =>
  z.prefault(
    z.strictObject({
      /** Of the items we own, in the connection and in each company. */
      percent: z._default(z.number().check(z.gte(0), z.lte(100)), percent),
      /** For small estates, where a percentage of a handful protects nothing or forbids everything. */
      atLeast: z._default(z.int().check(z.gte(0), z.lte(1_000_000)), atLeast),
    }),
    {},
  );

export const syncSettingsSchema = z.prefault(
  z.strictObject({
    policy: z._default(z.enum(policies), 'observe'),
    markField: z._default(name, 'Addigy Agent ID'),
    /** Policy id → Autotask company id. Wins over `autotask_account_id` on the same policy. */
    companies: z._default(z.record(key, companyId), {}),
    /** Where no policy on the way up leads to a company. */
    defaultCompanyId: z._default(z.nullable(companyId), null),
    products: z._default(perFamily, {}),
    categories: z._default(perFamily, {}),
    types: z._default(perFamily, {}),
    fields: z._default(z.array(fieldMappingSchema).check(z.maxLength(100)), [...defaultFields]),
    /** Days after which a volatile fact that differs is written by itself; 0: never. */
    refreshDays: z._default(days(0), 0),
    /** Hours that a device must have been missing from Addigy before its item is deactivated. */
    graceHours: z._default(z.number().check(z.gte(0), z.lte(24 * 365)), 72),
    limits: z.prefault(z.strictObject({ updates: limit(30, 10), deactivations: limit(30, 3) }), {}),
    /** What to do when a device's policy leads to another company: companyID cannot be changed in Autotask. */
    onCompanyMove: z._default(z.enum(['report', 'recreate']), 'report'),
    /** The field of the item that holds a MAC address to match by. Off by default: a MAC address moves with a dock. */
    matchByMac: z._default(z.nullable(itemField), null),
    exclude: z.prefault(
      z.strictObject({
        families: z._default(z.array(z.enum(families)), []),
        policies: z._default(z.array(key).check(z.maxLength(1000)), []),
        serials: z._default(z.array(key).check(z.maxLength(10_000)), []),
      }),
      {},
    ),
    /** Days of silence after which a device counts as retired; null: never. */
    staleAfterDays: z._default(z.nullable(days(1)), null),
  }),
  {},
);
export type SyncSettings = z.infer<typeof syncSettingsSchema>;
