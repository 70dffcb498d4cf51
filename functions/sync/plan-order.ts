/** One order for the lines of a plan, and one name for what it would do, whatever the order of what was read. Code units, so that no locale moves a line. */
import { canonicalJson } from './canonical-json.ts';
import { type Change, changeKinds, type Held } from './change.ts';

const rank = new Map(changeKinds.map((kind, place) => [kind, place] as const));

export function compareChanges(left: Change, right: Change): number {
  return (
    left.companyId - right.companyId ||
    rank.get(left.kind)! - rank.get(right.kind)! ||
    compareText(left.name, right.name) ||
    compareText(left.agentId, right.agentId) ||
    (left.itemId ?? 0) - (right.itemId ?? 0)
  );
}

export function compareHeld(left: Held, right: Held): number {
  return (
    (left.companyId ?? -1) - (right.companyId ?? -1) ||
    compareText(left.reason, right.reason) ||
    compareText(left.name, right.name) ||
    compareText(left.agentId, right.agentId) ||
    (left.itemId ?? 0) - (right.itemId ?? 0)
  );
}

export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

export function planId(
  changes: readonly Change[],
  { connectionId, digest }: { readonly connectionId: string; readonly digest: (text: string) => string },
): string {
  return digest(canonicalJson([connectionId, changes.map((change) => change.key).sort()]));
}
