/** Takes changes out of a plan, and with them those that make no sense alone. */
import type { Change, Held, HeldReason } from './change.ts';

export interface Withheld {
  readonly changes: readonly Change[];
  readonly held: readonly Held[];
}

/** `why` gives the sentence for a change that may not take place, null for one that may. */
export function withhold(
  changes: readonly Change[],
  reason: HeldReason,
  why: (change: Change) => string | null,
): Withheld {
  const details = new Map<string, string>();
  for (const change of changes) {
    const detail = why(change);
    if (detail !== null) details.set(change.key, detail);
  }
  // Stryker disable next-line ConditionalExpression: it spares a walk through all changes, and nothing else
  if (details.size === 0) return { changes, held: [] };
  spread(changes, details);
  const kept: Change[] = [];
  const held: Held[] = [];
  for (const change of changes) {
    const detail = details.get(change.key);
    if (detail === undefined) kept.push(change);
    else held.push(heldChange(change, reason, detail));
  }
  return { changes: kept, held };
}

/** A change that was to follow a withheld one is withheld; of the halves of a move or a merge, neither or both take place. */
function spread(changes: readonly Change[], details: Map<string, string>): void {
  // Stryker disable next-line MethodExpression,ConditionalExpression: what waits for nothing has no first below; it spares the looking
  const dependents = changes.filter((change) => change.after !== undefined);
  // Stryker disable next-line ConditionalExpression: nearly always so, and the rest would find nothing
  if (dependents.length === 0) return;
  const byKey = new Map(changes.map((change) => [change.key, change] as const));
  let settled = false;
  while (!settled) {
    settled = true;
    for (const dependent of dependents) {
      const first = byKey.get(dependent.after!);
      if (first === undefined) continue;
      const [held, other] = details.has(first.key) ? [first, dependent] : [dependent, first];
      if (!details.has(held.key) || details.has(other.key)) continue;
      if (other === first && !takesOver(first)) continue;
      details.set(other.key, `It belongs to another change that is held. ${details.get(held.key)}`);
      settled = false;
    }
  }
}

/** Whether a change gives an item the mark that its dependents take from another. */
function takesOver(change: Change): boolean {
  return change.kind === 'create' || change.diffs.some((diff) => diff.field === 'mark');
}

/** The device of a `left` or `deactivate` has a line of its own, or does not exist any more. */
export function heldChange(change: Change, reason: HeldReason, detail: string): Held {
  const ofItem = change.kind === 'deactivate' || change.reason === 'left';
  return {
    reason,
    agentId: ofItem ? '' : change.agentId,
    itemId: change.itemId,
    companyId: change.companyId,
    name: change.name,
    serial: change.serial,
    detail,
  };
}
