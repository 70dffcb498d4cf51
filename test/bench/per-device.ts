/**
 * The way that jamf2snipe takes, against the same simulators: for each device one search by its serial number, and a
 * write where no record was found or the one found differs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { createAutotaskClient } from '#autotask/client';
import { fleetApiKey, fleetApiUser } from '../simulators/fleet.ts';
import { tidyMarkField, tidyProductId } from './tidy-world.ts';
import type { VendorUrls } from './with-vendors.ts';

/** As Autotask takes it. */
export interface WantedItem {
  readonly companyID: number;
  readonly productID: number;
  readonly isActive: true;
  readonly referenceTitle: string;
  readonly serialNumber: string;
  readonly referenceNumber: string;
  readonly installDate: string;
  readonly userDefinedFields: ReadonlyArray<{ readonly name: string; readonly value: string }>;
}

const chance = { random: Math.random, now: Date.now };

/** Three lanes, as Autotask allows. The calls are counted where they arrive. */
export async function runPerDevice(urls: VendorUrls, zoneUrl: string): Promise<void> {
  const { signal } = new AbortController();
  const client = createAutotaskClient(
    { zoneUrl, credentials: fleetApiUser, readOnly: false, budgetShare: 1, ...chance },
    false,
  );
  const wanted = await desiredItems(urls.addigy, fleetApiKey);
  await pLimit(3).map(wanted, async (item) => {
    const search = {
      maxRecords: 2,
      filter: [{ op: 'eq', field: 'serialNumber', value: item.serialNumber }],
    };
    const { items } = await client.ask('ConfigurationItems/query', search, signal);
    const [found] = items as Array<Record<string, unknown>>;
    if (found === undefined) await client.write('POST', 'ConfigurationItems', item, signal);
    else if (differs(found, item)) {
      await client.write('PATCH', 'ConfigurationItems', { ...item, id: found.id }, signal);
    }
  });
}

export function differs(found: Readonly<Record<string, unknown>>, item: WantedItem): boolean {
  return (
    found.referenceTitle !== item.referenceTitle ||
    found.isActive !== true ||
    String(found.installDate).slice(0, 10) !== item.installDate.slice(0, 10)
  );
}

/** A thousand within ten seconds lock the key for a day (facts, Addigy: limits): on a fast machine pages come sooner. */
const betweenMs = 11;

/** Of every device, by plain calls: one for the policies, and one for each 100 devices. */
export async function desiredItems(addigyUrl: string, apiKey: string): Promise<WantedItem[]> {
  let next = performance.now();
  const ask = async <Answer>(path: string, body: unknown): Promise<Answer> => {
    await sleep(next - performance.now());
    next += betweenMs;
    const answer = await fetch(`${addigyUrl}/api/v2${path}`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`Addigy answered ${answer.status} to ${path}`);
    return (await answer.json()) as Answer;
  };
  const policies = await ask<Array<{ policyId: string; autotask_account_id: number }>>(
    '/oa/policies/query',
    {},
  );
  const companies = new Map(policies.map((policy) => [policy.policyId, policy.autotask_account_id]));
  const wanted: WantedItem[] = [];
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const { items, metadata } = await ask<DevicePage>('/devices', {
      page,
      per_page: 100,
      sort_field: 'serial_number',
      sort_direction: 'asc',
      desired_fact_identifiers: facts,
    });
    pages = metadata.page_count;
    for (const { agentid, facts: told } of items) {
      const fact = (name: (typeof facts)[number]) => String(told[name]?.value ?? '');
      wanted.push({
        companyID: companies.get(fact('policy_id')) ?? 0,
        productID: tidyProductId,
        isActive: true,
        referenceTitle: fact('device_name'),
        serialNumber: fact('serial_number'),
        referenceNumber: fact('hardware_model'),
        installDate: `${fact('registration_date').slice(0, 10)}T00:00:00`,
        userDefinedFields: [{ name: tidyMarkField, value: agentid }],
      });
    }
  }
  return wanted;
}

const facts = ['serial_number', 'device_name', 'hardware_model', 'policy_id', 'registration_date'] as const;

interface DevicePage {
  readonly items: ReadonlyArray<{
    readonly agentid: string;
    readonly facts: Readonly<Record<string, { readonly value: unknown }>>;
  }>;
  readonly metadata: { readonly page_count: number };
}
