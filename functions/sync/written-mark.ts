import type { Change } from './change.ts';
import type { ConfigurationItem } from './configuration-item.ts';

/** User-defined fields are known by their names, whose case an administrator may change. */
export const isMarkField = (name: string, markField: string): boolean =>
  name.toLowerCase() === markField.toLowerCase();

/** The mark that a change writes; null where it clears it, undefined where it leaves it alone. */
export function writtenMark(change: Change, markField: string): string | null | undefined {
  const udfs = change.kind === 'create' ? change.draft.udfs : change.patch.udfs;
  for (const name in udfs) if (isMarkField(name, markField)) return udfs[name] || null;
  return undefined;
}

export const bears = (item: ConfigurationItem, agentId: string): boolean =>
  // Stryker disable next-line ConditionalExpression: no other mark has an agent; the compiler does not know
  item.mark.kind === 'agent' && item.mark.agentId === agentId;
