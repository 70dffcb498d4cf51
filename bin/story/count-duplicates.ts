/** Counts, in Autotask itself and past the engine, the configuration items that share a mark. */
import { createAutotaskClient } from '#autotask/client';
import { itemEntity, readItem } from '#autotask/item-record';
import type { Condition } from '#autotask/query';
import { countRows, readCountedRows } from '#autotask/read-rows';
import { discoverZone } from '#autotask/zone';
import type { StoryVendors } from './vendors.ts';

/** Items beyond the first of each mark; 0 is what there must be. */
export async function countDuplicates(vendors: StoryVendors, markField: string): Promise<number> {
  const { signal } = new AbortController();
  const chance = { random: Math.random, now: Date.now };
  const zone = await discoverZone(
    { baseUrl: vendors.autotaskUrl, ...chance },
    vendors.apiUser.username,
    signal,
  );
  const client = createAutotaskClient({
    zoneUrl: zone.url,
    credentials: vendors.apiUser,
    readOnly: true,
    budgetShare: 1,
    ...chance,
  });
  const everything: Condition[] = [{ op: 'gt', field: 'id', value: 0 }];
  const count = await countRows(client, itemEntity, everything, signal);
  const marks = new Set<string>();
  let duplicates = 0;
  for (const row of await readCountedRows(client, itemEntity, everything, count, signal)) {
    const { mark } = readItem(row, markField);
    if (mark.kind !== 'agent') continue;
    if (marks.has(mark.agentId)) duplicates += 1;
    marks.add(mark.agentId);
  }
  return duplicates;
}
