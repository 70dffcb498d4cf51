/** What Autotask tells of an API user's rights on its entities. */
import * as z from 'zod/mini';
import type { AccessLevel, EntityAccess } from '#permissions/access';
import type { AutotaskClient } from './client.ts';
import { AutotaskError } from './errors.ts';

const infoSchema = z.looseObject({ name: z.string() });
const oneSchema = z.object({ info: infoSchema });
const listSchema = z.object({ entityDescriptions: z.array(z.unknown()) });

/** One request for all of them. Entries that are not understood are left out. */
export async function readEveryAccess(client: AutotaskClient, signal: AbortSignal): Promise<EntityAccess[]> {
  const parsed = listSchema.safeParse(await client.get('EntityInformation', signal));
  const entries = (parsed.data?.entityDescriptions ?? []).flatMap((entry) => {
    const { data } = oneSchema.safeParse(entry);
    return data === undefined ? [] : [accessOf(data.info, pathOf(data.info.name))];
  });
  if (entries.length === 0) throw unreadable('EntityInformation');
  return entries;
}

export async function readAccess(
  client: AutotaskClient,
  entity: string,
  signal: AbortSignal,
): Promise<EntityAccess> {
  const path = `${entity}/entityInformation`;
  const parsed = oneSchema.safeParse(await client.get(path, signal));
  if (!parsed.success) throw unreadable(path);
  return accessOf(parsed.data.info, entity);
}

function accessOf(info: z.infer<typeof infoSchema>, entity: string): EntityAccess {
  return {
    entity,
    offers: {
      create: info.canCreate === true,
      update: info.canUpdate === true,
      delete: info.canDelete === true,
    },
    query: levelOf(info.userAccessForQuery),
    create: levelOf(info.userAccessForCreate),
    update: levelOf(info.userAccessForUpdate),
    delete: levelOf(info.userAccessForDelete),
  };
}

/** By the documented number. */
const levels: readonly AccessLevel[] = ['none', 'all', 'restricted'];

/** Numbers are documented, words are what clients see. */
function levelOf(told: unknown): AccessLevel {
  if (typeof told === 'number') return levels[told] ?? 'unknown';
  const word = typeof told === 'string' ? told.toLowerCase() : '';
  return levels.find((level) => level === word) ?? 'unknown';
}

/** Whether the metadata names an entity in the singular, or as its path does, is not documented. */
const paths: ReadonlyMap<string, string> = new Map(
  [
    ['Company', 'Companies'],
    ['Product', 'Products'],
    ['ConfigurationItem', 'ConfigurationItems'],
    ['UserDefinedFieldDefinition', 'UserDefinedFieldDefinitions'],
    ['Resource', 'Resources'],
    ['ConfigurationItemCategory', 'ConfigurationItemCategories'],
    ['ConfigurationItemType', 'ConfigurationItemTypes'],
  ].flatMap(([one = '', path = '']): [string, string][] => [
    [one.toLowerCase(), path],
    [path.toLowerCase(), path],
  ]),
);

const pathOf = (name: string): string => paths.get(name.toLowerCase()) ?? name;

function unreadable(what: string): AutotaskError {
  return new AutotaskError('unreadable', `Autotask gave an answer that it does not document: ${what}`);
}
