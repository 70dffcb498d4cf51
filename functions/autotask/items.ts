import type { ConfigurationItem } from '#sync/configuration-item';
import type { ItemDirectory } from '#sync/ports';
import { type AutotaskOptions, createAutotaskClient } from './client.ts';
import { describeItems } from './describe-items.ts';
import { AutotaskError } from './errors.ts';
import { rowsByMark, rowsBySerial } from './find-items.ts';
import { draftBody, itemEntity, nameAmong, patchBody, readItem } from './item-record.ts';
import { isObject } from './read-answer.ts';
import { readItemRows, unique } from './read-items.ts';
import { readCompanies, readNamed } from './read-references.ts';
import type { Row } from './read-rows.ts';

/** Autotask as a sync sees it. Rejects with `AutotaskError`, which is a `PortError`. One for each run: it counts its calls. */
export function createItemDirectory(options: AutotaskOptions): ItemDirectory {
  const client = createAutotaskClient(options);
  let udfNames: readonly string[] = [];
  /** A user-defined field is named in any case by people, and in one by Autotask. */
  const nameOf = (udf: string): string => nameAmong(udf, udfNames) ?? udf;
  const toItems = (rows: readonly Row[], markField: string): ConfigurationItem[] =>
    rows.map((row) => readItem(row, markField));

  return {
    async describe(markField, signal) {
      const facts = await describeItems(client, markField, signal);
      udfNames = facts.udfNames ?? [];
      return facts;
    },
    companies: (ids, signal) => readCompanies(client, ids, signal),
    products: (wanted, signal) => readNamed(client, 'Products', wanted, signal),
    categories: (wanted, signal) => readNamed(client, 'ConfigurationItemCategories', wanted, signal),
    types: (wanted, signal) => readNamed(client, 'ConfigurationItemTypes', wanted, signal),

    async read(request, signal) {
      const markField = nameOf(request.markField);
      return toItems(await readItemRows(client, { ...request, markField }, signal), markField);
    },

    async find(probe, signal) {
      const markField = nameOf(probe.markField);
      const [bySerial, byMark] = await Promise.all([
        rowsBySerial(client, probe.serials, signal),
        rowsByMark(client, probe.agentIds, markField, signal),
      ]);
      return toItems(unique([...bySerial, ...(byMark ?? [])]), markField);
    },

    async item(id, markField, signal) {
      try {
        const { item } = await client.get(`${itemEntity}/${id}`, signal);
        // A miss is a 404, or an item that is null.
        if (item === null || item === undefined) return null;
        if (isObject(item) && item.id === id) return readItem({ ...item, id }, nameOf(markField));
        throw new AutotaskError('unreadable', `Autotask answered something else than item ${id}`);
      } catch (error) {
        if (error instanceof AutotaskError && error.kind === 'not-found') return null;
        throw error;
      }
    },

    async create(draft, signal) {
      const { itemId } = await client.write('POST', itemEntity, draftBody(draft, nameOf), signal);
      if (typeof itemId === 'number' && Number.isSafeInteger(itemId) && itemId > 0) return itemId;
      throw new AutotaskError('unreadable', 'Autotask created an item, but did not tell its id', {
        purpose: 'write',
      });
    },

    async update(id, patch, signal) {
      const body = patchBody(id, patch, nameOf);
      if (body !== null) await client.write('PATCH', itemEntity, body, signal);
    },

    calls: () => client.calls(),
  };
}
