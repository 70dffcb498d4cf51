/** A configuration item between Autotask's JSON and our words. */
import {
  type ConfigurationItem,
  type ItemDraft,
  type ItemPatch,
  type Mark,
  type Masked,
  masked,
  type StandardField,
  standardFields,
} from '#sync/configuration-item';
import { AutotaskError } from './errors.ts';
import { isObject } from './read-answer.ts';
import type { Row } from './read-rows.ts';

export const itemEntity = 'ConfigurationItems';

/** Autotask's names. */
export const fieldNames: Readonly<Record<StandardField, string>> = {
  title: 'referenceTitle',
  serial: 'serialNumber',
  referenceNumber: 'referenceNumber',
  location: 'location',
  notes: 'notes',
  installed: 'installDate',
  warrantyExpires: 'warrantyExpirationDate',
};

const dateFields: ReadonlySet<StandardField> = new Set(['installed', 'warrantyExpires']);

/** What stands for a value that the API user may not see, whether or not there is one. */
const mask = '*****';

type Udfs = ReadonlyMap<string, string | null | Masked>;

export function readItem(row: Row, markField: string): ConfigurationItem {
  if (typeof row.companyID !== 'number') {
    throw new AutotaskError('unreadable', `configuration item ${row.id} came without its company`);
  }
  const udfs = readUdfs(row.userDefinedFields);
  return {
    id: row.id,
    companyId: row.companyID,
    productId: typeof row.productID === 'number' ? row.productID : null,
    active: row.isActive !== false,
    mark: readMark(udfs, markField),
    fields: Object.fromEntries(
      standardFields.map((field) => {
        const value = text(row[fieldNames[field]]);
        return [field, dateFields.has(field) ? dateOf(value) : value];
      }),
    ) as Record<StandardField, string>,
    udfs,
    lastModified: timeOf(row.lastModifiedTime),
  };
}

/** Of a row, what `readItem` reads: a whole one holds some sixty fields. */
export function itemRow(row: Row): Row {
  const { id, companyID, productID, isActive, userDefinedFields, lastModifiedTime } = row;
  const kept: Record<string, unknown> & { readonly id: number } = {
    id,
    companyID,
    productID,
    isActive,
    userDefinedFields,
    lastModifiedTime,
  };
  for (const name of Object.values(fieldNames)) kept[name] = row[name];
  return kept;
}

/** Undefined where the array did not come: it is left out when no record of the page has a value, and without the right to see it. */
function readUdfs(value: unknown): Udfs | undefined {
  if (!Array.isArray(value)) return undefined;
  const udfs = new Map<string, string | null | Masked>();
  for (const entry of value) {
    if (!isObject(entry) || typeof entry.name !== 'string') continue;
    const held = text(entry.value);
    udfs.set(entry.name, held === mask ? masked : held === '' ? null : held);
  }
  return udfs;
}

function readMark(udfs: Udfs | undefined, markField: string): Mark {
  const value = udfs?.get(nameAmong(markField, udfs.keys()) ?? '');
  if (value === undefined) return { kind: 'unseen' };
  if (value === masked) return { kind: 'masked' };
  const agentId = value?.trim() ?? '';
  return agentId === '' ? { kind: 'empty' } : { kind: 'agent', agentId };
}

/** A name as Autotask writes it: exactly so, or else in another case. Undefined where there is none. */
export function nameAmong(wanted: string, names: Iterable<string>): string | undefined {
  let alike: string | undefined;
  for (const name of names) {
    if (name === wanted) return name;
    if (alike === undefined && name.toLowerCase() === wanted.toLowerCase()) alike = name;
  }
  return alike;
}

/** Only what is known to be writable: which read-only fields a create accepts is not documented. */
export function draftBody(draft: ItemDraft, nameOf: (udf: string) => string) {
  return {
    companyID: draft.companyId,
    productID: draft.productId,
    isActive: true,
    ...(draft.categoryId === undefined ? {} : { configurationItemCategoryID: draft.categoryId }),
    ...(draft.typeId === undefined ? {} : { configurationItemType: draft.typeId }),
    ...fieldsBody(draft.fields, 'leave out'),
    ...udfsBody(draft.udfs, nameOf),
  };
}

/** Null where nothing changes: every PATCH makes a version of the item. */
export function patchBody(id: number, patch: ItemPatch, nameOf: (udf: string) => string) {
  const changes = {
    ...(patch.active === undefined ? {} : { isActive: patch.active }),
    ...fieldsBody(patch.fields ?? {}, 'clear'),
    ...udfsBody(patch.udfs ?? {}, nameOf),
  };
  return Object.keys(changes).length === 0 ? null : { id, ...changes };
}

function fieldsBody(fields: Readonly<Partial<Record<StandardField, string>>>, blank: 'leave out' | 'clear') {
  const body: Record<string, string | null> = {};
  for (const field of standardFields) {
    const value = fields[field];
    if (value === undefined || (value === '' && blank === 'leave out')) continue;
    // Midnight of the date itself: Autotask keeps the date as sent, a time would move it across zones.
    const sent = dateFields.has(field) && value !== '' ? `${value}T00:00:00` : value;
    body[fieldNames[field]] = sent === '' ? null : sent;
  }
  return body;
}

function udfsBody(udfs: Readonly<Record<string, string | null>>, nameOf: (udf: string) => string) {
  const list = Object.entries(udfs).map(([name, value]) => ({ name: nameOf(name), value }));
  return list.length === 0 ? {} : { userDefinedFields: list };
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Fields without a time come as midnight of their date, which is kept as it stands. */
function dateOf(value: string): string {
  return /^\d{4}-\d{2}-\d{2}/u.exec(value)?.[0] ?? '';
}

/** Autotask's times are UTC and come without a `Z`, which JavaScript would read as local time. */
function timeOf(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const time = Date.parse(/(?:z|[+-]\d{2}:?\d{2})$/iu.test(value) ? value : `${value}Z`);
  return Number.isNaN(time) ? null : time;
}
