/** What a person does in Autotask's UI, and what a test does to the world, as JSON for the control plane. */
import type { PermissionChange, UserChange } from './api-users.ts';
import type { ItemEdit } from './item-records.ts';
import { type AutotaskQuirks, setQuirks } from './quirks.ts';
import { type EntityName, entityNames, type SeededItem, type SeededUdf, type SeededUser } from './seed.ts';
import type { AutotaskWorld } from './world.ts';

export type AutotaskEdit =
  | { kind: 'add-item'; item: SeededItem }
  | { kind: 'edit-item'; id: number; patch: ItemEdit }
  | { kind: 'deactivate-item' | 'delete-item'; id: number }
  | { kind: 'merge-items'; source: number; target: number }
  | { kind: 'add-company'; company: { id?: number; companyName: string; isActive: boolean } }
  | { kind: 'add-product'; product: { id?: number; name: string; isActive: boolean } }
  | { kind: 'edit-record'; entity: EntityName; id: number; patch: Record<string, unknown> }
  | { kind: 'add-udf'; udf: SeededUdf }
  | { kind: 'edit-udf'; name: string; patch: { name?: string; isActive?: boolean; isProtected?: boolean } }
  | { kind: 'add-user'; user: SeededUser }
  | ({ kind: 'set-permission'; username: string } & PermissionChange)
  | ({ kind: 'set-user'; username: string } & UserChange)
  | { kind: 'lock-user' | 'unlock-user'; username: string }
  | { kind: 'set-threshold'; limit?: number; used?: number }
  | { kind: 'move-zone'; url: string | null }
  | { kind: 'advance-clock'; ms: number }
  | { kind: 'set-quirks'; quirks: Partial<AutotaskQuirks> };

/** Returns the item or the id that came of it, else null. Throws a sentence where it cannot be done. */
export function applyEdit(edit: AutotaskEdit, world: AutotaskWorld, quirks: AutotaskQuirks): unknown {
  switch (edit.kind) {
    case 'add-item':
      return world.addItem(edit.item);
    case 'edit-item':
      return world.edit(edit.id, edit.patch);
    case 'deactivate-item':
      return world.deactivate(edit.id);
    case 'delete-item':
      world.deleteItem(edit.id);
      return null;
    case 'merge-items':
      return world.merge(edit.source, edit.target) ?? null;
    case 'add-company':
      return world.addCompany(edit.company);
    case 'add-product':
      return world.addProduct(edit.product);
    case 'edit-record':
      if (!entityNames.includes(edit.entity)) throw new Error(`there is no entity ${edit.entity}`);
      return world.editRecord(edit.entity, edit.id, edit.patch) ?? null;
    case 'add-udf':
      return world.addUdf(edit.udf);
    case 'edit-udf': {
      const definition = world.udfDefinitions().find(({ values }) => values.name === edit.name);
      if (!definition) throw new Error(`there is no user-defined field ${edit.name}`);
      return world.editRecord('UserDefinedFieldDefinitions', definition.id, edit.patch) ?? null;
    }
    case 'add-user':
      return world.addUser(edit.user).resourceId;
    case 'set-permission':
      return world.setPermission(edit.username, edit) ?? null;
    case 'set-user': {
      const { kind: _, username, ...change } = edit;
      return world.setUser(username, change) ?? null;
    }
    case 'lock-user':
      return world.lock(edit.username) ?? null;
    case 'unlock-user':
      return world.unlock(edit.username) ?? null;
    case 'set-threshold':
      return world.setThreshold(edit) ?? null;
    case 'move-zone':
      world.zoneUrl = edit.url;
      return null;
    case 'advance-clock':
      return world.advanceClock(edit.ms) ?? null;
    case 'set-quirks':
      return setQuirks(quirks, edit.quirks) ?? null;
    default:
      throw new Error(`unknown edit ${JSON.stringify(edit satisfies never)}`);
  }
}
