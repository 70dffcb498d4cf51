/** A plan before the policy and the limits: every device placed, every orphan judged. */
import type { Change, Held } from './change.ts';
import { createChangeWriter } from './change-writer.ts';
import { mapFields } from './fields.ts';
import { heldDevice, heldItem } from './held-line.ts';
import { createMatcher, type Match } from './match.ts';
import { type Claims, judgeOrphans } from './orphans.ts';
import { sightOf } from './ownership.ts';
import type { PlanInput } from './plan-input.ts';
import { heldOutOfScope, type Roster } from './roster.ts';

export interface Draft {
  readonly changes: Change[];
  readonly held: Held[];
  unchanged: number;
  notes: readonly string[];
  missing: ReadonlyMap<number, number>;
}

const blindDetail =
  'A mark on a configuration item is masked (*****): this API user may not see unprotected data, so a marked item cannot be told from an unmarked one. Grant it View and Edit Unprotected Data.';

function draftBlind(input: PlanInput, roster: Roster): Draft {
  const { devices, missing } = input;
  const held = devices.map((device, at): Held => {
    const standing = roster.standing[at]!;
    return standing === 'in-scope'
      ? heldDevice(device, roster.company[at]!, null, 'blind', blindDetail)
      : heldOutOfScope(input, roster, at, standing);
  });
  return { changes: [], held, unchanged: 0, notes: [blindDetail], missing };
}

export function draftPlan(input: PlanInput, roster: Roster): Draft {
  if (sightOf(input.items) === 'blind') return draftBlind(input, roster);
  const { devices, items, settings } = input;
  const map = mapFields(settings, input.facts, input.now);
  const write = createChangeWriter(input, map);
  const { match, index } = createMatcher(input, roster);
  const claims: Claims = {
    taken: new Uint8Array(items.length),
    named: new Uint8Array(items.length),
    settled: new Uint8Array(devices.length),
  };
  const draft: Draft = { changes: [], held: [], unchanged: 0, notes: map.notes, missing: input.missing };

  /** The items that a device leaves behind, once its new one bears the mark: those of its company are inactive. */
  const leaveBehind = (found: readonly number[], recreate: boolean, after?: string): void => {
    for (const at of found) {
      const item = items[at]!;
      claims.taken[at] = 1;
      if (!item.active || !recreate) {
        draft.changes.push(write.leave(item, after));
      } else if (input.complete) {
        draft.changes.push(write.retire(item, 'moved', after));
      } else {
        const detail = `Item ${item.id} is left over from a move; Addigy was not read completely, so nothing is deactivated in this run.`;
        draft.held.push(heldItem(item, 'incomplete', detail));
      }
    }
  };

  /** Null where the device's item is settled; else why it is not. */
  const place = (at: number, found: Match): Held | null => {
    const device = devices[at]!;
    const company = roster.company[at]!;
    if (found.kind === 'held') {
      if (found.reason === 'ambiguous') for (const named of found.items) claims.named[named] = 1;
      return heldDevice(device, company, items[found.items[0]!]!, found.reason, found.detail);
    }
    const { name, active } = roster.companies.get(company)!;
    if (found.kind === 'item') {
      const item = items[found.item]!;
      if (!item.active && !active) {
        const detail = `Its configuration item ${item.id} is inactive, and so is its company ${name} (${company}): nothing is reactivated there.`;
        return heldDevice(device, company, item, 'company-inactive', detail);
      }
      claims.taken[found.item] = 1;
      if (found.how === 'marked') claims.settled[at] = 1;
      const change = write.settle(device, item, found.how === 'marked' ? 'changed' : found.how);
      if (change === null) draft.unchanged += 1;
      else draft.changes.push(change);
      leaveBehind(found.leave, settings.onCompanyMove === 'recreate', change?.key);
      leaveBehind(found.movedFrom, true, change?.key);
      return null;
    }
    if (!active) {
      const detail = `Its policy leads to ${name} (${company}), which is inactive in Autotask: nothing is created there.`;
      return heldDevice(device, company, null, 'company-inactive', detail);
    }
    const product = input.products.get(device.family);
    if (product === undefined) {
      const detail = `Autotask has no active product for ${device.family}: make one named "Apple Device", or name one in the settings' products.`;
      return heldDevice(device, company, null, 'no-product', detail);
    }
    const from = found.movedFrom.map((old) => items[old]!);
    const change = write.create(device, company, product, from);
    draft.changes.push(change);
    leaveBehind(found.movedFrom, true, change.key);
    return null;
  };

  for (let at = 0; at < devices.length; at += 1) {
    const standing = roster.standing[at]!;
    const held = standing === 'in-scope' ? place(at, match(at)) : heldOutOfScope(input, roster, at, standing);
    if (held !== null) draft.held.push(held);
  }
  const orphans = judgeOrphans(input, roster, index, claims, write);
  for (const change of orphans.changes) draft.changes.push(change);
  for (const held of orphans.held) draft.held.push(held);
  draft.missing = orphans.missing;
  return draft;
}
