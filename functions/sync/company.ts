/** Which Autotask company each Addigy policy leads to. */
import type { Device, Policy } from './device.ts';
import type { SyncSettings } from './settings.ts';

/** The policy tree, walked once: what each policy has of its own or from the nearest policy above it. */
export interface PolicyIndex {
  /** By policy id. A policy that leads to no company is absent. */
  readonly companies: ReadonlyMap<string, number>;
  /** The policies that `settings.exclude.policies` names, and all below them. */
  readonly excluded: ReadonlySet<string>;
  /** The policies that were sent. */
  readonly sent: ReadonlySet<string>;
  /** For what is known to lead nowhere: a policy without a company, or no policy at all. */
  readonly defaultCompanyId: number | null;
}

export function indexPolicies(policies: readonly Policy[], settings: SyncSettings): PolicyIndex {
  const parents = new Map<string, string | null>();
  const own = new Map<string, number>();
  for (const policy of policies) {
    parents.set(policy.id, policy.parentId);
    // Autotask's company 0 is the MSP itself: Addigy's 0 means "not linked".
    if (policy.companyId !== null && policy.companyId !== 0) own.set(policy.id, policy.companyId);
  }
  for (const [policyId, companyId] of Object.entries(settings.companies)) own.set(policyId, companyId);
  const excluded = new Map(settings.exclude.policies.map((policyId) => [policyId, true] as const));
  return {
    companies: inherit(own, parents),
    excluded: new Set(inherit(excluded, parents).keys()),
    sent: new Set(parents.keys()),
    defaultCompanyId: settings.defaultCompanyId,
  };
}

/** The company that a device belongs to; null where nothing leads to one, or where its policy is not known. */
export function companyOf(device: Device, index: PolicyIndex): number | null {
  // Stryker disable next-line ConditionalExpression: no policy leads nowhere; the compiler does not know
  const mapped = device.policyId === null ? undefined : index.companies.get(device.policyId);
  if (mapped !== undefined) return mapped;
  return isPolicyKnown(device, index) ? index.defaultCompanyId : null;
}

/** False where a policy could lead anywhere: Addigy could not tell it, or did not send it among the policies. */
export function isPolicyKnown({ policyId, policyUnknown }: Device, index: PolicyIndex): boolean {
  return policyUnknown !== true && (policyId === null || index.sent.has(policyId));
}

/** The connection's companies: each one that a policy or the default leads to, sorted, once. */
export function mappedCompanyIds(policies: readonly Policy[], settings: SyncSettings): number[] {
  return companyIds(indexPolicies(policies, settings));
}

export function companyIds(index: PolicyIndex): number[] {
  const ids = new Set(index.companies.values());
  if (index.defaultCompanyId !== null) ids.add(index.defaultCompanyId);
  return [...ids].sort((left, right) => left - right);
}

/**
 * Each policy once: the walk stops at a policy that was walked before, which also ends a cycle
 * (Addigy's parents are set by hand), and at a parent that was not sent.
 */
function inherit<Value>(
  own: ReadonlyMap<string, Value>,
  parents: ReadonlyMap<string, string | null>,
): Map<string, Value> {
  const values = new Map(own);
  const walked = new Set(own.keys());
  for (const start of parents.keys()) {
    const path: string[] = [];
    let at: string | null = start;
    // Stryker disable next-line ConditionalExpression: above the top there is nothing, and that only once; the compiler does not know
    while (at !== null && !walked.has(at)) {
      walked.add(at);
      path.push(at);
      at = parents.get(at) ?? null;
    }
    // Stryker disable next-line ConditionalExpression: the same
    const value = at === null ? undefined : values.get(at);
    if (value !== undefined) for (const policyId of path) values.set(policyId, value);
  }
  return values;
}
