import * as z from 'zod/mini';
import type { AutotaskClient } from './client.ts';
import { AutotaskError } from './errors.ts';

const fieldsSchema = z.object({
  fields: z.array(
    z.looseObject({
      name: z.string(),
      length: z.nullish(z.number()),
      picklistValues: z.optional(z.unknown()),
    }),
  ),
});
export type FieldInformation = z.infer<typeof fieldsSchema>['fields'][number];

/** The metadata of an entity's fields. */
export async function readFields(
  client: AutotaskClient,
  entity: string,
  which: 'fields' | 'userDefinedFields',
  signal: AbortSignal,
): Promise<FieldInformation[]> {
  const path = `${entity}/entityInformation/${which}`;
  const parsed = fieldsSchema.safeParse(await client.get(path, signal));
  if (parsed.success) return parsed.data.fields;
  throw new AutotaskError('unreadable', `Autotask gave an answer that it does not document: ${path}`);
}
