import type { Change } from './change.ts';
import type { ChangeQueue, Turn } from './change-queue.ts';
import { type Halt, haltOf, haltOfSignal, haltWith, portErrorOf, sentence } from './halt.ts';
import type { WriteWorld, Written } from './write-change.ts';
import { bears, writtenMark } from './written-mark.ts';

export interface Proving {
  readonly queue: ChangeQueue;
  readonly writing: WriteWorld;
  readonly write: (turn: Turn, change: Change) => Promise<Written>;
  /** The change of a turn; null where it is not to be tried, and over with that. */
  readonly changeOf: (turn: Turn) => Change | null;
  /** Takes down what became of it; tells whether the run has to stop. */
  readonly record: (turn: Turn, change: Change, written: Written) => Halt | null;
  /** How many changes are not over yet. */
  readonly left: () => number;
}

/**
 * Where no mark was seen yet, nothing says that this user can see one: a second create of the same
 * device would then look like the first. So marks are written one after another, until one of them
 * could be read back; an adoption first, because it makes nothing new. Null: it is proven.
 */
export async function proveSight(proving: Proving): Promise<Halt | null> {
  const { queue, writing, write, changeOf, record, left } = proving;
  const { directory, markField, signal } = writing;
  const marks = (change: Change) => typeof writtenMark(change, markField) === 'string';
  const adopts = (change: Change) => change.kind !== 'create' && marks(change);

  for (;;) {
    const turn = queue.first(adopts) ?? queue.first(marks) ?? queue.postponed();
    if (turn === null) {
      return left() === 0 ? null : blind(markField, 'No change that writes the mark succeeded.');
    }
    if (signal.aborted) return haltOfSignal(signal);
    const change = changeOf(turn);
    if (change === null) continue;

    const written = await write(turn, change);
    if (written.kind !== 'applied') {
      const halt = record(turn, change, written);
      // Stryker disable next-line ConditionalExpression: only what failed has such a reason; the compiler does not know
      const said = written.kind === 'failed' && written.why === 'refused' ? written.words : null;
      if (said !== null && refusesMark(said, change, markField)) {
        return blind(markField, `Autotask refused to write it: ${sentence(said)}`);
      }
      if (halt !== null) return halt;
      continue;
    }

    const { itemId } = written;
    try {
      const item = await directory.item(itemId, markField, signal);
      if (item !== null && bears(item, writtenMark(change, markField) as string)) {
        record(turn, change, written);
        return null;
      }
    } catch (error) {
      // It is written; what is missing is the proof that the others need.
      record(turn, change, written);
      return haltOf(portErrorOf(error), 'Autotask', signal);
    }
    const words = `The mark that was written to item ${itemId} could not be read back.`;
    record(turn, change, { kind: 'failed', why: null, words, itemId });
    return blind(markField, words);
  }
}

export function blind(markField: string, what: string): Halt {
  return haltWith(
    'held',
    'blind',
    `This API user is not proven to write and see the mark, the user-defined field ${JSON.stringify(markField)}: ${what} Give the user View and Edit Unprotected Data (Protected Data Permission), and make sure that the field is not protected. The rest is held.`,
  );
}

/** How Autotask refuses a user-defined field is not documented. It may name the field; or speak of such fields, where the mark is the only one. */
export function refusesMark(words: string, change: Change, markField: string): boolean {
  if (words.toLowerCase().includes(markField.toLowerCase())) return true;
  const udfs = (change.kind === 'create' ? change.draft.udfs : change.patch.udfs) ?? {};
  return Object.keys(udfs).length === 1 && /user.?defined|\budfs?\b|protected data/iu.test(words);
}
