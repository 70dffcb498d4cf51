import { describe, expect, it } from 'vitest';
import { haltOf, haltOfSignal, haltWith, RunHalted, sentence, type Vendor } from '#sync/halt';
import { type FailureKind, isPortError } from '#sync/ports';
import { portError } from './in-memory-items.ts';

const never = new AbortController().signal;
const until = Date.UTC(2026, 10, 25, 1);

describe('what a rejection means to a run', () => {
  it.each<[Vendor, FailureKind, string, string, RegExp]>([
    [
      'Addigy',
      'unauthorised',
      'held',
      'addigy-unauthorised',
      /^Addigy did not accept the API key: too late\. Store/u,
    ],
    [
      'Autotask',
      'unauthorised',
      'held',
      'credentials-refused',
      /^Autotask did not accept .*: too late\. Nothing more/u,
    ],
    ['Autotask', 'blocked', 'failed', 'unavailable', /^Autotask could not be reached: too late\. /u],
    [
      'Autotask',
      'exhausted',
      'stopped',
      'budget',
      /^The run's share of Autotask's allowance is used up: too late\. /u,
    ],
    ['Addigy', 'lost', 'failed', 'unavailable', /^Addigy could not be reached: too late\. /u],
    ['Addigy', 'unavailable', 'failed', 'unavailable', /^Addigy could not be reached: too late\. /u],
    [
      'Addigy',
      'unreadable',
      'failed',
      'unreadable',
      /^Addigy's answer was not as it is documented: too late\.$/u,
    ],
    [
      'Autotask',
      'refused',
      'failed',
      'refused',
      /^Autotask refused a request that the run needs: too late\.$/u,
    ],
    ['Autotask', 'stopped', 'stopped', 'deadline', /^The run's time was up/u],
  ])('%s, %s: %s for %s', (vendor, failure, outcome, reason, detail) => {
    const halt = haltOf(portError(failure, 'too late'), vendor, never);
    expect(halt).toMatchObject({ outcome, reason, blockedUntil: null });
    expect(halt.detail).toMatch(detail);
  });

  it.each([
    [until, 'Addigy has locked the API key until 2026-11-25T01:00:00.000Z: too late. '],
    [undefined, 'Addigy has locked the API key: too late. '],
  ])('a key that Addigy locked until %s', (when, detail) => {
    const error = Object.assign(portError('blocked', 'too late'), when === undefined ? {} : { until: when });
    const halt = haltOf(error, 'Addigy', never);
    expect(halt).toMatchObject({ outcome: 'held', reason: 'addigy-blocked', blockedUntil: when ?? null });
    expect(halt.detail).toContain(detail);
  });

  it.each([
    ['LeaseLostError', 'lease-lost'],
    ['TimeoutError', 'deadline'],
  ])('a signal that fired with a %s: %s', (name, reason) => {
    const signal = AbortSignal.abort(Object.assign(new Error('so'), { name }));
    expect(haltOfSignal(signal)).toMatchObject({ outcome: 'stopped', reason });
  });

  it('is carried by an error of its own name, with its words', () => {
    const halt = haltWith('failed', 'unavailable', 'Nobody is there.');
    const error = new RunHalted(halt);
    expect([error.name, error.message, error.halt]).toEqual(['RunHalted', 'Nobody is there.', halt]);
  });
});

describe('what was thrown', () => {
  const withFailure = (failure: unknown) => Object.assign(new Error('no'), { failure });
  it.each<[what: string, thrown: unknown, isPort: boolean]>([
    ['with a failure that is known', withFailure('lost'), true],
    ['with another', withFailure('late'), false],
    ['with none', new Error('no'), false],
    ['with something else in its place', withFailure(404), false],
    ['that is no error', { message: 'no', failure: 'lost' }, false],
    ['that is nothing', null, false],
  ])('%s is an adapter’s: %s', (_, thrown, isPort) => {
    expect(isPortError(thrown)).toBe(isPort);
  });
});

describe('a sentence', () => {
  it.each([
    ['too late', 'too late.'],
    ['  too late \n', 'too late.'],
    ['too late.', 'too late.'],
    ['too late!', 'too late!'],
    ['is it too late?', 'is it too late?'],
    ['no. 7', 'no. 7.'],
    ['', ''],
    ['  ', ''],
  ])('of %j is %j', (text, told) => {
    expect(sentence(text)).toBe(told);
  });
});
