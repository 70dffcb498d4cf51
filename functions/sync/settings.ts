/** How one connection wants its devices synced. Everything has a default: a connection needs no map to begin. */
import * as z from 'zod';
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

const itemField = z
  .string()
  .max(260)
  .refine(isItemField, { error: `must be one of ${standardFields.join(', ')}, or udf:<name>` })
  .transform((text) => text as ItemField);

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
const reference = z.union([z.int().nonnegative(), z.string().trim().min(1).max(100)]);
const perFamily = z.partialRecord(z.enum(families), reference);

const limit = (percent: number, atLeast: number) =>
  z
    .strictObject({
      /** Of the items we own, in the connection and in each company. */
      percent: z.number().min(0).max(100).default(percent),
      /** For small estates, where a percentage of a handful protects nothing or forbids everything. */
      atLeast: z.int().min(0).max(1_000_000).default(atLeast),
    })
    .prefault({});

export const syncSettingsSchema = z
  .strictObject({
    policy: z.enum(policies).default('observe'),
    markField: z.string().trim().min(1).max(100).default('Addigy Agent ID'),
    /** Policy id → Autotask company id. Wins over `autotask_account_id` on the same policy. */
    companies: z.record(z.string().min(1).max(100), z.int().nonnegative()).default({}),
    /** Where no policy on the way up leads to a company. */
    defaultCompanyId: z.int().nonnegative().nullable().default(null),
    products: perFamily.default({}),
    categories: perFamily.default({}),
    types: perFamily.default({}),
    fields: z
      .array(fieldMappingSchema)
      .max(100)
      .default([...defaultFields]),
    /** Days after which a volatile fact that differs is written by itself; 0: never. */
    refreshDays: z.int().min(0).max(3650).default(0),
    /** Hours that a device must have been missing from Addigy before its item is deactivated. */
    graceHours: z
      .number()
      .min(0)
      .max(24 * 365)
      .default(72),
    limits: z.strictObject({ updates: limit(30, 10), deactivations: limit(30, 3) }).prefault({}),
    /** What to do when a device's policy leads to another company: companyID cannot be changed in Autotask. */
    onCompanyMove: z.enum(['report', 'recreate']).default('report'),
    /** The field of the item that holds a MAC address to match by. Off by default: a MAC address moves with a dock. */
    matchByMac: itemField.nullable().default(null),
    exclude: z
      .strictObject({
        families: z.array(z.enum(families)).default([]),
        policies: z.array(z.string().min(1).max(100)).max(1000).default([]),
        serials: z.array(z.string().min(1).max(100)).max(10_000).default([]),
      })
      .prefault({}),
    /** Days of silence after which a device counts as retired; null: never. */
    staleAfterDays: z.int().min(1).max(3650).nullable().default(null),
  })
  .prefault({});
export type SyncSettings = z.infer<typeof syncSettingsSchema>;
