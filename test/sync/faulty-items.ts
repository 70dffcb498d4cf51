/** An ItemDirectory that fails where a test says so, before or after the call took place. */
import type { ItemDirectory } from '#sync/ports';

export type ItemCall = 'describe' | 'companies' | 'products' | 'read' | 'find' | 'item' | 'create' | 'update';

export interface Moment {
  readonly call: ItemCall;
  /** `after`: it took place, and its answer is lost on the way. */
  readonly when: 'before' | 'after';
  /** How many calls of this name came before it. */
  readonly nth: number;
  /** Of the item that is looked at or updated. */
  readonly id: number | null;
  /** Of the draft that is created. */
  readonly title: string;
}

export interface FaultyItems extends ItemDirectory {
  /** The calls that were made, in order: `update 7`. */
  readonly log: string[];
  /** The most writes that were under way at once. */
  readonly widest: () => number;
}

/** `fault` throws to fail the call at that moment. */
export function faultyItems(inner: ItemDirectory, fault: (moment: Moment) => void): FaultyItems {
  const counts = new Map<ItemCall, number>();
  const log: string[] = [];
  let writing = 0;
  let widest = 0;

  async function call<Value>(
    name: ItemCall,
    about: { readonly id?: number; readonly title?: string },
    go: () => Promise<Value>,
  ): Promise<Value> {
    const nth = counts.get(name) ?? 0;
    counts.set(name, nth + 1);
    const moment = { call: name, nth, id: about.id ?? null, title: about.title ?? '' };
    log.push([name, about.id ?? about.title ?? ''].join(' ').trim());
    const writes = name === 'create' || name === 'update';
    if (writes) writing += 1;
    widest = Math.max(widest, writing);
    try {
      // A turn of the event loop's queue, so that lanes really overlap.
      await Promise.resolve();
      fault({ ...moment, when: 'before' });
      const value = await go();
      await Promise.resolve();
      fault({ ...moment, when: 'after' });
      return value;
    } finally {
      if (writes) writing -= 1;
    }
  }

  return {
    log,
    widest: () => widest,
    describe: (field, signal) => call('describe', {}, () => inner.describe(field, signal)),
    companies: (ids, signal) => call('companies', {}, () => inner.companies(ids, signal)),
    products: (wanted, signal) => call('products', {}, () => inner.products(wanted, signal)),
    categories: (wanted, signal) => inner.categories(wanted, signal),
    types: (wanted, signal) => inner.types(wanted, signal),
    read: (request, signal) => call('read', {}, () => inner.read(request, signal)),
    mayQuery: (signal) => inner.mayQuery(signal),
    find: (probe, signal) => call('find', {}, () => inner.find(probe, signal)),
    item: (id, field, signal) => call('item', { id }, () => inner.item(id, field, signal)),
    create: (draft, signal) =>
      call('create', { title: draft.fields.title ?? '' }, () => inner.create(draft, signal)),
    update: (id, patch, signal) => call('update', { id }, () => inner.update(id, patch, signal)),
    calls: () => inner.calls(),
  };
}
