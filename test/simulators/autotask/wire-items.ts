/** Records as one API user sees them. */
import { hasAnyBox, maySee } from './api-users.ts';
import type { Entity } from './entity.ts';
import type { Asker } from './evaluate.ts';
import { invalid } from './refusal.ts';
import type { Row } from './table.ts';

export const mask = '*****';

type WireItem = Record<string, unknown>;
type WireUdf = { name: unknown; value: string | null };

/** One page, or one record: whether user-defined fields come at all depends on all records of it. */
export function wireItems(
  rows: readonly Row[],
  entity: Entity,
  include: readonly string[],
  asker: Asker,
): WireItem[] {
  const columns = chosenColumns(entity, include, asker);
  const template: WireItem = {};
  for (const { name } of entity.fields)
    if (columns.fields === null || columns.fields.has(name)) template[name] = null;
  const udfsOf = udfReader(rows, columns.udfs, entity, asker);
  return rows.map((row) => {
    const item = { ...template };
    for (const name in row.values) if (name in template) item[name] = row.values[name];
    if ('id' in template) item.id = row.id;
    if (udfsOf !== null) item.userDefinedFields = udfsOf(row);
    return item;
  });
}

interface Columns {
  /** Null: all. */
  readonly fields: ReadonlySet<string> | null;
  /** Null: all. Empty: the array does not come. */
  readonly udfs: ReadonlySet<string> | null;
}

function chosenColumns(entity: Entity, include: readonly string[], { world, quirks }: Asker): Columns {
  if (include.length === 0) return { fields: null, udfs: null };
  const fields = new Set<string>();
  const udfs = new Set<string>();
  let everyUdf = false;
  for (const name of include) {
    const field = entity.fieldOf.get(name.toLowerCase());
    if (field) fields.add(field.name);
    else if (entity.hasUserDefinedFields && name.toLowerCase() === 'userdefinedfields')
      everyUdf = quirks.includeUdfs === 'by-word';
    else if (quirks.includeUdfs === 'by-name' && world.udfNamed(name)) udfs.add(name);
    else if (quirks.unknownIncludeField === 'error')
      throw invalid(`Unable to find ${name} in the ${entity.singular} Entity.`);
  }
  return { fields, udfs: everyUdf ? null : udfs };
}

/** Null where the array is omitted. */
function udfReader(
  rows: readonly Row[],
  chosen: ReadonlySet<string> | null,
  entity: Entity,
  { world, quirks, user }: Asker,
): ((row: Row) => WireUdf[]) | null {
  if (entity.name !== 'ConfigurationItems' || chosen?.size === 0) return null;
  if (!hasAnyBox(user) && quirks.withoutAnyBox === 'omitted') return null;
  const definitions = world
    .udfDefinitions()
    .filter(
      ({ values }) => values.isActive === true && (chosen === null || chosen.has(values.name as string)),
    )
    .map(({ id, values }) => ({
      id,
      name: values.name,
      hidden: !maySee(user, values.isProtected === true),
    }));
  const someValue = rows.some((row) => definitions.some(({ id }) => row.udfs.has(id)));
  const someMask = quirks.emptyMaskedPage === 'masked' && definitions.some(({ hidden }) => hidden);
  if (!someValue && !someMask) return null;
  // The mask stands whether or not there is a value.
  return (row) =>
    definitions.map(({ id, name, hidden }) => ({ name, value: hidden ? mask : (row.udfs.get(id) ?? null) }));
}
