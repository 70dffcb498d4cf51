/**
 * `integrations/autotask/accounts`: Addigy logs in to Autotask with what a person pasted and its own tracking
 * identifier. With the option `autotask` it really does, over HTTP; without it, a quirk says whether that works.
 */
import type { VendorAnswer } from '../vendor-server.ts';
import { notFound, ok, refuse } from './answer.ts';
import type { AddigyQuirks, PastedCredentials } from './seed.ts';
import type { AddigyWorld } from './world.ts';

export interface LinkedAutotask {
  /** Where zones are asked for: `http://…`, without a path. */
  readonly url: string;
  /** Addigy's own, as Autotask's list of vendors has it. */
  readonly trackingIdentifier: string;
}

interface Asked {
  readonly world: AddigyWorld;
  readonly quirks: AddigyQuirks;
  readonly autotask: LinkedAutotask | null;
}

interface Account {
  readonly id: number;
  readonly name: string;
}

type Condition = { readonly op: string; readonly field: string; readonly value: unknown };

export async function findAccounts(asked: Asked, phrase: string): Promise<VendorAnswer> {
  const everything: Condition = { op: 'gte', field: 'id', value: 0 };
  const byName: Condition = { op: 'contains', field: 'companyName', value: phrase };
  const found = await accountsOf(asked, phrase === '' ? everything : byName, ({ name }) =>
    name.toLowerCase().includes(phrase.toLowerCase()),
  );
  return typeof found === 'string' ? unreachable(asked.quirks, found) : ok(found);
}

export async function getAccount(asked: Asked, id: string): Promise<VendorAnswer> {
  const byId: Condition = { op: 'eq', field: 'id', value: Number(id) };
  const found = await accountsOf(asked, byId, (account) => String(account.id) === id);
  if (typeof found === 'string') return unreachable(asked.quirks, found);
  return found[0] === undefined ? notFound('account') : ok(found[0]);
}

const unreachable = (quirks: AddigyQuirks, why: string): VendorAnswer =>
  refuse(quirks.autotaskFailureStatus, 'unable to reach Autotask', { '0': `autotask: ${why}` });

/** Where they could not be read, why not. */
async function accountsOf(
  { world, quirks, autotask }: Asked,
  condition: Condition,
  matches: (account: Account) => boolean,
): Promise<readonly Account[] | string> {
  if (!quirks.autotaskCredentialsWork) return '401';
  if (autotask === null) return world.autotaskAccounts.filter(matches);
  const { autotaskCredentials } = world;
  return autotaskCredentials === null
    ? 'no credentials'
    : queryCompanies(autotask, autotaskCredentials, condition).catch(() => 'no answer');
}

async function queryCompanies(
  { url, trackingIdentifier }: LinkedAutotask,
  { username, password }: PastedCredentials,
  condition: Condition,
): Promise<readonly Account[] | string> {
  const zone = await fetch(
    `${url}/ATServicesRest/V1.0/zoneInformation?${new URLSearchParams({ user: username })}`,
  );
  if (zone.status !== 200) return String(zone.status);
  const { url: zoneUrl } = (await zone.json()) as { url: string };
  const answer = await fetch(`${zoneUrl}V1.0/Companies/query`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ApiIntegrationCode: trackingIdentifier,
      UserName: username,
      Secret: password,
    },
    body: JSON.stringify({ IncludeFields: ['id', 'companyName'], Filter: [condition] }),
  });
  if (answer.status !== 200) return String(answer.status);
  // The first page. UNCONFIRMED how many companies Addigy reads.
  const { items } = (await answer.json()) as { items: Array<{ id: number; companyName: string }> };
  return items.map(({ id, companyName }) => ({ id, name: companyName }));
}
