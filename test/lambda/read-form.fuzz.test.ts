import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readForm } from '#lambda/read-form';

const names = ['username', 'secret'] as const;
const contentType = 'application/x-www-form-urlencoded';
const read = (body: string | undefined, isBase64Encoded = false, type: string | undefined = contentType) =>
  readForm({ body, isBase64Encoded, contentType: type }, names);

describe('reading a form', () => {
  it('gives back what a browser sends, as text and in base64', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'grapheme' }), fc.boolean(), (username, secret, encoded) => {
        fc.pre(!/\p{Surrogate}/u.test(username + secret));
        const text = new URLSearchParams({ username, secret }).toString();
        const body = encoded ? Buffer.from(text).toString('base64') : text;
        expect(read(body, encoded)).toEqual({ username, secret });
      }),
    );
  });

  it('is a form of just these fields, or null, whatever comes', () => {
    const pairs = fc.array(
      fc.tuple(
        fc.constantFrom('username', 'secret', '__proto__', 'constructor', 'toString', ''),
        fc.string(),
      ),
      { maxLength: 4 },
    );
    const bodies = fc.oneof(
      pairs.map((list) => new URLSearchParams(list).toString()),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '%',
        '%ff%fe',
        '&&==',
        'username',
        'a'.repeat(20_000),
        '<html></html>',
        '{"username":1}',
      ),
    );
    const types = fc.constantFrom(
      contentType,
      `${contentType}; charset=utf-8`,
      'application/json',
      '',
      undefined,
    );
    fc.assert(
      fc.property(bodies, fc.boolean(), types, (body, encoded, type) => {
        const form = read(body, encoded, type);
        if (form === null) return;
        expect(Object.keys(form)).toEqual([...names]);
        expect(Object.values(form).every((value) => typeof value === 'string')).toBe(true);
        expect(Object.getPrototypeOf(form)).toBe(Object.prototype);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['a field twice', 'username=a&username=b'],
    ['a field that is not known', 'username=a&other=b'],
    ['a prototype key', '__proto__=a'],
    ['more than 16 KB', `secret=${'a'.repeat(16 * 1024)}`],
  ])('%s is none', (_what, body) => {
    expect(read(body)).toBeNull();
  });
});
