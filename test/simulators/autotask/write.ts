/** Create, PATCH and PUT: everything is checked first, so that a refused write leaves nothing behind. */
import type { VendorAnswer } from '../vendor-server.ts';
import { type Action, may } from './api-users.ts';
import type { Entity, Field } from './entity.ts';
import type { Asker } from './evaluate.ts';
import { setUdf } from './item-records.ts';
import { lowerKeys } from './query-model.ts';
import { invalid, Refusal } from './refusal.ts';
import type { Row } from './table.ts';
import { storedValue, wireTime } from './wire-values.ts';
import { readUdfs, type UdfWrite } from './write-udfs.ts';

/** What a body asks for, checked. */
interface Intent {
  readonly values: Record<string, unknown>;
  readonly udfs: readonly UdfWrite[];
}

export function create(body: unknown, entity: Entity, asker: Asker): VendorAnswer {
  demand('create', entity, asker);
  const { world, user } = asker;
  const errors: string[] = [];
  const { values, udfs } = readIntent(body, entity, 'create', asker, errors);
  for (const { name, required } of entity.fields)
    if (required && (values[name] ?? null) === null) errors.push(`Missing Required Field: ${name}`);
  checkReferences(values, Object.keys(values), entity, asker, errors);
  if (entity.name === 'UserDefinedFieldDefinitions' && world.udfNamed(String(values.name)))
    errors.push(`A user-defined field ${String(values.name)} exists already.`);
  refuseFor(errors, 'Error creating entity for record number [1].');

  const now = wireTime(world.now());
  const by = user.resourceId;
  const set: Record<string, Record<string, unknown>> = {
    ConfigurationItems: {
      configurationItemCategoryID: defaultCategory(asker),
      createDate: now,
      createdByPersonID: by,
      lastModifiedTime: now,
    },
    Companies: { createDate: now, createdByResourceID: by },
    Products: { billingType: 1, createdTime: now, createdByResourceID: by },
    UserDefinedFieldDefinitions: { createDate: now, isProtected: false },
  };
  const row = world.tables[entity.name].add({ ...set[entity.name], ...values });
  for (const { definitionId, value } of udfs) setUdf(row, definitionId, value);
  return { status: 200, body: { itemId: row.id } };
}

/** A PUT sets to null every writable field that it leaves out. */
export function update(body: unknown, entity: Entity, asker: Asker, method: 'PATCH' | 'PUT'): VendorAnswer {
  demand('update', entity, asker);
  const { world, quirks } = asker;
  const id = lowerKeys(body).get('id');
  if (typeof id !== 'number') throw invalid('Missing Required Field: id', updating);
  const row = world.tables[entity.name].get(id);
  if (!row) throw invalid(`The ${entity.singular} with id ${id} does not exist or is invalid.`, updating);
  const errors: string[] = [];
  const { values, udfs } = readIntent(body, entity, 'update', asker, errors);
  if (method === 'PUT')
    for (const { name, writable } of entity.fields) if (writable === 'always') values[name] ??= null;
  for (const { name, required } of entity.fields)
    if (required && name in values && values[name] === null) errors.push(`Missing Required Field: ${name}`);
  const checked = quirks.unchangedInactiveReferenceBlocks ? Object.keys({ ...row.values, ...values }) : null;
  checkReferences({ ...row.values, ...values }, checked ?? Object.keys(values), entity, asker, errors);
  refuseFor(errors, updating);

  const ignoreNull = method === 'PATCH' && quirks.nullIsIgnored;
  for (const [name, value] of Object.entries(values)) {
    // Known of contractID: the PATCH answers 200 and the null is not stored.
    if (value === null && (ignoreNull || (method === 'PATCH' && name === 'contractID'))) continue;
    row.values[name] = value;
  }
  if (method === 'PUT') row.udfs.clear();
  for (const { definitionId, value } of udfs)
    if (value !== null || !ignoreNull) setUdf(row, definitionId, value);
  touch(row, entity, asker);
  return { status: 200, body: { itemId: row.id } };
}

const updating = 'Error updating entity for record number [1].';

function touch(row: Row, entity: Entity, { world }: Asker): void {
  row.versions += 1;
  if (entity.name === 'ConfigurationItems') row.values.lastModifiedTime = wireTime(world.now());
  if (entity.name === 'Companies') row.values.lastTrackedModifiedDateTime = wireTime(world.now());
}

function demand(action: Action, entity: Entity, { user, quirks }: Asker): void {
  if (may(user, action, entity.name)) return;
  if (quirks.refusedWrite === '403') throw new Refusal({ status: 403 });
  throw invalid(
    `The logged in Resource does not have the adequate permissions to ${action} this entity type.`,
  );
}

function readIntent(
  body: unknown,
  entity: Entity,
  action: 'create' | 'update',
  asker: Asker,
  errors: string[],
): Intent {
  const values: Record<string, unknown> = {};
  let udfs: readonly UdfWrite[] = [];
  for (const [key, value] of lowerKeys(body)) {
    const field = entity.fieldOf.get(key);
    if (key === 'id') continue;
    if (field) readField(field, value, action, values, errors);
    else if (key === 'userdefinedfields' && entity.hasUserDefinedFields)
      udfs = readUdfs(value, entity, asker, errors);
    else errors.push(`Unable to find ${key} in the ${entity.singular} Entity.`);
  }
  return { values, udfs };
}

function readField(
  field: Field,
  value: unknown,
  action: 'create' | 'update',
  values: Record<string, unknown>,
  errors: string[],
): void {
  // companyID: silently ignored on an update.
  if (field.writable === 'create' && action === 'update') return;
  if (field.writable === 'never') {
    if (value !== null) errors.push(`The field ${field.name} is read-only.`);
    return;
  }
  const stored = storedValue(field, value);
  if (stored instanceof Error) errors.push(stored.message);
  else values[field.name] = stored;
}

function checkReferences(
  values: Record<string, unknown>,
  names: readonly string[],
  entity: Entity,
  { world, quirks }: Asker,
  errors: string[],
): void {
  for (const { name, references } of entity.fields) {
    const id = values[name] ?? null;
    if (references === null || id === null || !names.includes(name)) continue;
    const row = references === 'absent' ? undefined : world.tables[references].get(id as number);
    const forgiven = name === 'companyID' && quirks.createIntoInactiveCompany === 'allowed';
    if (!row || (row.values.isActive === false && !forgiven))
      errors.push(
        `Reference value on field: ${name} of type: ${entity.singular} does not exist or is invalid.`,
      );
  }
}

function defaultCategory({ world }: Asker): number | null {
  const categories = world.tables.ConfigurationItemCategories.all();
  return (
    categories.find(({ values }) => values.isGlobalDefault === true && values.isActive === true)?.id ?? null
  );
}

function refuseFor(errors: readonly string[], last: string): void {
  if (errors.length > 0) throw invalid(...errors, last);
}
