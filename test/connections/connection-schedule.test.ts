import { describe, expect, it } from 'vitest';
import { nextDue, staleAfterMs } from '#connections/connection-schedule';

const minute = 60_000;
const at = (hours: number, minutes: number): number => Date.UTC(2026, 10, 24, hours, minutes);

describe('the next moment', () => {
  // Of the hash, twelve hexadecimal digits count: here they are the phase itself.
  it.each([
    ['in its phase, later in this interval', 7, 60, at(1, 0), at(1, 7)],
    ['after its phase, in the next interval', 7, 60, at(1, 8), at(2, 7)],
    ['at its phase, one interval later', 7, 60, at(1, 7), at(2, 7)],
    ['where the phase is longer than the interval, what is left of it', 127, 60, at(1, 0), at(1, 7)],
    ['before 1970', 7, 60, -8 * minute, 7 * minute],
  ])('%s', (_, phase, everyMinutes, now, next) => {
    const asked: string[] = [];
    const digest = (text: string): string => {
      asked.push(text);
      return `${(phase * minute).toString(16).padStart(12, '0')}ffff`;
    };
    expect(new Date(nextDue('acme', everyMinutes, now, digest))).toEqual(new Date(next));
    expect(asked).toEqual(['["phase","acme"]']);
  });
});

it.each([
  [60, 4 * 60],
  [5, 75],
  [24 * 60, 73 * 60],
])('a connection of every %i minutes is stale after %i', (everyMinutes, minutes) => {
  expect(staleAfterMs(everyMinutes)).toBe(minutes * minute);
});
