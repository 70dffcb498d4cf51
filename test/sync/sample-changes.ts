/** Changes as a plan would hold them, and the items that they are about. */
import type { Change, CreateChange, ItemChange } from '#sync/change';
import type { ConfigurationItem, ItemPatch, Mark } from '#sync/configuration-item';
import { noFields } from './in-memory-items.ts';

export const markField = 'Addigy Agent ID';

type More = Partial<Omit<ItemChange, 'kind' | 'itemId' | 'patch'>>;

export function aCreate(n: number, more: More = {}): CreateChange {
  const base = { companyId: 10, name: `Mac ${n}`, serial: `C02A${n}`, agentId: `agent-${n}`, ...more };
  return {
    key: `create-${n}`,
    kind: 'create',
    reason: 'new',
    itemId: null,
    diffs: [],
    ...base,
    draft: {
      companyId: base.companyId,
      productId: 1,
      fields: { title: base.name, serial: base.serial },
      udfs: { [markField]: base.agentId },
    },
  };
}

export function aChange(
  kind: ItemChange['kind'],
  itemId: number,
  patch: ItemPatch,
  more: More = {},
): ItemChange {
  return {
    key: `${kind}-${itemId}`,
    kind,
    reason: 'changed',
    itemId,
    agentId: `agent-${itemId}`,
    companyId: 10,
    name: `Item ${itemId}`,
    serial: `SER${itemId}`,
    diffs: [],
    ...more,
    patch,
  };
}

export const aRename = (itemId: number, more: More = {}): ItemChange =>
  aChange('update', itemId, { fields: { title: `Renamed ${itemId}` } }, more);

export const anAdoption = (itemId: number, more: More = {}): ItemChange =>
  aChange('update', itemId, { udfs: { [markField]: `agent-${itemId}` } }, { reason: 'adopted', ...more });

export const aLeaving = (itemId: number, more: More = {}): ItemChange =>
  aChange('deactivate', itemId, { active: false, udfs: { [markField]: null } }, { reason: 'moved', ...more });

export function anItem(
  id: number,
  mark: string | Mark = `agent-${id}`,
  more: Partial<ConfigurationItem> = {},
): ConfigurationItem {
  const seen: Mark =
    typeof mark !== 'string' ? mark : mark === '' ? { kind: 'empty' } : { kind: 'agent', agentId: mark };
  return {
    id,
    companyId: 10,
    productId: 1,
    active: true,
    mark: seen,
    fields: { ...noFields, title: `Item ${id}`, serial: `SER${id}` },
    udfs: new Map([[markField, seen.kind === 'agent' ? seen.agentId : null]]),
    lastModified: 0,
    ...more,
  };
}

export const states = (results: ReadonlyArray<{ readonly state: string }>): string =>
  results.map(({ state }) => state).join(' ');

export const keysOf = (changes: readonly Change[]): string[] => changes.map(({ key }) => key);
