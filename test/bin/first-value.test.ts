import { describe, expect, it } from 'vitest';
import { firstValue } from '../../bin/local/first-value.ts';

const generated = (length: number): string =>
  firstValue({ Name: 'a', GenerateSecretString: { ExcludePunctuation: true, PasswordLength: length } })
    ?.text ?? '';

describe('what a secret holds at first', () => {
  it('is what the template says, or nothing', () => {
    expect(firstValue({ Name: 'a', SecretString: 'given' })).toEqual({ text: 'given', token: undefined });
    expect(firstValue({ Name: 'a' })).toBeNull();
  });

  it('is made where the template asks for it: letters and digits, another each time', () => {
    expect(generated(64)).toMatch(/^[A-Za-z0-9]{64}$/u);
    expect(generated(64)).not.toBe(generated(64));
  });

  it('holds one of each kind, however short it is', () => {
    for (let tries = 0; tries < 50; tries += 1) {
      expect(
        [...generated(3)]
          .map((one) => one.replace(/[a-z]/u, 'a').replace(/[A-Z]/u, 'A').replace(/\d/u, '1'))
          .sort(),
      ).toEqual(['1', 'A', 'a']);
    }
  });
});
