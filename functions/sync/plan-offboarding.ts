/**
 * What is to be done when a connection goes out of service: everything active that is ours is deactivated. Its
 * mark stays, so that a connection that comes back finds its items again.
 *
 *   the item is …                                   | the plan
 *   ------------------------------------------------+----------------------------
 *   marked, active, in one of our companies         | - deactivate `offboarded`
 *   marked, active, elsewhere                       | ! foreign
 *   marked, inactive                                | nothing: it is as it should be
 *   unmarked, or its mark did not come              | nothing: it is not ours
 *   the canary, by its mark                         | as if it were not there
 *   any, where one mark in the estate is masked     | nothing at all
 *
 * Whether a device is in Addigy still does not matter. Neither does the policy, since the wish is explicit; the
 * limits on deactivations hold (! safety).
 */
import type { Change, Held, Plan } from './change.ts';
import type { Company, ConfigurationItem } from './configuration-item.ts';
import { heldItem } from './held-line.ts';
import { retireItem } from './item-change.ts';
import { markedAgent, sightOf, withoutCanary } from './ownership.ts';
import { compareChanges, compareHeld, planId } from './plan-order.ts';
import { applySafety, companyNames, countOwned } from './safety.ts';
import type { SyncSettings } from './settings.ts';

export interface OffboardingInput {
  readonly connectionId: string;
  readonly settings: Pick<SyncSettings, 'markField' | 'limits'>;
  /** Each item once, by id. */
  readonly items: readonly ConfigurationItem[];
  /** The ids of the companies that are known to be this connection's. */
  readonly companyIds: ReadonlySet<number>;
  /** Those of them that the API user can see. */
  readonly companies: readonly Company[];
  /** A collision-resistant hash of a text, as hex. */
  readonly digest: (text: string) => string;
}

export function planOffboarding(input: OffboardingInput): Plan {
  const { companyIds, settings } = input;
  const items = withoutCanary(input.items);
  if (sightOf(items) === 'blind') return planOf(input, { changes: [], held: [], owned: 0, notes: [] });
  const naming = { digest: input.digest, markField: settings.markField };
  const changes: Change[] = [];
  const held: Held[] = [];
  for (const item of items) {
    if (item.mark.kind !== 'agent' || !item.active) continue;
    if (companyIds.has(item.companyId)) changes.push(retireItem(item, 'offboarded', [], naming));
    else held.push(heldItem(item, 'foreign', foreignDetail(item)));
  }
  changes.sort(compareChanges);
  const owned = countOwned(items, companyIds);
  const afterSafety = applySafety(changes, owned, settings.limits, companyNames(input.companies));
  return planOf(input, {
    changes: afterSafety.changes,
    held: [...held, ...afterSafety.held],
    owned: [...owned.all.values()].reduce((sum, count) => sum + count, 0),
    notes: afterSafety.notes.length === 0 ? [] : [...afterSafety.notes, letAllGo],
  });
}

/** Stands beside the limits' own sentences, which speak of the settings. */
export const letAllGo =
  'An offboarding wants every item deactivated, so a limit of 100 % (sync.limits.deactivations.percent) lets all go. The settings of a connection on its way out cannot be changed any more: ask with limit=100 instead, DELETE /connections/{id}?limit=100, which stands in for that setting.';

function planOf(
  input: OffboardingInput,
  { changes, held, owned, notes }: Pick<Plan, 'changes' | 'held' | 'owned' | 'notes'>,
): Plan {
  return {
    id: planId(changes, input),
    changes,
    held: [...held].sort(compareHeld),
    unchanged: 0,
    devices: 0,
    owned,
    notes,
    missing: new Map(),
  };
}

function foreignDetail(item: ConfigurationItem): string {
  return `It bears a mark (agent ${markedAgent(item.mark)}), in a company that is not known to be this connection's: it is left to whoever marked it.`;
}
