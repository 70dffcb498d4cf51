/** Which company a policy that leads nowhere may belong to, by name. It is only told: a mapping is a person's decision. */
import { indexPolicies, type PolicyIndex } from './company.ts';
import { type ComparableName, comparableName } from './company-name.ts';
import type { Company } from './configuration-item.ts';
import type { Device, Policy } from './device.ts';
import { compareText } from './plan-order.ts';
import type { SyncSettings } from './settings.ts';

export interface UnmappedPolicy {
  readonly policyId: string;
  readonly policyName: string;
  /** Located in it, or below it where no policy in between leads to a company: those that a link of it would map. */
  readonly devices: number;
}

export interface SuggestedCompany {
  readonly companyId: number;
  readonly companyName: string;
  /** 1 is the same name but for case, accents, punctuation and legal form; two decimals. */
  readonly score: number;
}

export interface CompanySuggestion extends UnmappedPolicy {
  /** The best three, best first. */
  readonly companies: readonly SuggestedCompany[];
}

/** Each policy that leads nowhere and is worth a link stands in exactly one of the two, most devices first. */
export interface CompanySuggestions {
  readonly suggestions: readonly CompanySuggestion[];
  /** No active company's name is near. */
  readonly unmapped: readonly UnmappedPolicy[];
}

/** "Acme Macs" and "Acme" are above it, "Bakery Example" and "Closed Example" below. */
const floor = 0.55;
const most = 3;
/** Of the score; the rest is what the names share of whole words. */
const pairShare = 0.7;
const roundingError = 0.005;

/**
 * Worth a link is a policy without a company of its own or above it that has devices, or is at the top. What the
 * settings exclude is not. The default company does not count: what ends up there has no mapping either.
 */
export function suggestCompanies(
  policies: readonly Policy[],
  devices: readonly Device[],
  companies: readonly Company[],
  settings: SyncSettings,
): CompanySuggestions {
  const index = indexPolicies(policies, settings);
  const counts = devicesThatWouldFollow(policies, devices, index);
  const findNear = createNameIndex(companies.filter(({ active }) => active));
  const suggestions: CompanySuggestion[] = [];
  const unmapped: UnmappedPolicy[] = [];
  for (const { id, name, parentId } of policies) {
    if (index.companies.has(id) || index.excluded.has(id)) continue;
    // Stryker disable next-line ConditionalExpression: no policy that was sent is null; the compiler does not know
    const isTop = parentId === null || !index.sent.has(parentId);
    const policy = { policyId: id, policyName: name, devices: counts.get(id) ?? 0 };
    if (policy.devices === 0 && !isTop) continue;
    const near = findNear(name);
    if (near.length === 0) unmapped.push(policy);
    else suggestions.push({ ...policy, companies: near });
  }
  return { suggestions: suggestions.sort(comparePolicies), unmapped: unmapped.sort(comparePolicies) };
}

/**
 * By policy. A device that leads nowhere counts for each policy on its way up: none of these leads to a company, or it
 * would be mapped.
 */
function devicesThatWouldFollow(
  policies: readonly Policy[],
  devices: readonly Device[],
  index: PolicyIndex,
): ReadonlyMap<string, number> {
  const leadsNowhere = (id: string) =>
    index.sent.has(id) && !index.companies.has(id) && !index.excluded.has(id);
  const counts = new Map<string, number>();
  const add = (id: string, devicesMore: number) => counts.set(id, (counts.get(id) ?? 0) + devicesMore);
  for (const { policyId } of devices) {
    // Stryker disable next-line ConditionalExpression: no policy that was sent is null; the compiler does not know
    if (policyId !== null && leadsNowhere(policyId)) add(policyId, 1);
  }

  // From the leaves up, each policy once its children are counted: a cycle is never reached.
  const parents = new Map(policies.map(({ id, parentId }) => [id, parentId] as const));
  const childrenLeft = new Map<string | null, number>();
  for (const parentId of parents.values()) {
    childrenLeft.set(parentId, (childrenLeft.get(parentId) ?? 0) + 1);
  }
  const ready = [...parents.keys()].filter((id) => !childrenLeft.has(id));
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    const parentId = parents.get(id);
    // Stryker disable next-line ConditionalExpression,LogicalOperator: nobody asks what is counted for the parent of those at the top
    if (parentId === null || parentId === undefined) continue;
    add(parentId, counts.get(id) ?? 0);
    const left = childrenLeft.get(parentId)! - 1;
    childrenLeft.set(parentId, left);
    if (left === 0) ready.push(parentId);
  }
  return counts;
}

/**
 * Companies by the pairs of letters in their names, so that a policy is compared with those that share one:
 * each with each would be 2.5 million comparisons for 500 policies and 5,000 companies.
 */
function createNameIndex(companies: readonly Company[]): (name: string) => readonly SuggestedCompany[] {
  const names = companies.map(({ name }) => comparableName(name));
  const lengths = Int32Array.from(names, ({ pairs }) => pairs.length);
  const byPair = new Map<string, number[]>();
  for (const [at, { pairs }] of names.entries()) {
    for (const pair of pairs) {
      const others = byPair.get(pair);
      if (others === undefined) byPair.set(pair, [at]);
      else others.push(at);
    }
  }
  const shared = new Int32Array(companies.length);

  return (name) => {
    const wanted = comparableName(name);
    shared.fill(0);
    for (const pair of wanted.pairs) {
      const sharing = byPair.get(pair);
      if (sharing === undefined) continue;
      for (const at of sharing) shared[at]! += 1;
    }
    let best: readonly SuggestedCompany[] = [];
    let least = floor;
    for (let at = 0; at < shared.length; at += 1) {
      if (shared[at] === 0) continue;
      const dice = (2 * shared[at]!) / (wanted.pairs.length + lengths[at]!);
      // Whole words are compared only where they can still lift it among the best: rounding may, too.
      // Stryker disable next-line ConditionalExpression,EqualityOperator,ArithmeticOperator: it spares the comparing of words
      if (dice * pairShare + (1 - pairShare) + roundingError < least) continue;
      const score = scoreOf(wanted, names[at]!, dice);
      if (score < least) continue;
      const { id: companyId, name: companyName } = companies[at]!;
      best = [...best, { companyId, companyName, score }].sort(compareCompanies).slice(0, most);
      // Stryker disable next-line ConditionalExpression: the best would be the same; it spares the comparing of words
      if (best.length === most) least = best[most - 1]!.score;
    }
    return best;
  };
}

function scoreOf(left: ComparableName, right: ComparableName, dice: number): number {
  if (left.text === right.text) return 1;
  let common = 0;
  for (const token of left.tokens) if (right.tokens.has(token)) common += 1;
  const overlap = common / Math.min(left.tokens.size, right.tokens.size);
  const score = Math.round((dice * pairShare + overlap * (1 - pairShare)) * 100) / 100;
  // The same words in another order are not the same name.
  return Math.min(score, 0.99);
}

function comparePolicies(left: UnmappedPolicy, right: UnmappedPolicy): number {
  return (
    right.devices - left.devices ||
    compareText(left.policyName, right.policyName) ||
    compareText(left.policyId, right.policyId)
  );
}

function compareCompanies(left: SuggestedCompany, right: SuggestedCompany): number {
  return (
    right.score - left.score ||
    compareText(left.companyName, right.companyName) ||
    left.companyId - right.companyId
  );
}
