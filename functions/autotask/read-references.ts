/** The records that configuration items refer to: companies, products, categories, types. */
import type { Company, Product } from '#sync/configuration-item';
import type { NamedOrNumbered } from '#sync/ports';
import { askInParts } from './ask-in-parts.ts';
import type { AutotaskClient } from './client.ts';
import { anyOf, type Condition, inChunks } from './query.ts';
import { type Row, readRows } from './read-rows.ts';

/** A user sees no record that the security level or line of business hides: no error, just fewer. Company 0 is the MSP's own. */
export async function readCompanies(
  client: AutotaskClient,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<Company[]> {
  const wanted = new Set(ids);
  const pages = await askInParts([...wanted], (value) =>
    readRows(client, 'Companies', [{ op: 'in', field: 'id', value }], signal, {
      includeFields: companyFields,
    }),
  );
  return pages
    .flat()
    .filter((row) => wanted.has(row.id))
    .map(readCompany);
}

export const companyFields = ['id', 'companyName', 'isActive'];
export const namedFields = ['id', 'name', 'isActive'];

export const readCompany = (row: Row): Company => ({
  id: row.id,
  name: text(row.companyName),
  active: row.isActive !== false,
});

/** Products, categories and types are alike. */
export const readProduct = (row: Row): Product => ({
  id: row.id,
  name: text(row.name),
  active: row.isActive !== false,
});

/** In one call for what settings hold: ids and names in one `or`. */
export async function readNamed(
  client: AutotaskClient,
  entity: 'Products' | 'ConfigurationItemCategories' | 'ConfigurationItemTypes',
  wanted: NamedOrNumbered,
  signal: AbortSignal,
): Promise<Product[]> {
  const ids = new Set(wanted.ids);
  const names = new Set(wanted.names.map(nameKey));
  // Whether Autotask compares text without case is not documented: ask for the usual spellings.
  const spellings = new Set(
    wanted.names.flatMap((name) => [name, name.trim(), name.toLowerCase(), name.toUpperCase()]),
  );
  const byId = inChunks([...ids], 100).map((value): Condition => ({ op: 'in', field: 'id', value }));
  const byName = inChunks([...spellings], 100).map(
    (value): Condition => ({ op: 'in', field: 'name', value }),
  );
  const pages = await Promise.all(
    inChunks([...byId, ...byName], 2).map((group) =>
      readRows(client, entity, [anyOf(group)], signal, { includeFields: namedFields }),
    ),
  );
  const found = new Map<number, Row>();
  for (const row of pages.flat()) {
    if (ids.has(row.id) || names.has(nameKey(text(row.name)))) found.set(row.id, row);
  }
  return [...found.values()].map(readProduct);
}

function nameKey(name: string): string {
  return name.trim().toLowerCase();
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
