/** When to stop writing, although no single answer says so. */
import type { Change } from './change.ts';
import { type Halt, haltOf, haltWith, sentence } from './halt.ts';
import type { FailureKind } from './ports.ts';
import { blind, refusesMark } from './prove-sight.ts';
import type { Written } from './write-change.ts';
import { writtenMark } from './written-mark.ts';

/**
 * So many refusals in a row, in the same words, are not about single devices. What they came from (one
 * company's changes of one kind) is left alone. Where they go on elsewhere, twice as many stop the run:
 * one company's trouble costs 20 calls and not the other companies their run, and everybody's costs 40.
 */
export const refusalsInARow = 20;
/** The adapter has tried each of them again already. */
export const silencesInARow = 3;
/** Creates whose answer was lost and that are not to be found: each of them may still be under way. */
export const lostInARow = 20;

/**
 * Marks refused in words about user-defined fields: this user may see them and not edit them, and each
 * further mark would be refused too. What other changes come to meanwhile says nothing about it.
 */
export const markRefusalsInARow = 3;

export interface Brakes {
  /** What an answer means to the run; null: go on. */
  after(change: Change, written: Written, signal: AbortSignal): Halt | null;
  /** Why a change is not even tried; '' where it is. */
  heldBack(change: Change): string;
  /** What was left alone, in a sentence for each group; '' where nothing was. */
  leftAlone(): string;
}

export function createBrakes(markField: string): Brakes {
  let words: string | null = null;
  let refusals = 0;
  const refusing = new Map<string, number>();
  const givenUp = new Map<string, string>();
  let silences = 0;
  let lost = 0;
  let markRefusals = 0;

  function afterRefusal(change: Change, said: string): Halt | null {
    // Numbers differ from record to record: "Error updating entity for record number [1]."
    const same = said.replace(/\d+/gu, '#');
    if (same !== words) {
      words = same;
      refusals = 0;
      refusing.clear();
    }
    const group = groupOf(change);
    const ofGroup = (refusing.get(group) ?? 0) + 1;
    refusing.set(group, ofGroup);
    refusals += 1;
    const detail = `Autotask refused ${refusals} changes in a row in the same words: ${sentence(said)}`;
    if (refusals >= 2 * refusalsInARow && refusing.size > 1) {
      return haltWith('failed', 'refused', `${detail} The run stopped there; nothing else was tried.`);
    }
    if (ofGroup >= refusalsInARow && !givenUp.has(group)) {
      givenUp.set(
        group,
        `${detail} The other ${change.kind}s of company ${change.companyId} were not tried.`,
      );
    }
    return null;
  }

  function afterMark(change: Change, said: string): Halt | null {
    if (writtenMark(change, markField) === undefined) return null;
    markRefusals = refusesMark(said, change, markField) ? markRefusals + 1 : 0;
    if (markRefusals < markRefusalsInARow) return null;
    return blind(
      markField,
      `Autotask refused ${markRefusals} changes in a row that write it: ${sentence(said)}`,
    );
  }

  function afterSilence(halt: Halt): Halt | null {
    silences += 1;
    return silences < silencesInARow ? null : halt;
  }

  return {
    after(change, written, signal) {
      switch (written.kind) {
        case 'applied':
          words = null;
          silences = 0;
          lost = 0;
          if (writtenMark(change, markField) !== undefined) markRefusals = 0;
          return null;
        case 'failed':
          if (written.why === 'unanswered') return afterSilence(silent(written.words));
          silences = 0;
          if (written.why !== 'refused') return null;
          return afterMark(change, written.words) ?? afterRefusal(change, written.words);
        case 'lost':
          lost += 1;
          return lost < lostInARow ? null : silent(written.words);
        case 'halted': {
          const halt = haltOf(written.failure, 'Autotask', signal);
          return isAboutOneCall(written.failure.failure) ? afterSilence(halt) : halt;
        }
      }
    },
    heldBack: (change) => givenUp.get(groupOf(change)) ?? '',
    leftAlone: () => [...givenUp.values()].join(' '),
  };
}

const groupOf = (change: Change): string => `${change.companyId} ${change.kind}`;

const silent = (words: string): Halt =>
  haltWith(
    'failed',
    'unavailable',
    `Autotask does not answer: ${sentence(words)} The next run looks at what became of it.`,
  );

/** The others say something of every call that would follow. */
const isAboutOneCall = (failure: FailureKind): boolean =>
  failure === 'unavailable' || failure === 'unreadable' || failure === 'lost' || failure === 'refused';
