import type { Access, OpenAccess } from '#permissions/access';
import { readAccess, readEveryAccess } from './entity-access.ts';
import { defineTextField, readFieldDefinitions } from './field-definitions.ts';
import { fieldNames, itemEntity, nameAmong, readItem } from './item-record.ts';
import { type Login, logIn } from './login.ts';
import { createItem, itemById, updateItem } from './one-item.ts';
import { type Condition, pageSize } from './query.ts';
import { readFields } from './read-fields.ts';
import { companyFields, namedFields, readCompany, readProduct } from './read-references.ts';
import { readFirstRows } from './read-rows.ts';
import { unlessSilent } from './unless-silent.ts';
import type { ZoneOptions } from './zone.ts';

/**
 * Autotask as a validation sees it. One login for each call, which is never tried again where it is refused.
 * Rejects with `AutotaskError`, which is a `PortError` and tells with `locked` whether Autotask speaks of a locked user.
 */
export function createOpenAccess(options: ZoneOptions): OpenAccess {
  return async (credentials, signal) =>
    accessOf(await logIn({ ...options, credentials, readOnly: false }, signal));
}

const all: readonly Condition[] = [{ op: 'gte', field: 'id', value: 0 }];

function accessOf({ zone, client, calls }: Login): Access {
  /** As Autotask spells them: people name a field in any case. */
  const known = new Set<string>();
  const nameOf = (udf: string): string => nameAmong(udf, known) ?? udf;
  const items = async (
    filter: readonly Condition[],
    limit: number,
    markField: string,
    signal: AbortSignal,
  ) => {
    const rows = await readFirstRows(client, itemEntity, filter, limit, signal);
    return rows.map((row) => readItem(row, markField));
  };

  return {
    zone,
    entities: (signal) => unlessSilent(() => readEveryAccess(client, signal), null),
    entity: (name, signal) => unlessSilent(() => readAccess(client, name, signal), null),

    async someCompanies(limit, signal) {
      const options = { includeFields: companyFields };
      return (await readFirstRows(client, 'Companies', all, limit, signal, options)).map(readCompany);
    },
    async someProducts(limit, signal) {
      const active = [{ op: 'eq', field: 'isActive', value: true }] as const;
      const options = { includeFields: namedFields };
      return (await readFirstRows(client, 'Products', active, limit, signal, options)).map(readProduct);
    },
    someItems: (limit, markField, signal) => items(all, limit, markField, signal),

    async fieldDefinitions(signal) {
      const definitions = await unlessSilent(() => readFieldDefinitions(client, signal), null);
      for (const { name, active } of definitions ?? []) if (active) known.add(name);
      return definitions;
    },
    async listedFields(signal) {
      const fields = await unlessSilent(
        () => readFields(client, itemEntity, 'userDefinedFields', signal),
        null,
      );
      const names = fields?.map((field) => field.name) ?? null;
      for (const name of names ?? []) known.add(name);
      return names;
    },
    /** Two requests: the data type's number is looked up first. */
    async defineField(name, signal) {
      await defineTextField(client, name, signal);
      known.add(name);
    },

    async itemWithValue(field, markField, signal) {
      const filter = [{ op: 'exist', field: nameOf(field), udf: true }] as const;
      return (await items(filter, 1, markField, signal))[0] ?? null;
    },
    async itemsBySerial(serial, companyId, markField, signal) {
      const filter = [
        { op: 'eq', field: 'companyID', value: companyId },
        { op: 'eq', field: fieldNames.serial, value: serial },
      ] as const;
      const found = await items(filter, pageSize, markField, signal);
      // Autotask may compare without case.
      return found.filter((item) => item.companyId === companyId && item.fields.serial === serial);
    },
    item: (id, markField, signal) => itemById(client, id, markField, signal),
    createItem: (draft, signal) => createItem(client, draft, nameOf, signal),
    updateItem: (id, patch, signal) => updateItem(client, id, patch, nameOf, signal),
    calls,
  };
}
