/**
 * Limits on what one run may do to items that we own, per company and for the connection: one customer's
 * bad day does not stop the others, and many small bad days together are one big one.
 */
import type { Change, Held } from './change.ts';
import type { Company, ConfigurationItem } from './configuration-item.ts';
import type { SyncSettings } from './settings.ts';
import { type Withheld, withhold } from './withhold.ts';

/** How many items bear a mark of ours, before the run. */
export interface Owned {
  /** By company: all of them, and those that are active. */
  readonly all: ReadonlyMap<number, number>;
  readonly active: ReadonlyMap<number, number>;
}

export interface SafetyVerdict extends Withheld {
  /** One sentence for each limit that held something. */
  readonly notes: readonly string[];
}

type LimitName = keyof SyncSettings['limits'];
type Limit = SyncSettings['limits'][LimitName];

/** Which limit a change counts towards; null for those that cannot do harm in numbers. */
export function limitOf(change: Change): LimitName | null {
  if (change.kind === 'deactivate') return 'deactivations';
  if (change.kind === 'reactivate') {
    const wasUnmarked = change.diffs.some((diff) => diff.field === 'mark' && diff.from === '');
    return wasUnmarked ? null : 'updates';
  }
  // A create has neither of these reasons.
  if (change.reason !== 'changed' && change.reason !== 're-enrolled') return null;
  // A refresh of volatile facts is due for a whole estate on the same day, and overwrites nothing else.
  return change.diffs.some((diff) => !diff.volatile) ? 'updates' : null;
}

export function limitFor(owned: number, limit: Limit): number {
  return Math.max(limit.atLeast, Math.floor((owned * limit.percent) / 100));
}

export function applySafety(
  changes: readonly Change[],
  owned: Owned,
  limits: SyncSettings['limits'],
  companyName: (id: number) => string,
): SafetyVerdict {
  const notes: string[] = [];
  const held: Held[] = [];
  let kept = changes;

  const take = (sentences: ReadonlyMap<string, string>, groupOf: (change: Change) => string): void => {
    // Stryker disable next-line ConditionalExpression: it spares a walk through all changes, and nothing else
    if (sentences.size === 0) return;
    const verdict = withhold(kept, 'safety', (change) => sentences.get(groupOf(change)) ?? null);
    kept = verdict.changes;
    for (const one of verdict.held) held.push(one);
    for (const sentence of sentences.values()) notes.push(sentence);
  };

  const groupInCompany = (change: Change) => `${limitOf(change)} ${change.companyId}`;
  const sentences = new Map<string, string>();
  for (const [group, { name, companyId, count }] of countByCompany(kept)) {
    const base = baseOf(owned, name).get(companyId) ?? 0;
    const sentence = sentenceFor(name, count, base, limits[name], `in ${companyName(companyId)}`);
    if (sentence !== null) sentences.set(group, sentence);
  }
  take(sentences, groupInCompany);

  for (const name of ['updates', 'deactivations'] as const) {
    const count = kept.reduce((sum, change) => sum + (limitOf(change) === name ? 1 : 0), 0);
    const base = [...baseOf(owned, name).values()].reduce((sum, one) => sum + one, 0);
    const sentence = sentenceFor(name, count, base, limits[name], 'in the whole connection');
    if (sentence !== null) take(new Map([[name, sentence]]), (change) => String(limitOf(change)));
  }
  return { changes: kept, held, notes };
}

/** Items that are inactive already are no measure of how many may be deactivated at once. */
function baseOf(owned: Owned, name: LimitName): ReadonlyMap<number, number> {
  return name === 'deactivations' ? owned.active : owned.all;
}

interface Count {
  readonly name: LimitName;
  readonly companyId: number;
  count: number;
}

function countByCompany(changes: readonly Change[]): Map<string, Count> {
  const counts = new Map<string, Count>();
  for (const change of changes) {
    const name = limitOf(change);
    if (name === null) continue;
    const group = `${name} ${change.companyId}`;
    const known = counts.get(group);
    if (known === undefined) counts.set(group, { name, companyId: change.companyId, count: 1 });
    else known.count += 1;
  }
  return counts;
}

function sentenceFor(
  name: LimitName,
  count: number,
  owned: number,
  limit: Limit,
  where: string,
): string | null {
  const most = limitFor(owned, limit);
  if (count <= most) return null;
  const [one, items] =
    name === 'updates' ? ['updated', 'items we own'] : ['deactivated', 'active items we own'];
  return (
    `${count} of the ${owned} ${items} ${where} would be ${one}; the limit is ${most} ` +
    `(${limit.percent} %, at least ${limit.atLeast}), so none of them is. ` +
    `Review the plan; if it is right, raise limits.${name} and run again.`
  );
}

/** Ours is what bears a mark in a company of this connection, whether or not its device is still there. */
export function countOwned(
  items: readonly ConfigurationItem[],
  connectionCompanies: ReadonlySet<number>,
): Owned {
  const all = new Map<number, number>();
  const active = new Map<number, number>();
  for (const item of items) {
    if (item.mark.kind !== 'agent' || !connectionCompanies.has(item.companyId)) continue;
    all.set(item.companyId, (all.get(item.companyId) ?? 0) + 1);
    if (item.active) active.set(item.companyId, (active.get(item.companyId) ?? 0) + 1);
  }
  return { all, active };
}

export function companyNames(companies: readonly Company[]): (id: number) => string {
  const names = new Map(companies.map((company) => [company.id, company.name] as const));
  return (id) => (names.has(id) ? `${names.get(id)} (${id})` : `company ${id}`);
}
