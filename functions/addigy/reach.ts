/** Whether Addigy reaches Autotask with the credentials that a person pasted there: it is asked for a company. */
import type { AddigyReach } from '#permissions/access';
import { type AddigyOptions, createAddigyClient } from './addigy-client.ts';
import { AddigyError } from './addigy-error.ts';
import { isRecord } from './read-fact.ts';

export type AutotaskAccount = Awaited<ReturnType<AddigyReach['accounts']>>[number];

/**
 * One request for each question, never repeated: each is a login to Autotask. Rejections are `AddigyError`s;
 * Addigy's own status stands in `status`. What Addigy answers without working credentials is UNCONFIRMED:
 * its specification has 400 (`refused`) and 500 (`unavailable`).
 */
export function createAddigyReach(options: AddigyOptions & { readonly organizationId: string }): AddigyReach {
  const client = createAddigyClient(options);
  const path = `/o/${encodeURIComponent(options.organizationId)}/integrations/autotask/accounts`;
  return {
    async accounts(phrase, signal) {
      const query = phrase === '' ? '' : `?${new URLSearchParams({ phrase })}`;
      const accounts = accountsIn(await client.get(`${path}${query}`, signal));
      if (accounts !== undefined) return accounts;
      throw new AddigyError(
        'unreadable',
        'Addigy answered the query of Autotask accounts with something that is no list of them.',
      );
    },
    calls: client.calls,
  };
}

/**
 * The answer of `GET …/integrations/autotask/accounts`: a bare array. Other lists of Addigy's are null where they
 * are empty, or stand in `items`. Undefined where it is none of these, or where nothing of it is an account.
 */
export function accountsIn(answer: unknown): readonly AutotaskAccount[] | undefined {
  const list = isRecord(answer) && 'items' in answer ? answer.items : answer;
  if (list === null) return [];
  if (!Array.isArray(list)) return undefined;
  const accounts = list.flatMap(readAccount);
  return accounts.length === 0 && list.length > 0 ? undefined : accounts;
}

function readAccount(raw: unknown): AutotaskAccount[] {
  if (!isRecord(raw)) return [];
  const id = typeof raw.id === 'string' && /^\d+$/u.test(raw.id) ? Number(raw.id) : raw.id;
  // 0 is a company here: the MSP's own.
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) return [];
  return [{ id, name: typeof raw.name === 'string' ? raw.name.trim() : '' }];
}
