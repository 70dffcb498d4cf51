/** Which letter each throw of the dice stands for, and what is thrown again. */
import { expect, it } from 'vitest';
import { mintCredentials } from '#onboarding/mint-credentials';

const lower = 'abcdefghijkmnpqrstuvwxyz';
const upper = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const digits = '23456789';
/** By how many letters there are to choose from. */
const alphabets = new Map([lower, lower + digits, lower + upper + digits].map((one) => [one.length, one]));

/** Dice that fall so that this text comes out. */
const falling = (text: string) => {
  const left = [...text];
  return (below: number): number => (alphabets.get(below) ?? '').indexOf(left.shift() ?? '?');
};

it.each([
  ['with a letter of either case and a digit', ['aaaaBBBB2222zzzzZZZZ9']],
  ['once more, where there is no small letter', ['AAAABBBB2222ZZZZZZZZ9', 'aaaaBBBB2222zzzzZZZZ9']],
  ['once more, where there is no capital', ['aaaabbbb2222zzzzzzzz9', 'aaaaBBBB2222zzzzZZZZ9']],
  ['once more, where there is no digit', ['aaaaBBBBccccDDDDeeeeF', 'aaaaBBBB2222zzzzZZZZ9']],
  ['with one of each, wherever it stands', ['2aaaaaaaaaaaaaaaaaaaB'], '2aaa-aaaa-aaaa-aaaa-aaaaB'],
  ['with one small letter', ['AAAAAAAAAAAAAAAAAAA2b'], 'AAAA-AAAA-AAAA-AAAA-AAA2b'],
])('a secret is thrown %s', (_what, throws, secret = 'aaaa-BBBB-2222-zzzz-ZZZZ9') => {
  const minted = mintCredentials(falling(`k${'x9'.repeat(7)}${throws.join('')}`));
  expect(minted).toEqual({ localPart: 'kx9x9x9x9x9x9x9', secret });
});
