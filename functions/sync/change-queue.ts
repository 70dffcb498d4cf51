import type { Change } from './change.ts';

/** The order in which changes are applied: the plan's, except where one waits for another. */
export interface ChangeQueue {
  /** The next that waits for nothing still open; null where there is none now. */
  next(): Turn | null;
  /** The first that is wanted and depends on no other; null where there is none. */
  first(isWanted: (change: Change) => boolean): Turn | null;
  /** Keeps it for a second try, behind all the others. */
  postpone(index: number): void;
  /** The next of those; null where there is none. */
  postponed(): Turn | null;
  /** Lets those go that waited for it, whatever became of it. */
  settle(index: number): void;
  /** The change that has to come first; undefined where it is not in the plan, or there is none. */
  predecessor(index: number): number | undefined;
}

export interface Turn {
  readonly index: number;
  /** Its first try ended without an answer. */
  readonly again: boolean;
}

/** Flags and indexes only: a plan may hold 100,000 changes. */
export function createChangeQueue(changes: readonly Change[]): ChangeQueue {
  const indexes = indexPredecessors(changes);
  const given = new Uint8Array(changes.length);
  const settled = new Uint8Array(changes.length);
  const waiting = new Map<number, number[]>();
  const ready: number[] = [];
  const late: number[] = [];
  let cursor = 0;

  const predecessor = (index: number): number | undefined => indexes.get(changes[index]!.after);
  const give = (index: number): Turn => {
    given[index] = 1;
    return { index, again: false };
  };

  return {
    next() {
      const released = ready.shift();
      if (released !== undefined) return give(released);
      for (; cursor < changes.length; cursor++) {
        if (given[cursor] === 1) continue;
        const before = predecessor(cursor);
        if (before === undefined || settled[before] === 1) return give(cursor++);
        const others = waiting.get(before);
        if (others === undefined) waiting.set(before, [cursor]);
        else others.push(cursor);
      }
      return null;
    },
    first(isWanted) {
      const index = changes.findIndex(
        (change, at) => given[at] === 0 && change.after === undefined && isWanted(change),
      );
      return index === -1 ? null : give(index);
    },
    postpone: (index) => void late.push(index),
    postponed() {
      const index = late.shift();
      return index === undefined ? null : { index, again: true };
    },
    settle(index) {
      settled[index] = 1;
      ready.push(...(waiting.get(index) ?? []));
      waiting.delete(index);
    },
    predecessor,
  };
}

/** By key; nothing has the key of those that wait for none. */
function indexPredecessors(changes: readonly Change[]): ReadonlyMap<string | undefined, number> {
  const wanted = new Set(changes.map(({ after }) => after));
  const indexes = new Map<string | undefined, number>();
  for (const [index, { key }] of changes.entries()) {
    // Stryker disable next-line ConditionalExpression: nobody asks for the others; it spares their places
    if (wanted.has(key)) indexes.set(key, index);
  }
  return indexes;
}
