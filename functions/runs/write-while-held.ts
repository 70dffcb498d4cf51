import type { ItemDirectory } from '#sync/ports';
import type { HeldLease } from './hold-lease.ts';
import type { Vendors } from './sync-connection.ts';

/**
 * The vendors of one leg, which writes while it holds its lease and no longer: a process that stood still for longer
 * than the lease goes on as if nothing had been, and would write before its next beat tells it that another has begun.
 */
export function writeWhileHeld(vendors: Vendors, lease: HeldLease): Vendors {
  return { ...vendors, directory: (...asked) => held(vendors.directory(...asked), lease) };
}

function held(directory: ItemDirectory, lease: HeldLease): ItemDirectory {
  return {
    describe: (...asked) => directory.describe(...asked),
    companies: (...asked) => directory.companies(...asked),
    products: (...asked) => directory.products(...asked),
    categories: (...asked) => directory.categories(...asked),
    types: (...asked) => directory.types(...asked),
    read: (...asked) => directory.read(...asked),
    mayQuery: (...asked) => directory.mayQuery(...asked),
    find: (...asked) => directory.find(...asked),
    item: (...asked) => directory.item(...asked),
    calls: () => directory.calls(),
    async create(...asked) {
      await lease.ensure();
      return directory.create(...asked);
    },
    async update(...asked) {
      await lease.ensure();
      return directory.update(...asked);
    },
  };
}
