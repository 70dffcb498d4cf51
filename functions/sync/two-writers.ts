import type { Policy } from './device.ts';
import type { SyncPolicy } from './settings.ts';

export interface Writers {
  /** Whether Addigy was seen to reach Autotask with the credentials that it holds. */
  readonly addigyReaches: boolean;
  readonly engine: 'direct' | 'native';
  readonly policy: SyncPolicy;
}

const named = 3;

/**
 * A sentence where both this sync and Addigy's own may write the same devices; null where they may not. Whether
 * Addigy's sync is switched on for a policy cannot be read: a link, and credentials that work, are all that shows.
 */
export function twoWriters(
  policies: readonly Policy[],
  { addigyReaches, engine, policy }: Writers,
): string | null {
  if (!addigyReaches || engine !== 'direct' || policy === 'observe') return null;
  const linked = policies
    .filter(({ companyId }) => companyId !== null && companyId !== 0)
    .map(({ id, name }) => name || id)
    .sort();
  if (linked.length === 0) return null;
  const names = linked.slice(0, named).map((name) => JSON.stringify(name));
  const more = linked.length > named ? ` and ${linked.length - named} more` : '';
  const count = linked.length === 1 ? '1 policy is' : `${linked.length} policies are`;
  return `Two writers: ${count} linked to an Autotask company in Addigy (${names.join(', ')}${more}), and Addigy reaches Autotask, so its own sync may write the same devices as this one: unlink them in Addigy and name them in the settings' companies, or let this connection use the native engine.`;
}
