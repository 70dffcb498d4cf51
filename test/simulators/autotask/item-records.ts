/** Configuration items as the database holds them, and what a person may write into one. */
import { entities } from './entities.ts';
import type { SeededItem } from './seed.ts';
import type { Row } from './table.ts';
import { storedValue, wireTime } from './wire-values.ts';
import type { AutotaskWorld } from './world.ts';

/** Nothing is hidden or masked. Standard fields without a value are absent. */
export interface AutotaskItem extends Omit<SeededItem, 'id' | 'udfs'> {
  id: number;
  /** By name; null where empty. Every definition is there, inactive ones included. */
  udfs: Record<string, string | null>;
  /** 1 plus the changes made since, by whomever. */
  versions: number;
  createDate: string;
  lastModifiedTime: string;
  /** Null where a person made it. */
  createdByPersonID: number | null;
  configurationItemCategoryID?: number;
  configurationItemType?: number;
}

/** Null clears a field. */
export type ItemEdit = {
  [Field in keyof Omit<SeededItem, 'id' | 'companyID'>]?: SeededItem[Field] | null;
} & {
  [field: string]: unknown;
};

export function addItem(world: AutotaskWorld, { id, ...values }: SeededItem): AutotaskItem {
  const { companyID } = values;
  const row = world.tables.ConfigurationItems.add({ createDate: wireTime(world.now()), companyID }, id);
  write(world, row, values);
  return itemOf(world, row);
}

export function editItem(world: AutotaskWorld, id: number, patch: ItemEdit): AutotaskItem {
  const row = world.tables.ConfigurationItems.get(id);
  if (!row) throw new Error(`there is no item ${id}`);
  if ('companyID' in patch) throw new Error('nobody can move an item to another company');
  write(world, row, patch);
  row.versions += 1;
  return itemOf(world, row);
}

export function itemOf(world: AutotaskWorld, row: Row): AutotaskItem {
  const values = Object.fromEntries(Object.entries(row.values).filter(([, value]) => value !== null));
  const udfs = Object.fromEntries(
    world.udfDefinitions().map(({ id, values: { name } }) => [name, row.udfs.get(id) ?? null]),
  );
  return { createdByPersonID: null, ...values, id: row.id, udfs, versions: row.versions } as AutotaskItem;
}

/** An empty value is none. */
export function setUdf(row: Row, definitionId: number, value: string | null): void {
  if (value === null || value === '') row.udfs.delete(definitionId);
  else row.udfs.set(definitionId, value);
}

function write(world: AutotaskWorld, row: Row, { udfs, ...values }: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    const field = entities.ConfigurationItems.fieldOf.get(name.toLowerCase());
    if (!field) throw new Error(`a configuration item has no ${name}`);
    const stored = storedValue(field, value ?? null);
    if (stored instanceof Error) throw stored;
    row.values[field.name] = stored;
  }
  for (const [name, value] of Object.entries((udfs ?? {}) as Record<string, string | null>)) {
    const definition = world.udfDefinitions().find((each) => each.values.name === name);
    if (!definition) throw new Error(`there is no user-defined field ${name}`);
    setUdf(row, definition.id, value);
  }
  row.values.lastModifiedTime = wireTime(world.now());
}
