import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText } from '#sync/clean-text';

describe('cleanText', () => {
  it('changes nothing a second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cleanText(cleanText(text))).toBe(cleanText(text));
      }),
      { numRuns: 2000 },
    );
  });
});
