import { describe, expect, it } from 'vitest';
import { longestWaitMs, type Outcome, pauseMs, readRetryAfter, waitBeforeRetry } from '#http/retry';

describe('waitBeforeRetry', () => {
  const table: ReadonlyArray<readonly [Outcome, read: boolean, write: boolean]> = [
    ['retry', true, false],
    ['pause', true, true],
    ['unanswered', true, false],
    ['unsent', true, true],
    ['final', false, false],
  ];
  const question = { attempts: 1, retries: 2, retryAfterMs: null, random: () => 0.5 };

  it.each(table)('%s: a read again %s, a write again %s', (outcome, read, write) => {
    expect(waitBeforeRetry({ ...question, outcome, idempotent: true }) !== null).toBe(read);
    expect(waitBeforeRetry({ ...question, outcome, idempotent: false }) !== null).toBe(write);
  });

  it.each([
    [1, 2, true],
    [2, 2, true],
    [3, 2, false],
    [1, 0, false],
  ])('after %i attempts with %i retries: again %s', (attempts, retries, again) => {
    const wait = waitBeforeRetry({ ...question, outcome: 'retry', idempotent: true, attempts, retries });
    expect(wait !== null).toBe(again);
  });
});

describe('pauseMs', () => {
  it.each([
    ['full jitter from nothing', 1, null, 0, 0],
    ['half of the first', 1, null, 0.5, 250],
    ['doubles', 3, null, 0.5, 1000],
    ['up to a ceiling', 30, null, 0.999_999, 19_999],
    ['Retry-After is not shortened', 1, 7000, 0, 7000],
    ['the backoff may be longer', 5, 1000, 0.5, 4000],
    ['the longest that is waited for', 1, longestWaitMs, 0, longestWaitMs],
    ['a longer one is not', 1, longestWaitMs + 1, 0, null],
  ])('%s', (_why, attempts, retryAfterMs, random, ms) => {
    expect(pauseMs({ attempts, retryAfterMs, random: () => random })).toBe(ms);
  });
});

describe('readRetryAfter', () => {
  const now = Date.UTC(2026, 0, 1, 12, 0, 0);
  it.each([
    [null, null],
    ['0', 0],
    ['3', 3000],
    ['12', 12_000],
    [' 1.5 ', 1500],
    ['1.25', 1250],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['soon', null],
    ['3 s', null],
    ['a 2027', null],
    ['01 Jan 2026 12:00:30 GMT', null],
    ['-5', null],
    ['', null],
  ])('%j is %j', (value, ms) => {
    expect(readRetryAfter(value, now)).toBe(ms);
  });
});
