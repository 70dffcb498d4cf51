/** The user-defined fields of configuration items, by their definitions. */
import type { FieldDefinition } from '#permissions/access';
import type { AutotaskClient } from './client.ts';
import { AutotaskError } from './errors.ts';
import { isObject } from './read-answer.ts';
import { readFields } from './read-fields.ts';
import { readRows } from './read-rows.ts';

export const definitionEntity = 'UserDefinedFieldDefinitions';

/** Configuration items' own user-defined fields: type 6, "Asset". */
export const itemUdfType = 6;

/** An empty list is also what a user without the right to query gets. One request for up to 499 of them. */
export async function readFieldDefinitions(
  client: AutotaskClient,
  signal: AbortSignal,
): Promise<FieldDefinition[]> {
  const filter = [{ op: 'eq', field: 'udfType', value: itemUdfType }] as const;
  const rows = await readRows(client, definitionEntity, filter, signal);
  const definitions = rows.flatMap(({ name, isActive, isProtected }) =>
    typeof name !== 'string'
      ? []
      : // What the numbers of `dataType` mean stands in a picklist, which is a request of its own.
        [{ name, active: isActive !== false, isProtected: isProtected === true, text: null }],
  );
  if (definitions.length > 0 || rows.length === 0) return definitions;
  throw new AutotaskError('unreadable', 'Autotask told no name of any definition of a user-defined field');
}

/** Two requests: the number that means text is not documented, only that a picklist has it. */
export async function defineTextField(
  client: AutotaskClient,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const fields = await readFields(client, definitionEntity, 'fields', signal);
  const picklist = fields.find((field) => field.name.toLowerCase() === 'datatype')?.picklistValues;
  const dataType = textTypeIn(picklist);
  if (dataType === null) {
    throw new AutotaskError('unreadable', 'Autotask lists no data type of text for user-defined fields');
  }
  const definition = { name, udfType: itemUdfType, dataType, isActive: true, isProtected: false };
  await client.write('POST', definitionEntity, definition, signal);
}

/** The labels are UNCONFIRMED: one that speaks of text, rather of one line than of several. */
function textTypeIn(picklist: unknown): number | null {
  const texts = (Array.isArray(picklist) ? picklist : []).flatMap((entry) => {
    if (!isObject(entry) || entry.isActive === false || typeof entry.label !== 'string') return [];
    const value = numberIn(entry.value);
    return /\btext\b/iu.test(entry.label) && value !== null ? [{ label: entry.label, value }] : [];
  });
  const ofOneLine = texts.find(({ label }) => !/multi/iu.test(label));
  return (ofOneLine ?? texts[0])?.value ?? null;
}

/** A picklist's numbers are written as text. */
function numberIn(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d+$/u.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}
