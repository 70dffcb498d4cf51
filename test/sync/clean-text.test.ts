import { describe, expect, it } from 'vitest';
import { cleanText, cutText } from '#sync/clean-text';

describe('cleanText', () => {
  it.each([
    ['Mac of Ann', 'Mac of Ann'],
    ['', ''],
    [' \t\n ', ''],
    ['  a   b\t\tc\n', 'a b c'],
    ['a\u00a0\u2003b', 'a b'],
    ['a\u0000\u0007b\u001b[31m', 'ab[31m'],
    ['a \u0001 b', 'a b'],
    ['Ann’s “Mac”', 'Ann’s “Mac”'],
    ['Zoe\u0308', 'Zo\u00eb'],
    ['e\u0000\u0301', '\u00e9'],
    ['👩‍💻 Mac', '👩‍💻 Mac'],
    ['half \ud83d', 'half'],
    ['\udcbb half', 'half'],
  ])('%j → %j', (text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });
});

describe('cutText', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['ab cd', 3, 'ab'],
    ['ab💻', 4, 'ab💻'],
    ['ab💻', 3, 'ab'],
    ['💻', 1, ''],
    ['abc', 0, ''],
    ['abc', Infinity, 'abc'],
    ['ab ', 3, 'ab '],
    ['💻b', 2, '💻'],
    ['ab\uf900b', 3, 'ab\uf900'],
    // The first and the last character of those that take two units.
    ['a\u{10000}', 2, 'a'],
    ['a\u{10ffff}', 2, 'a'],
  ])('%j to %d → %j', (text, limit, cut) => {
    expect(cutText(text, limit)).toBe(cut);
  });
});
