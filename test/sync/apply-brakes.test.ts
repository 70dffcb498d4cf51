import { describe, expect, it } from 'vitest';
import {
  createBrakes,
  lostInARow,
  markRefusalsInARow,
  refusalsInARow,
  silencesInARow,
} from '#sync/apply-brakes';
import type { Change } from '#sync/change';
import type { FailureKind } from '#sync/ports';
import type { Written } from '#sync/write-change';
import { range } from './apply-world.ts';
import { portError } from './in-memory-items.ts';
import { aCreate, anAdoption, aRename, markField } from './sample-changes.ts';

const never = new AbortController().signal;
const refused = (words: string): Written => ({ kind: 'failed', why: 'refused', words });
const halted = (failure: FailureKind): Written => ({
  kind: 'halted',
  failure: portError(failure, `it was ${failure}`),
  wasSent: true,
});
const rename = (companyId = 10) => aRename(1, { companyId });

/** Which of the answers, the first being 1, stops the run, and with what; null where none does. */
function stopsAt(answers: ReadonlyArray<readonly [Change, Written]>, brakes = createBrakes(markField)) {
  for (const [at, [change, written]] of answers.entries()) {
    const halt = brakes.after(change, written, never);
    if (halt !== null) return { at: at + 1, ...halt };
  }
  return null;
}

describe('refusals in the same words', () => {
  it(`from two companies by turns stop the run at the ${2 * refusalsInARow}th`, () => {
    const answers = range(60).map((n) => [rename(10 + (n % 2)), refused('no permission')] as const);
    const stop = stopsAt(answers);
    expect(stop).toMatchObject({ at: 2 * refusalsInARow, outcome: 'failed', reason: 'refused' });
    expect(stop?.detail).toBe(
      'Autotask refused 40 changes in a row in the same words: no permission. The run stopped there; nothing else was tried.',
    );
  });

  it('of one company’s changes of one kind never stop it, however many were under way', () => {
    expect(stopsAt(range(60).map(() => [rename(), refused('no permission')] as const))).toBeNull();
  });

  it('are the same where only a number differs', () => {
    const brakes = createBrakes(markField);
    stopsAt(
      range(refusalsInARow).map((n) => [rename(), refused(`record [${n * 7}]`)] as const),
      brakes,
    );
    expect(brakes.heldBack(rename())).toContain('record [140]');
  });

  it.each<[what: string, written: (n: number) => Written]>([
    ['words with a number and without one', (n) => refused(n % 2 === 0 ? 'no record 7' : 'no record ')],
    ['what is there, which is no refusal', () => ({ kind: 'failed', why: null, words: 'somebody else’s' })],
  ])('are not %s', (_, written) => {
    const brakes = createBrakes(markField);
    stopsAt(
      range(60).map((n) => [rename(), written(n)] as const),
      brakes,
    );
    expect(brakes.heldBack(rename())).toBe('');
  });

  it('leave that company’s changes of that kind alone, in a sentence for each', () => {
    const brakes = createBrakes(markField);
    for (const change of [rename(10), aCreate(1, { companyId: 11 })]) {
      const words = `no ${change.kind}`;
      stopsAt(
        range(refusalsInARow).map(() => [change, refused(words)] as const),
        brakes,
      );
    }
    expect(brakes.heldBack(rename(10))).not.toBe('');
    expect(brakes.heldBack(aCreate(2, { companyId: 10 }))).toBe('');
    expect(brakes.leftAlone()).toBe(
      'Autotask refused 20 changes in a row in the same words: no update. The other updates of company 10 were not tried. ' +
        'Autotask refused 20 changes in a row in the same words: no create. The other creates of company 11 were not tried.',
    );
  });
});

describe('refusals of the mark', () => {
  const ofMark = refused(`${markField} may not be edited`);
  it.each([
    ['of changes that write it', anAdoption(1), ofMark, markRefusalsInARow],
    ['in those words, of changes that do not write it', rename(), ofMark, null],
    ['in other words', anAdoption(1), refused('too long'), null],
  ])('%s', (_, change, written, at) => {
    const stop = stopsAt(range(10).map(() => [change, written] as const));
    expect(stop && [stop.at, stop.reason]).toEqual(at && [at, 'blind']);
  });

  it('do not count those before a mark that was written, or that was refused for something else', () => {
    const others: readonly Written[] = [{ kind: 'applied', itemId: 1 }, refused('too long')];
    for (const other of others) {
      const row = range(markRefusalsInARow - 1).map(() => [anAdoption(1), ofMark] as const);
      expect(stopsAt([...row, [anAdoption(1), other], ...row])).toBeNull();
    }
  });
});

describe('silence', () => {
  const unanswered: Written = { kind: 'failed', why: 'unanswered', words: 'no answer came' };
  const found: Written = { kind: 'failed', why: null, words: 'somebody else’s' };
  const lost: Written = { kind: 'lost', words: 'no answer came' };
  const applied: Written = { kind: 'applied', itemId: 1 };

  it.each<[string, readonly Written[], number | null, string | null, RegExp]>([
    [
      'patches without an answer',
      range(5).map(() => unanswered),
      silencesInARow,
      'unavailable',
      /^Autotask does not answer: no answer came\. The next run looks at what became of it\.$/u,
    ],
    ['with a success between', [unanswered, unanswered, applied, unanswered, unanswered], null, null, /^$/u],
    ['with an answer between', [unanswered, unanswered, found, unanswered, unanswered], null, null, /^$/u],
    ['what is there forbids it, again and again', range(60).map(() => found), null, null, /^$/u],
    [
      'creates that are not to be found',
      range(30).map(() => lost),
      lostInARow,
      'unavailable',
      /^Autotask does not answer: /u,
    ],
  ])('%s', (_, answers, at, reason, detail) => {
    const stop = stopsAt(answers.map((written) => [rename(), written] as const));
    expect(stop && [stop.at, stop.reason]).toEqual(at && [at, reason]);
    expect(stop?.detail ?? '').toMatch(detail);
  });
});

describe('a failure that is no answer', () => {
  it.each<[FailureKind, number, string]>([
    ['unavailable', silencesInARow, 'unavailable'],
    ['unreadable', silencesInARow, 'unreadable'],
    ['lost', silencesInARow, 'unavailable'],
    ['refused', silencesInARow, 'refused'],
    ['unauthorised', 1, 'credentials-refused'],
    ['exhausted', 1, 'budget'],
    ['stopped', 1, 'deadline'],
  ])('%s stops the run at the %ith: %s', (failure, at, reason) => {
    const stop = stopsAt(range(5).map(() => [rename(), halted(failure)] as const));
    expect(stop).toMatchObject({ at, reason });
    if (failure === 'unavailable') expect(stop?.detail).toMatch(/^Autotask could not be reached: /u);
  });
});
