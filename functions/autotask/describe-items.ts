/** What the tenant's configuration items look like: lengths, user-defined fields, and whether the mark's field exists. */
import { type StandardField, standardFields } from '#sync/configuration-item';
import type { DirectoryFacts } from '#sync/ports';
import type { AutotaskClient } from './client.ts';
import { itemUdfType } from './field-definitions.ts';
import { fieldNames, itemEntity, nameAmong } from './item-record.ts';
import { readFields } from './read-fields.ts';
import { readRows } from './read-rows.ts';
import { unlessSilent } from './unless-silent.ts';

/**
 * Where the metadata is silent, else an overlong text is refused in every run anew. The serial's 100 is
 * documented; the others are conservative guesses: a text is rather cut short than refused.
 */
const lengthsUntold: ReadonlyArray<readonly [StandardField, number]> = [
  ['serial', 100],
  ['title', 100],
  ['referenceNumber', 50],
  ['location', 100],
  ['notes', 2000],
];

/** Tolerant: metadata that is refused or not understood makes a fact unknown, never a failure. */
export async function describeItems(
  client: AutotaskClient,
  markField: string,
  signal: AbortSignal,
): Promise<DirectoryFacts> {
  const [fields, udfs] = await Promise.all([
    unlessSilent(() => readFields(client, itemEntity, 'fields', signal), null),
    unlessSilent(() => readFields(client, itemEntity, 'userDefinedFields', signal), null),
  ]);
  const lengths = new Map<string, number>(lengthsUntold);
  const lengthOf = new Map((fields ?? []).map((field) => [field.name.toLowerCase(), field.length ?? 0]));
  for (const field of standardFields) {
    const length = lengthOf.get(fieldNames[field].toLowerCase()) ?? 0;
    if (length > 0) lengths.set(field, length);
  }
  for (const { name, length } of udfs ?? []) if ((length ?? 0) > 0) lengths.set(`udf:${name}`, length ?? 0);

  const listed = udfs?.map((udf) => udf.name) ?? null;
  if (listed !== null && nameAmong(markField, listed) !== undefined) {
    return { lengths, udfNames: listed, markField: 'present' };
  }
  // Whether that list hides fields from a user without the right to their data is not documented: ask their definitions too.
  const defined = await findDefinition(client, markField, signal);
  if (defined.name !== null) {
    const udfNames = listed === null ? null : [...listed, defined.name];
    return { lengths, udfNames, markField: 'present' };
  }
  const told = listed !== null && defined.told;
  return { lengths, udfNames: listed, markField: told ? 'absent' : 'unknown' };
}

interface Definition {
  /** As Autotask writes it; null where there is none that the user can see. */
  readonly name: string | null;
  readonly told: boolean;
}

async function findDefinition(
  client: AutotaskClient,
  name: string,
  signal: AbortSignal,
): Promise<Definition> {
  return unlessSilent<Definition, Definition>(
    async () => {
      const rows = await readRows(
        client,
        'UserDefinedFieldDefinitions',
        [{ op: 'eq', field: 'name', value: name }],
        signal,
      );
      const fields = rows.filter(
        (row) => row.isActive !== false && (row.udfType ?? itemUdfType) === itemUdfType,
      );
      const names = fields.flatMap((row) => (typeof row.name === 'string' ? [row.name] : []));
      // A definition without a name may be the one that was asked for.
      return { name: nameAmong(name, names) ?? null, told: names.length === fields.length };
    },
    { name: null, told: false },
  );
}
