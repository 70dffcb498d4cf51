/**
 * What a sync would do, as a value. A device is first placed, then matched, then compared:
 *
 *   the device is …                         | its item is …                        | the plan
 *   ----------------------------------------+--------------------------------------+------------------------------
 *   virtual, excluded, without serial,      | any                                  | ! held, each with its reason
 *     superseded, unmapped, company unknown |                                      |   (the item is not touched)
 *   silent for too long                     | marked, active                       | ! stale, - deactivate `stale`
 *   in scope                                | marked, active, in its company       | ~ update `changed`, or nothing
 *                                           | marked, inactive                     | ^ reactivate `returned`
 *                                           | marked, inactive; another active     | ~ update `merged` of the other,
 *                                           |   unmarked one has the serial        |   ~ `left`: the mark is cleared
 *                                           | marked, in another company           | ! moved; or, to recreate:
 *                                           |                                      |   + create, - deactivate `moved`
 *                                           | unmarked, one with its serial        | ~ update `adopted`
 *                                           | one with its serial, marked by an    | ~ update `re-enrolled`
 *                                           |   agent unknown or superseded        |
 *                                           | several, or marked by another device | ! ambiguous
 *                                           | active in another company, unmarked  | ! other-company
 *                                           | active elsewhere, marked by others   | ! foreign
 *                                           | nowhere                              | + create; no product: ! no-product
 *   not in Addigy                           | marked, active, in our companies     | ! grace, then - deactivate `gone`
 *                                           | marked, active, in other companies   | ! foreign
 *   not in Addigy, Addigy incomplete        | marked, active, in our companies     | ! incomplete
 *   none at all                             | marked, active, in our companies     | ! empty-source
 *   any                                     | one mark in the estate is masked     | ! blind, and nothing else
 *
 * An inactive company gets nothing new and nothing back (! company-inactive). Then the policy and the limits
 * hold what they do not allow (! policy, ! safety). Each device is in exactly one of: a create, an update
 * (other than `left`) or a reactivate; `unchanged`; a held line with its agent id.
 */
import { canonicalJson } from './canonical-json.ts';
import type { Plan } from './change.ts';
import { draftPlan } from './draft-plan.ts';
import { findUnplaced, type Unplaced } from './find-unplaced.ts';
import type { PlanInput } from './plan-input.ts';
import { compareChanges, compareHeld } from './plan-order.ts';
import { applyPolicy } from './policy.ts';
import { callRoster, type Roster } from './roster.ts';
import { applySafety, type Owned } from './safety.ts';

export function planSync(input: PlanInput): Plan {
  const roster = callRoster(input);
  const draft = draftPlan(input, roster);
  draft.changes.sort(compareChanges);
  const afterPolicy = applyPolicy(draft.changes, input.settings.policy);
  const names = new Map(input.companies.map((company) => [company.id, company.name] as const));
  const companyName = (id: number): string => (names.has(id) ? `${names.get(id)} (${id})` : `company ${id}`);
  const owned = countOwned(input, roster);
  const afterSafety = applySafety(afterPolicy.changes, owned, input.settings.limits, companyName);
  const { changes } = afterSafety;
  const keys = changes.map((change) => change.key).sort();
  return {
    id: input.digest(canonicalJson([input.connectionId, keys])),
    changes,
    held: draft.held.concat(afterPolicy.held, afterSafety.held).sort(compareHeld),
    unchanged: draft.unchanged,
    devices: input.devices.length,
    owned: [...owned.all.values()].reduce((sum, count) => sum + count, 0),
    notes: [...draft.notes, ...afterSafety.notes],
    missing: draft.missing,
  };
}

/**
 * Serial numbers and agent ids of the devices that have no item in their company, as far as the items in
 * `input` tell. Before a plan creates anything, items of any company that bear one of these must be among its input.
 */
export function devicesToFind(input: PlanInput): Unplaced {
  return findUnplaced(input, callRoster(input));
}

/** Ours is what bears a mark in a company of this connection, whether or not its device is still there. */
function countOwned(input: PlanInput, roster: Roster): Owned {
  const all = new Map<number, number>();
  const active = new Map<number, number>();
  for (const item of input.items) {
    if (item.mark.kind !== 'agent' || !roster.connectionCompanies.has(item.companyId)) continue;
    all.set(item.companyId, (all.get(item.companyId) ?? 0) + 1);
    if (item.active) active.set(item.companyId, (active.get(item.companyId) ?? 0) + 1);
  }
  return { all, active };
}
