/** Carries out a plan on items in memory, one change after another, each after the one that it waits for. */
import type { Change, Plan } from '#sync/change';
import type { ConfigurationItem } from '#sync/configuration-item';
import type { PlanInput } from '#sync/plan-input';
import { InMemoryItems } from './in-memory-items.ts';

export async function applyInMemory(input: PlanInput, plan: Plan): Promise<ConfigurationItem[]> {
  const directory = new InMemoryItems({
    items: input.items,
    companies: input.companies,
    facts: input.facts,
    markField: input.settings.markField,
    now: () => input.now,
  });
  const { signal } = new AbortController();
  const done = new Set<string>();
  const apply = async (change: Change): Promise<void> => {
    if (done.has(change.key)) return;
    done.add(change.key);
    const first = plan.changes.find(({ key }) => key === change.after);
    if (first !== undefined) await apply(first);
    if (change.kind === 'create') await directory.create(change.draft, signal);
    else await directory.update(change.itemId, change.patch, signal);
  };
  for (const change of plan.changes) await apply(change);
  return [...directory.items.values()];
}
