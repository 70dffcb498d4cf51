/** What one delivery may do to the items that are ours: the limits hold for each company, and for the connection. */
import { type Beginning, limitsOf } from './beginning.ts';
import type { Item, Truth } from './truth.ts';

/**
 * A sentence for each limit that was exceeded between `before` and `after`, in so many deliveries. Each may plan anew;
 * with each item that came to be ours meanwhile the limit may have grown.
 */
export function judgeLimits(before: Truth, after: Truth, beginning: Beginning, deliveries: number): string[] {
  const then = new Map(before.items.map((item) => [item.id, item] as const));
  const isOurs = ({ mark, companyID }: Item): boolean =>
    mark !== '' && (before.ours.has(companyID) || after.ours.has(companyID));
  const deactivated = after.items.filter(({ id, isActive }) => then.get(id)?.isActive === true && !isActive);
  const updated = after.items.filter((item) => {
    const known = then.get(item.id);
    return (
      known !== undefined && known.mark !== '' && item.mark !== '' && item.isActive && isChanged(known, item)
    );
  });
  const limits = limitsOf(beginning);
  const judge = (what: string, some: readonly Item[], all: readonly Item[], limit: Limit): string[] => {
    const companies = new Set(some.map(({ companyID }) => companyID));
    const wrong = (count: number, owned: number, where: string): string[] => {
      const most = deliveries * Math.max(limit.atLeast, Math.floor((owned * limit.percent) / 100));
      return count > most
        ? [
            `${count} of ${owned} items ${where} were ${what} in ${deliveries} deliveries, and the limit is ${most}`,
          ]
        : [];
    };
    return [
      ...[...companies].flatMap((id) => {
        const there = ({ companyID }: Item): boolean => companyID === id;
        return wrong(some.filter(there).length, all.filter(there).length, `of company ${id}`);
      }),
      ...wrong(some.length, all.length, 'of the connection'),
    ];
  };
  const owned = new Map([...before.items, ...after.items].filter(isOurs).map((item) => [item.id, item]));
  const all = [...owned.values()];
  return [
    ...judge('deactivated', deactivated, all, limits.deactivations),
    ...judge('updated', updated, all, limits.updates),
  ];
}

interface Limit {
  readonly percent: number;
  readonly atLeast: number;
}

function isChanged(known: Item, item: Item): boolean {
  return (
    known.isActive !== item.isActive ||
    known.mark !== item.mark ||
    known.referenceTitle !== item.referenceTitle ||
    known.serial !== item.serial
  );
}
