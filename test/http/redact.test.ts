import { describe, expect, it } from 'vitest';
import { redact } from '#http/redact';

describe('redact', () => {
  const cases: ReadonlyArray<readonly [why: string, text: string, secrets: string[], clean: string]> = [
    ['as it is', 'failed with hunter22!', ['hunter22!'], 'failed with [redacted]'],
    ['every time', 'aaaa-aaaa', ['aaaa'], '[redacted]-[redacted]'],
    ['in a URL', '/x?s=p%40ss%20word%26', ['p@ss word&'], '/x?s=[redacted]'],
    ['in a form', '/x?s=p%40ss+word%26', ['p@ss word&'], '/x?s=[redacted]'],
    ['in JSON', '{"Secret":"a\\"b\\\\c"}', ['a"b\\c'], '{"Secret":"[redacted]"}'],
    ['one inside another', 'key-longer', ['key-', 'key-longer'], '[redacted]'],
    ['regular expression signs are plain text', 'a.*+?b axxxxb', ['a.*+?b'], '[redacted] axxxxb'],
    ['too short to be told from words', 'the cat', ['the', ''], 'the cat'],
    ['half a surrogate pair', 'x \ud800abc', ['\ud800abc'], 'x [redacted]'],
    ['replacement signs in the secret', 'a $& b', ['a $& b'], '[redacted]'],
  ];
  it.each(cases)('%s', (_why, text, secrets, clean) => {
    expect(redact(text, secrets)).toBe(clean);
  });
});
