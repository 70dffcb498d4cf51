import { describe, expect, it } from 'vitest';
import {
  dateFact,
  factValue,
  macFacts,
  normaliseMac,
  numberFact,
  readDate,
  textFact,
} from '#addigy/read-fact';

const fact = (value: unknown, error?: string) => ({
  one: { type: 'string', value, ...(error === undefined ? {} : { error_msg: error }) },
});

describe('a fact without a value', () => {
  it.each([
    ['null', fact(null)],
    ['undefined', fact(undefined)],
    ['empty', fact('')],
    ['white space', fact('  ')],
    ['n/a', fact('n/a')],
    ['N/A', fact('N/A')],
    ['Not Available', fact('Not Available')],
    ['the empty list of locales', fact(['No', 'Locales'])],
    ['an error, with null', fact(null, 'script failed')],
    ['an error, with an old value', fact('stale', 'script failed')],
    ['absent', {}],
    ['not an object', { one: 'text' }],
    ['a list for an object', { one: ['text'] }],
  ])('%s', (_, facts) => {
    expect(factValue(facts, 'one')).toBeUndefined();
    expect(textFact(facts, 'one')).toBe('');
    expect(numberFact(facts, 'one')).toBeNull();
    expect(dateFact(facts, 'one')).toBeNull();
    expect(macFacts(facts, 'one')).toEqual([]);
  });

  it('is not the same as false or 0', () => {
    expect(factValue(fact(false), 'one')).toBe(false);
    expect(numberFact(fact(0), 'one')).toBe(0);
  });

  it('lets an empty error_msg pass', () => {
    expect(textFact(fact('here', ''), 'one')).toBe('here');
  });
});

describe('textFact', () => {
  it.each([
    ['trims', '  Mac 1 ', 'Mac 1'],
    ['keeps curly quotes', 'Adam’s Mac', 'Adam’s Mac'],
    ['decodes an escape that came as characters', 'Adam\\u2019s Mac', 'Adam’s Mac'],
    ['decodes a pair', 'Lab \\ud83d\\ude80', 'Lab 🚀'],
    ['makes half a pair a replacement character', 'Lab \\ud83d!', 'Lab \ufffd!'],
    ['leaves other backslashes', 'C:\\users\\u12', 'C:\\users\\u12'],
    ['takes a number', 12, '12'],
    ['does not take a list', ['a'], ''],
    ['does not take true', true, ''],
    ['does not take NaN', Number.NaN, ''],
  ])('%s', (_, value, expected) => {
    expect(textFact(fact(value), 'one')).toBe(expected);
  });

  it('takes the first that has text', () => {
    const facts = { a: { value: null }, b: { value: 'n/a' }, c: { value: 'third' }, d: { value: 'fourth' } };
    expect(textFact(facts, 'a', 'b', 'c', 'd')).toBe('third');
  });
});

describe('numberFact', () => {
  it.each([
    [12.5, 12.5],
    ['12.5', 12.5],
    [' 7 ', 7],
    ['-3', -3],
    ['12 GB', null],
    ['1e3', null],
    ['Infinity', null],
    [Number.POSITIVE_INFINITY, null],
    [true, null],
  ])('%j is %j', (value, expected) => {
    expect(numberFact(fact(value), 'one')).toBe(expected);
  });
});

describe('readDate', () => {
  it.each([
    ['2024-05-06T07:08:09Z', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06T07:08:09.1Z', '2024-05-06T07:08:09.100Z'],
    ['2024-05-06T07:08:09.12Z', '2024-05-06T07:08:09.120Z'],
    ['2024-05-06T07:08:09.123Z', '2024-05-06T07:08:09.123Z'],
    ['2024-05-06T07:08:09.123456789Z', '2024-05-06T07:08:09.123Z'],
    ['2024-05-06T07:08:09', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06T07:08:09.5', '2024-05-06T07:08:09.500Z'],
    ['2024-05-06 07:08:09', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06T07:08', '2024-05-06T07:08:00.000Z'],
    ['2024-05-06', '2024-05-06T00:00:00.000Z'],
    ['2024-05-06T07:08:09+02:00', '2024-05-06T05:08:09.000Z'],
    ['2024-05-06T07:08:09-0530', '2024-05-06T12:38:09.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['1971-01-01T00:00:00Z', '1971-01-01T00:00:00.000Z'],
  ])('%s', (text, expected) => {
    expect(new Date(readDate(text) ?? Number.NaN).toISOString()).toBe(expected);
  });

  it.each([
    '1970-01-01T00:00:00Z',
    '1970-12-31T23:59:59Z',
    '1969-12-31T23:59:59Z',
    '0001-01-01T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-10T00:00:00Z',
    '2024-05-06T25:00:00Z',
    'yesterday',
    '',
    null,
    undefined,
    1_714_979_289,
    {},
  ])('has no date in %j', (value) => {
    expect(readDate(value)).toBeNull();
  });
});

describe('MAC addresses', () => {
  it.each([
    ['14:7d:da:4f:73:10', '14:7d:da:4f:73:10'],
    ['14:7D:DA:4F:73:10', '14:7d:da:4f:73:10'],
    ['4C-56-9D-29-79-4B', '4c:56:9d:29:79:4b'],
    ['4c569d29794b', '4c:56:9d:29:79:4b'],
    [' 4c:56:9d:29:79:4b ', '4c:56:9d:29:79:4b'],
    ['00:00:00:00:00:00', null],
    ['FF:FF:FF:FF:FF:FF', null],
    ['4c:56:9d:29:79', null],
    ['35 209900 176148 7', null],
    ['not a mac', null],
  ])('%s', (text, expected) => {
    expect(normaliseMac(text)).toBe(expected);
  });

  it('come from texts and lists, each once, in order', () => {
    const facts = {
      wifi: { value: '14:7D:DA:00:00:01' },
      wired: { value: ['A8-7D-DA-00-00-02', '14:7d:da:00:00:01', 7, null] },
      none: { value: null },
    };
    expect(macFacts(facts, 'none', 'wifi', 'wired')).toEqual(['14:7d:da:00:00:01', 'a8:7d:da:00:00:02']);
  });
});
