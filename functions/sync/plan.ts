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
 *                                           | the canary, by its mark              | as if it were not there
 *
 * An inactive company gets nothing new and nothing back (! company-inactive). Then the policy and the limits
 * hold what they do not allow (! policy, ! safety). Each device is in exactly one of: a create, an update
 * (other than `left`) or a reactivate; `unchanged`; a held line with its agent id.
 */
import type { Plan } from './change.ts';
import { draftPlan } from './draft-plan.ts';
import { findUnplaced, type Unplaced } from './find-unplaced.ts';
import { withoutCanary } from './ownership.ts';
import type { PlanInput } from './plan-input.ts';
import { compareChanges, compareHeld, planId } from './plan-order.ts';
import { applyPolicy } from './policy.ts';
import { callRoster } from './roster.ts';
import { applySafety, companyNames, countOwned } from './safety.ts';

export function planSync(whole: PlanInput): Plan {
  const input = { ...whole, items: withoutCanary(whole.items) };
  const roster = callRoster(input);
  const draft = draftPlan(input, roster);
  draft.changes.sort(compareChanges);
  const afterPolicy = applyPolicy(draft.changes, input.settings.policy);
  const owned = countOwned(input.items, roster.connectionCompanies);
  const companyName = companyNames(input.companies);
  const afterSafety = applySafety(afterPolicy.changes, owned, input.settings.limits, companyName);
  const { changes } = afterSafety;
  return {
    id: planId(changes, input),
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
  return findUnplaced({ ...input, items: withoutCanary(input.items) }, callRoster(input));
}
