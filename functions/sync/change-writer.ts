/** Writes the changes of a plan: patch or draft, field diffs, and the key that names each. */

import { canonicalJson } from './canonical-json.ts';
import type { CreateChange, FieldDiff, ItemChange } from './change.ts';
import { cleanText, cutText } from './clean-text.ts';
import type { ConfigurationItem, ItemDraft, StandardField } from './configuration-item.ts';
import type { Device } from './device.ts';
import { addDiffs, type FieldFiller, type FieldMap } from './fields.ts';
import { changeItem, itself, retireItem } from './item-change.ts';
import { markedAgent } from './ownership.ts';
import type { PlanInput } from './plan-input.ts';

export interface ChangeWriter {
  create(
    device: Device,
    companyId: number,
    productId: number,
    from: readonly ConfigurationItem[],
  ): CreateChange;
  /** Makes the item what the device says, marked and active; null where it is that already. */
  settle(device: Device, item: ConfigurationItem, how: Settling): ItemChange | null;
  /** Clears the mark of an item that is left. */
  leave(item: ConfigurationItem, after: string | undefined): ItemChange;
  /** `moved` clears the mark; a device that is gone or stale may return, so its mark stays. */
  retire(item: ConfigurationItem, reason: 'gone' | 'stale' | 'moved', after?: string): ItemChange;
}

export type Settling = 'changed' | 'adopted' | 're-enrolled' | 'merged';

type WriterInput = Pick<PlanInput, 'settings' | 'categories' | 'types' | 'facts' | 'now' | 'digest'>;

export function createChangeWriter(input: WriterInput, map: FieldMap): ChangeWriter {
  const { settings, facts, now, digest } = input;
  const refreshBefore = settings.refreshDays === 0 ? -Infinity : now - settings.refreshDays * 86_400_000;
  const titleLimit = facts.lengths.get('title') ?? Infinity;

  const named = { digest, markField: map.markField };

  return {
    create(device, companyId, productId, from) {
      const reason = from.length > 0 ? 'moved' : 'new';
      const diffs: FieldDiff[] = [];
      const steady = newFields(map.steady, device, diffs);
      if (!steady.fields.title) {
        steady.fields.title = cutText(cleanText(deviceName(device)), titleLimit);
        diffs.unshift({ field: 'title', from: '', to: steady.fields.title, volatile: false });
      }
      const volatile = newFields(map.volatile, device, diffs);
      const origin = from[0];
      if (origin !== undefined) {
        const move = { from: String(origin.companyId), to: String(companyId) };
        diffs.unshift({ field: 'company', ...move, volatile: false });
      }
      const categoryId = input.categories.get(device.family);
      const typeId = input.types.get(device.family);
      const draft = (fields: NewFields['fields'], udfs: NewFields['udfs']): ItemDraft => ({
        companyId,
        productId,
        ...(categoryId === undefined ? {} : { categoryId }),
        ...(typeId === undefined ? {} : { typeId }),
        fields,
        udfs: { ...udfs, [map.markField]: device.agentId },
      });
      return {
        kind: 'create',
        reason,
        key: digest(
          canonicalJson(['create', device.agentId, null, companyId, draft(steady.fields, steady.udfs), null]),
        ),
        agentId: device.agentId,
        itemId: null,
        companyId,
        name: deviceName(device),
        serial: device.serial,
        diffs,
        draft: draft({ ...steady.fields, ...volatile.fields }, { ...steady.udfs, ...volatile.udfs }),
      };
    },

    settle(device, item, how) {
      let diffs: FieldDiff[] | null = null;
      if (!item.active) diffs = [{ field: 'active', from: 'false', to: 'true', volatile: false }];
      const mark = markedAgent(item.mark);
      if (mark !== device.agentId) {
        diffs ??= [];
        diffs.push({ field: 'mark', from: mark, to: device.agentId, volatile: false });
      }
      diffs = addDiffs(map.steady, device, item, diffs);
      const refresh = item.lastModified !== null && item.lastModified < refreshBefore;
      if (diffs !== null || refresh) diffs = addDiffs(map.volatile, device, item, diffs);
      if (diffs === null) return null;
      const of = { agentId: device.agentId, name: deviceName(device), serial: device.serial };
      return item.active
        ? changeItem({ kind: 'update', reason: how, item, of, diffs }, named)
        : changeItem({ kind: 'reactivate', reason: 'returned', item, of, diffs }, named);
    },

    leave(item, after) {
      const diffs = [markCleared(item)];
      return changeItem({ kind: 'update', reason: 'left', item, of: itself(item), diffs, after }, named);
    },

    retire: (item, reason, after) =>
      retireItem(item, reason, reason === 'moved' ? [markCleared(item)] : [], named, after),
  };
}

/** What people call the device: nothing in Autotask may have an empty title. */
export function deviceName(device: Device): string {
  return cleanText(device.name) || cleanText(device.model) || device.serial;
}

function markCleared(item: ConfigurationItem): FieldDiff {
  return { field: 'mark', from: markedAgent(item.mark), to: '', volatile: false };
}

interface NewFields {
  readonly fields: Partial<Record<StandardField, string>>;
  readonly udfs: Record<string, string>;
}

function newFields(fillers: readonly FieldFiller[], device: Device, diffs: FieldDiff[]): NewFields {
  const made: NewFields = { fields: {}, udfs: {} };
  for (const { place, to, desired, volatile } of fillers) {
    const value = desired(device);
    if (value === '') continue;
    if ('standard' in place) made.fields[place.standard] = value;
    else made.udfs[place.udf] = value;
    diffs.push({ field: to, from: '', to: value, volatile });
  }
  return made;
}
