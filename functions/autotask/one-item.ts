/** One configuration item: read, made, changed. `nameOf` spells a user-defined field as Autotask does. */
import type { ConfigurationItem, ItemDraft, ItemPatch } from '#sync/configuration-item';
import type { AutotaskClient } from './client.ts';
import { AutotaskError } from './errors.ts';
import { draftBody, itemEntity, patchBody, readItem } from './item-record.ts';
import { isObject } from './read-answer.ts';

type NameOf = (udf: string) => string;

/** Null where there is none that the user can see. */
export async function itemById(
  client: AutotaskClient,
  id: number,
  markField: string,
  signal: AbortSignal,
): Promise<ConfigurationItem | null> {
  try {
    const { item } = await client.get(`${itemEntity}/${id}`, signal);
    // A miss is a 404, or an item that is null.
    if (item === null) return null;
    if (isObject(item) && item.id === id) return readItem({ ...item, id }, markField);
    throw new AutotaskError('unreadable', `Autotask answered something else than item ${id}`);
  } catch (error) {
    if (error instanceof AutotaskError && error.kind === 'not-found') return null;
    throw error;
  }
}

/** The new item's id. */
export async function createItem(
  client: AutotaskClient,
  draft: ItemDraft,
  nameOf: NameOf,
  signal: AbortSignal,
): Promise<number> {
  const { itemId } = await client.write('POST', itemEntity, draftBody(draft, nameOf), signal);
  if (typeof itemId === 'number' && Number.isSafeInteger(itemId) && itemId > 0) return itemId;
  throw new AutotaskError('unreadable', 'Autotask created an item, but did not tell its id', {
    purpose: 'write',
  });
}

/** Sends nothing where nothing changes. */
export async function updateItem(
  client: AutotaskClient,
  id: number,
  patch: ItemPatch,
  nameOf: NameOf,
  signal: AbortSignal,
): Promise<void> {
  const body = patchBody(id, patch, nameOf);
  if (body !== null) await client.write('PATCH', itemEntity, body, signal);
}
