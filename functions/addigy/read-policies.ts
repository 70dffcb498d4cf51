import type { Policy } from '#sync/device';
import type { AddigyClient } from './addigy-client.ts';
import { AddigyError } from './addigy-error.ts';
import { isRecord } from './read-fact.ts';

/** A policy, and the organisation that owns it; '' where Addigy names none. */
export interface OwnedPolicy {
  readonly policy: Policy;
  readonly organizationId: string;
}

/** Every policy of the key's own organisation, in one call: the list is not paged. */
export async function readPolicies(
  client: Pick<AddigyClient, 'read'>,
  signal: AbortSignal,
): Promise<readonly OwnedPolicy[]> {
  const policies = policiesIn(await client.read('/oa/policies/query', {}, signal));
  if (policies !== undefined) return policies;
  throw new AddigyError(
    'unreadable',
    'Addigy answered the query of policies with something that is no list of them.',
  );
}

/**
 * The answer of `POST /oa/policies/query`: a bare array. One public client also
 * tolerates `{items: []}`, and an empty list may come as null. Undefined where it is none of these, or where
 * nothing of it is a policy.
 */
export function policiesIn(answer: unknown): readonly OwnedPolicy[] | undefined {
  const list = isRecord(answer) && 'items' in answer ? answer.items : answer;
  if (list === null) return [];
  if (!Array.isArray(list)) return undefined;
  const policies = list.flatMap(readPolicy);
  return policies.length === 0 && list.length > 0 ? undefined : policies;
}

function readPolicy(raw: unknown): OwnedPolicy[] {
  if (!isRecord(raw)) return [];
  const id = text(raw.policyId);
  if (id === '') return [];
  const parent = text(raw.parent);
  return [
    {
      policy: {
        id,
        name: text(raw.name),
        parentId: parent === '' ? null : parent,
        companyId: companyOf(raw.autotask_account_id),
      },
      organizationId: text(raw.orgid),
    },
  ];
}

/** How Addigy writes "not linked" is unconfirmed: 0, null and absent are all taken for it. */
function companyOf(account: unknown): number | null {
  const id = typeof account === 'string' && /^\d+$/u.test(account) ? Number(account) : account;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
