import { beforeEach, describe, expect, it } from 'vitest';
import { holdLease } from '#runs/hold-lease';
import type { LeaseStore } from '#runs/ports';
import type { Vendors } from '#runs/sync-connection';
import { writeWhileHeld } from '#runs/write-while-held';
import { InMemoryItems } from '../sync/in-memory-items.ts';
import { aCreate, anItem } from '../sync/sample-changes.ts';

const leaseMs = 60_000;
let now: number;
let items: InMemoryItems;
let renewals: number;
beforeEach(() => {
  [now, renewals] = [0, 0];
  items = new InMemoryItems({ items: [anItem(1)] });
});

/** `renew` is what the table answers to a renewal. */
function leased(renew: LeaseStore['renew']) {
  const counted: LeaseStore['renew'] = (...asked) => {
    renewals += 1;
    return renew(...asked);
  };
  const lease = holdLease({
    ...{ leases: { renew: counted } as LeaseStore, connectionId: 'acme', token: 'mine', leaseMs, since: 0 },
    ...{ now: () => now, every: () => () => {} },
  });
  const vendors = { directory: () => items } as unknown as Vendors;
  const user = { username: 'u', secret: 's', trackingIdentifier: 't' };
  const directory = writeWhileHeld(vendors, lease).directory('https://zone.test/', user, false);
  const change = aCreate(2);
  if (change.kind !== 'create') throw new Error('not a create');
  const { draft } = change;
  return {
    create: () => directory.create(draft, lease.signal),
    update: () => directory.update(1, { active: false }, lease.signal),
    item: () => directory.item(1, 'Addigy Agent ID', lease.signal),
  };
}

describe.each(['create', 'update'] as const)('a write (%s)', (write) => {
  it.each([
    { at: leaseMs - 1, renewal: 'not asked for', renew: async () => false, writes: 1, asked: 0 },
    { at: leaseMs, renewal: 'granted', renew: async () => true, writes: 1, asked: 1 },
    { at: leaseMs, renewal: 'refused', renew: async () => false, writes: 0, asked: 1 },
    {
      at: leaseMs,
      renewal: 'not answered',
      renew: () => Promise.reject(new Error('down')),
      writes: 0,
      asked: 1,
    },
  ])(
    '$at ms after the lease was taken, renewal $renewal: $writes take place',
    async ({ at, renew, writes, asked }) => {
      const directory = leased(renew);
      now = at;
      await directory[write]().catch((error: unknown) => expect(error).toMatchObject({ failure: 'stopped' }));
      expect(items.writes).toHaveLength(writes);
      expect(renewals).toBe(asked);
    },
  );
});

it('a look needs no lease', async () => {
  const directory = leased(async () => false);
  now = 2 * leaseMs;
  expect(await directory.item()).toMatchObject({ id: 1 });
  expect(renewals).toBe(0);
});
