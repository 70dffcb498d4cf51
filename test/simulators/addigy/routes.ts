/** The paths of API v2 that this project calls, or may call, each as a function of the world. */

import type { VendorAnswer } from '../vendor-server.ts';
import { notFound, ok, refuse } from './answer.ts';
import { findAccounts, getAccount, type LinkedAutotask } from './autotask-accounts.ts';
import { policyQuery, refusalOf, syncRequest } from './body-shape.ts';
import { searchDevices } from './search-devices.ts';
import type { AddigyQuirks, SeededPolicy } from './seed.ts';
import type { AddigyWorld } from './world.ts';

interface Call {
  readonly world: AddigyWorld;
  readonly quirks: AddigyQuirks;
  readonly autotask: LinkedAutotask | null;
  /** What the path's placeholders hold. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly answer: (call: Call) => VendorAnswer | Promise<VendorAnswer>;
}

export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/configuration\/permissions$/u,
    answer: ({ quirks }) => ok([...quirks.permissions]),
  },
  { method: 'POST', path: /^\/oa\/policies\/query$/u, answer: queryPolicies },
  {
    method: 'POST',
    path: /^\/devices$/u,
    answer: ({ world, quirks, body }) => searchDevices(world, quirks, world.organizationId, body),
  },
  {
    method: 'POST',
    path: /^\/o\/([^/]+)\/devices$/u,
    answer: ({ world, quirks, parts, body }) =>
      knowsOrganization(world, parts[0]!) ?? searchDevices(world, quirks, parts[0]!, body),
  },
  {
    method: 'GET',
    path: /^\/o\/([^/]+)\/facts$/u,
    answer: ({ world, parts }) => knowsOrganization(world, parts[0]!) ?? ok(factsOf(world)),
  },
  {
    method: 'GET',
    path: /^\/o\/([^/]+)\/integrations\/autotask\/accounts$/u,
    answer: (call) =>
      knowsOrganization(call.world, call.parts[0]!) ?? findAccounts(call, call.query.get('phrase') ?? ''),
  },
  {
    method: 'GET',
    path: /^\/o\/([^/]+)\/integrations\/autotask\/accounts\/([^/]+)$/u,
    answer: (call) => knowsOrganization(call.world, call.parts[0]!) ?? getAccount(call, call.parts[1]!),
  },
  {
    method: 'POST',
    path: /^\/o\/([^/]+)\/integrations\/autotask\/policy\/device\/sync$/u,
    answer: syncPolicy,
  },
];

/** UNCONFIRMED what a key gets for an organisation that it may not see. */
function knowsOrganization(world: AddigyWorld, organizationId: string): VendorAnswer | null {
  const known =
    organizationId === world.organizationId ||
    world.devices().some((device) => device.orgid === organizationId) ||
    [...world.policies.values()].some((policy) => policy.orgid === organizationId);
  return known ? null : refuse(403, 'permission denied: organization');
}

/** A bare array, not paged, of the key's own organisation; with `multitenancy=true`, of the listed or of all descendants too. */
function queryPolicies({ world, quirks, query, body }: Call): VendorAnswer {
  const refusal = refusalOf(body, policyQuery);
  if (refusal !== null) return refusal;
  const { policies: wanted } = body as { policies?: readonly string[] };
  const descendants = query.get('multitenancy') === 'true';
  const children = query.get('child-organizations')?.split(',') ?? [];
  const isAsked = (organizationId: string): boolean =>
    quirks.ignoresOrganization ||
    organizationId === world.organizationId ||
    (descendants && (children.length === 0 || children.includes(organizationId)));
  const list = [...world.policies.values()]
    .filter((policy) => isAsked(policy.orgid ?? world.organizationId))
    .filter((policy) => wanted === undefined || wanted.includes(policy.policyId))
    .map((policy) => present(policy, world.organizationId));
  return ok(quirks.policiesAsItems ? { items: list } : list);
}

function present(policy: SeededPolicy, organizationId: string) {
  return {
    ...policy,
    orgid: policy.orgid ?? organizationId,
    color: '#1f6feb',
    icon: 'fa fa-university',
    creation_time: 1_617_202_312.61,
    download_path: '',
    instructions: [],
  };
}

function factsOf(world: AddigyWorld) {
  const types = new Map<string, string>();
  for (const device of world.devices()) {
    for (const [identifier, fact] of Object.entries(device.facts)) types.set(identifier, fact.type);
  }
  return [...types].map(([identifier, type]) => ({
    identifier,
    name: identifier,
    return_type: type,
    provider: 'addigy',
    source: 'built-in',
    version: 1,
  }));
}

function syncPolicy({ world, quirks, parts, body }: Call): VendorAnswer {
  if (!quirks.permissions.includes('Edit Integration'))
    return refuse(403, 'permission denied: Edit Integration');
  const refusal = knowsOrganization(world, parts[0]!) ?? refusalOf(body, syncRequest);
  if (refusal !== null) return refusal;
  const { policy_id: policyId } = body as { policy_id: string };
  const policy = world.policies.get(policyId);
  if (policy === undefined) return notFound('policy');
  if (!policy.autotask_account_id) return refuse(400, 'policy is not linked to an Autotask account');
  world.syncRequests.push(policyId);
  return ok();
}
