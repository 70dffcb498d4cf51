/** A change of an item that is there: its patch, and the key that names it. */
import { canonicalJson } from './canonical-json.ts';
import type { ChangeReason, FieldDiff, ItemChange } from './change.ts';
import type { ConfigurationItem, ItemPatch, StandardField } from './configuration-item.ts';
import { markedAgent } from './ownership.ts';

export interface Naming {
  readonly digest: (text: string) => string;
  readonly markField: string;
}

export interface ChangeParts {
  readonly kind: ItemChange['kind'];
  readonly reason: ChangeReason;
  readonly item: ConfigurationItem;
  readonly of: Pick<ItemChange, 'agentId' | 'name' | 'serial'>;
  readonly diffs: readonly FieldDiff[];
  readonly after?: string | undefined;
}

export function changeItem(parts: ChangeParts, { digest, markField }: Naming): ItemChange {
  const { kind, reason, item, of, diffs, after } = parts;
  const steady = diffs.filter((diff) => !diff.volatile);
  const named = [kind, of.agentId, item.id, item.companyId, patchOf(steady, markField), after];
  return {
    kind,
    reason,
    key: digest(canonicalJson(named)),
    agentId: of.agentId,
    itemId: item.id,
    companyId: item.companyId,
    name: of.name,
    serial: of.serial,
    diffs,
    patch: patchOf(diffs, markField),
    ...(after === undefined ? {} : { after }),
  };
}

/** Deactivates it, with whatever else is to differ afterwards. */
export function retireItem(
  item: ConfigurationItem,
  reason: Extract<ChangeReason, 'gone' | 'stale' | 'moved' | 'offboarded'>,
  more: readonly FieldDiff[],
  naming: Naming,
  after?: string,
): ItemChange {
  const diffs: FieldDiff[] = [{ field: 'active', from: 'true', to: 'false', volatile: false }, ...more];
  return changeItem({ kind: 'deactivate', reason, item, of: itself(item), diffs, after }, naming);
}

/** What an item is called where there is no device to name it. */
export const itself = (item: ConfigurationItem) => ({
  agentId: markedAgent(item.mark),
  name: item.fields.title,
  serial: item.fields.serial,
});

function patchOf(diffs: readonly FieldDiff[], markField: string): ItemPatch {
  let active: boolean | undefined;
  const fields: Partial<Record<StandardField, string>> = {};
  const udfs: Record<string, string | null> = {};
  for (const { field, to } of diffs) {
    if (field === 'active') active = to === 'true';
    else if (field === 'mark') udfs[markField] = to === '' ? null : to;
    else if (field.startsWith('udf:')) udfs[field.slice(4)] = to;
    else fields[field as StandardField] = to;
  }
  return {
    ...(active === undefined ? {} : { active }),
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
    ...(Object.keys(udfs).length === 0 ? {} : { udfs }),
  };
}
