import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mintCredentials } from '#onboarding/mint-credentials';

/** Any stream of whole numbers, repeated when it ends, is a source of randomness. */
const source = (numbers: readonly number[]) => {
  let at = 0;
  return (below: number): number => (numbers[at++ % numbers.length] ?? 0) % below;
};
const varied = fc.array(fc.nat(), { minLength: 40, maxLength: 80 }).filter((numbers) => {
  try {
    mintCredentials(bounded(source(numbers)));
    return true;
  } catch {
    return false;
  }
});
/** A poor source can repeat one kind of letter for ever; a real one cannot. */
const bounded = (random: (below: number) => number) => {
  let left = 2_000;
  return (below: number): number => {
    left -= 1;
    if (left < 0) throw new Error('poor');
    return random(below);
  };
};

describe('minted credentials', () => {
  it('fit Autotask’s fields and an HTTP header, whatever the randomness', () => {
    fc.assert(
      fc.property(varied, (numbers) => {
        const { localPart, secret } = mintCredentials(source(numbers));
        expect(localPart).toMatch(/^[a-z][a-z2-9]{14}$/u);
        expect(secret).toMatch(/^[A-Za-z2-9]{4}(?:-[A-Za-z2-9]{4}){3}-[A-Za-z2-9]{5}$/u);
        expect(secret).toHaveLength(25);
        expect(secret).toMatch(/[a-z]/u);
        expect(secret).toMatch(/[A-Z]/u);
        expect(secret).toMatch(/\d/u);
        expect(localPart + secret).not.toMatch(/[0O1lI]/u);
      }),
    );
  });

  it('asks the randomness for every character', () => {
    const one = mintCredentials(source(Array.from({ length: 97 }, (_, at) => at * 31)));
    const other = mintCredentials(source(Array.from({ length: 97 }, (_, at) => at * 37 + 5)));
    expect(one).not.toEqual(other);
  });
});
