import type { ConfigurationItem } from '#sync/configuration-item';
import type { ItemDirectory } from '#sync/ports';
import { type AutotaskOptions, createAutotaskClient } from './client.ts';
import { describeItems } from './describe-items.ts';
import { readAccess } from './entity-access.ts';
import { rowsByMark, rowsBySerial } from './find-items.ts';
import { itemEntity, nameAmong, readItem } from './item-record.ts';
import { createItem, itemById, updateItem } from './one-item.ts';
import { readItemRows, unique } from './read-items.ts';
import { readCompanies, readNamed } from './read-references.ts';
import type { Row } from './read-rows.ts';
import { unlessSilent } from './unless-silent.ts';

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

    async mayQuery(signal) {
      const access = await unlessSilent(() => readAccess(client, itemEntity, signal), null);
      return access?.query !== 'none';
    },

    async find(probe, signal) {
      const markField = nameOf(probe.markField);
      const [bySerial, byMark] = await Promise.all([
        rowsBySerial(client, probe.serials, signal),
        rowsByMark(client, probe.agentIds, markField, signal),
      ]);
      return toItems(unique([...bySerial, ...(byMark ?? [])]), markField);
    },

    item: (id, markField, signal) => itemById(client, id, nameOf(markField), signal),
    create: (draft, signal) => createItem(client, draft, nameOf, signal),
    update: (id, patch, signal) => updateItem(client, id, patch, nameOf, signal),
    calls: () => client.calls(),
  };
}
