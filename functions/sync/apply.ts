/** Writes a plan's changes: three at a time, each once, and none after a reason to stop. */
import { createBrakes } from './apply-brakes.ts';
import type { Change } from './change.ts';
import { createChangeQueue, type Turn } from './change-queue.ts';
import { type Halt, haltOfSignal, haltWith } from './halt.ts';
import type { Sight } from './ownership.ts';
import type { ItemDirectory } from './ports.ts';
import { blind, proveSight } from './prove-sight.ts';
import { longestExecutionMs, type Written, writeChange } from './write-change.ts';

/** Autotask's limit of threads per integration and endpoint; more is answered with 429. */
export const lanes = 3;

export interface ApplyWorld {
  readonly directory: ItemDirectory;
  readonly markField: string;
  /** What was seen of marks so far. `unproven`: the first mark that is written goes alone and is read back. */
  readonly sight: Sight;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** After each change that is over. */
  readonly progress: (done: number, total: number) => void;
}

/** `held` only where marks turned out not to be visible: see the halt. */
export interface ChangeResult {
  readonly state: 'applied' | 'failed' | 'pending' | 'held';
  /** The item that was written; null where none was. */
  readonly itemId: number | null;
  /** Autotask's words, or why it was not tried; '' where there is nothing to say. */
  readonly error: string;
  /** Of a create that got no answer and is not to be found: when that was last seen. Epoch milliseconds. */
  readonly unansweredAt?: number;
}

export interface ApplyResult {
  /** One for each change, in their order. */
  readonly results: readonly ChangeResult[];
  /** Null where everything was tried. */
  readonly halt: Halt | null;
}

const pending: ChangeResult = { state: 'pending', itemId: null, error: '' };
const failed = { state: 'failed', itemId: null } as const;
const held: ChangeResult = { state: 'held', itemId: null, error: '' };

/**
 * Never rejects for what a vendor does; a defect of ours rejects, after the changes under way are over.
 * When the signal fires nothing more is sent: a write under way is waited for, one that still waits for
 * its turn is pending.
 */
export async function applyChanges(
  changes: readonly Change[],
  world: ApplyWorld,
  signal: AbortSignal,
): Promise<ApplyResult> {
  const { directory, markField, progress, now } = world;
  const results = new Array<ChangeResult | undefined>(changes.length).fill(undefined);
  const queue = createChangeQueue(changes);
  const brakes = createBrakes(markField);
  const writing = { directory, markField, signal };
  const run: { halt: Halt | null; done: number; readonly defects: unknown[] } = {
    halt: null,
    done: 0,
    defects: [],
  };

  const lostAt = new Map<number, number>();
  const write = ({ index, again }: Turn, change: Change): Promise<Written> => {
    const isOver = now() - (lostAt.get(index) ?? 0) >= longestExecutionMs;
    return writeChange(change, again ? (isOver ? 'again' : 'look') : 'first', writing);
  };

  function settle(index: number, result: ChangeResult): void {
    results[index] = result;
    queue.settle(index);
    run.done += 1;
    progress(run.done, changes.length);
  }

  function record({ index }: Turn, change: Change, written: Written): Halt | null {
    // A patch can be written again at any time.
    const unanswered = (isOpen: boolean) =>
      isOpen && change.kind === 'create' ? { unansweredAt: now() } : {};
    switch (written.kind) {
      case 'applied':
        settle(index, { state: 'applied', itemId: written.itemId, error: '' });
        break;
      case 'failed':
        settle(index, {
          ...failed,
          itemId: written.itemId ?? null,
          error: written.words,
          ...unanswered(written.why === 'unanswered'),
        });
        break;
      case 'halted':
        settle(index, { ...pending, error: written.failure.message, ...unanswered(written.wasSent) });
        break;
      case 'lost':
        results[index] = { ...pending, error: written.words, ...unanswered(true) };
        lostAt.set(index, now());
        queue.postpone(index);
    }
    return brakes.after(change, written, signal);
  }

  /** The change of a turn, if it is to be tried; settles it otherwise. */
  function changeOf({ index }: Turn): Change | null {
    const change = changes[index] as Change;
    const first = queue.predecessor(index);
    const before = first === undefined ? null : { change: changes[first] as Change, result: results[first] };
    const waited = resultOfWaiting(change, before);
    const reason = brakes.heldBack(change);
    if (waited !== null) settle(index, waited);
    else if (reason !== '') settle(index, { ...pending, error: reason });
    else return change;
    return null;
  }

  async function lane(): Promise<void> {
    while (run.halt === null && run.defects.length === 0) {
      const turn = queue.next() ?? queue.postponed();
      if (turn === null) return;
      if (signal.aborted) {
        run.halt ??= haltOfSignal(signal);
        return;
      }
      const change = changeOf(turn);
      if (change === null) continue;
      const halt = record(turn, change, await write(turn, change));
      run.halt ??= halt;
    }
  }

  if (world.sight === 'blind') run.halt = blind(markField, 'it came masked.');
  if (world.sight === 'unproven') {
    const left = () => changes.length - run.done;
    run.halt = await proveSight({ queue, writing, write, changeOf, record, left });
  }
  const guarded = () => lane().catch((error: unknown) => void run.defects.push(error));
  await Promise.all(Array.from({ length: lanes }, guarded));
  if (run.defects.length > 0) throw run.defects[0];

  const leftAlone = brakes.leftAlone();
  const halt = run.halt ?? (leftAlone === '' ? null : haltWith('failed', 'refused', leftAlone));
  const rest = halt?.reason === 'blind' ? held : pending;
  return { results: results.map((result) => result ?? rest), halt };
}

/** What becomes of a change because of the one it has to wait for; null where nothing does. */
function resultOfWaiting(
  change: Change,
  before: { readonly change: Change; readonly result: ChangeResult | undefined } | null,
): ChangeResult | null {
  // Stryker disable next-line OptionalChaining: its turn comes once that one has a result; the compiler does not know
  if (change.after === undefined || before?.result?.state === 'applied') return null;
  if (before === null) {
    return { ...failed, error: 'Not tried: the change that has to come first is not part of this run.' };
  }
  const { kind, name, serial } = before.change;
  const what = `the ${kind} of ${name || serial || `item ${before.change.itemId}`}`;
  // Stryker disable next-line OptionalChaining: as above
  return before.result?.state === 'failed'
    ? { ...failed, error: `Not tried: ${what} has to come first, and it failed.` }
    : { ...pending, error: `Not tried: ${what} has to come first, and is pending.` };
}
