import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serialQueries } from '#autotask/find-items';
import type { Condition } from '#autotask/query';

const conditionsOf = (query: Condition): readonly Condition[] => ('items' in query ? query.items : [query]);
const spellings = (query: Condition | undefined) =>
  query === undefined ? [] : conditionsOf(query).map((one) => ('value' in one ? [one.op, one.value] : []));

describe('serialQueries', () => {
  it.each<[string, string[], unknown[]]>([
    [
      'upper and lower case',
      ['C02ABC'],
      [
        ['contains', 'C02ABC'],
        ['contains', 'c02abc'],
      ],
    ],
    ['digits need one spelling', ['123456'], [['contains', '123456']]],
    [
      'as it came, too',
      [' C02 abc '],
      [
        ['contains', 'C02ABC'],
        ['contains', 'c02abc'],
        ['contains', 'C02 abc'],
      ],
    ],
    [
      'one serial in two cases is one',
      ['c02abc', 'C02ABC'],
      [
        ['contains', 'C02ABC'],
        ['contains', 'c02abc'],
      ],
    ],
    [
      'a short one is not looked for as a part',
      ['A1'],
      [
        ['eq', 'A1'],
        ['eq', 'a1'],
      ],
    ],
    ['none is none', ['', '  '], []],
  ])('%s', (_why, serials, expected) => {
    expect(spellings(serialQueries(serials)[0])).toEqual(expected);
  });

  it.each([
    ['many spellings', (n: number) => `C02 x${n}`, 400],
    ['many serials', (n: number) => `${100_000 + n}`, 200],
  ])('stays below the 500 OR conditions of a query: %s', (_why, serial, most) => {
    const queries = serialQueries(Array.from({ length: 450 }, (_, n) => serial(n)));
    expect(Math.max(...queries.map((query) => conditionsOf(query).length))).toBeLessThanOrEqual(most);
    expect(new Set(queries.flatMap(spellings).map(String)).size).toBeGreaterThanOrEqual(450);
  });

  it('holds each serial, and never more than Autotask allows in one query', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 700 }), (serials) => {
        const queries = serialQueries(serials);
        const asked = new Set<unknown>();
        for (const query of queries) {
          const conditions = conditionsOf(query);
          expect(conditions.length).toBeLessThanOrEqual(400);
          for (const one of conditions) asked.add('value' in one ? one.value : undefined);
        }
        for (const serial of serials) {
          const key = serial.replace(/\s+/gu, '').toUpperCase();
          expect(key === '' || asked.has(key)).toBe(true);
        }
        expect(asked.has('')).toBe(false);
      }),
      { numRuns: 30 },
    );
  });
});
