import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiUserSchema, connectionSchema } from '#connections/connection';
import { cursorOf, readCursor } from '#lambda/cursor';
import { Problem } from '#lambda/problem';
import { parseAs, readJson } from '#lambda/read-json';

const json = 'application/json; charset=utf-8';
describe('reading a body', () => {
  it('gives back what was sent, as text and in base64', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.boolean(), (value, isBase64Encoded) => {
        const text = JSON.stringify(value);
        fc.pre(!/\\u0000|__proto__|\\ud[89a-f]/u.test(text));
        const body = isBase64Encoded ? Buffer.from(text).toString('base64') : text;
        expect(readJson({ body, isBase64Encoded, contentType: json })).toEqual(JSON.parse(text));
      }),
    );
  });

  it('answers whatever else comes with a problem of the caller, never with a crash', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.json({ maxDepth: 40, depthSize: 'medium' })),
        fc.boolean(),
        (body, isBase64Encoded) => {
          try {
            parseAs(connectionSchema, readJson({ body, isBase64Encoded, contentType: json }), 'body');
          } catch (error) {
            expect(error).toBeInstanceOf(Problem);
            expect((error as Problem).status).toBeLessThan(500);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    [32, true],
    [33, false],
    [20_000, false],
  ])('nested %i deep: %s', (depth, isRead) => {
    const read = () => readJson({ body: '['.repeat(depth) + ']'.repeat(depth), contentType: json });
    if (isRead) expect(read).not.toThrow();
    else expect(read).toThrow('nested deeper');
  });

  it('never quotes a value that was sent', () => {
    const secret = 'hunter2-hunter2';
    fc.assert(
      fc.property(
        fc.constantFrom('username', 'secret', 'trackingIdentifier'),
        fc.constantFrom<unknown>(`${secret}\n`, [secret], { secret }, ` ${secret}`, secret.repeat(100)),
        (field, value) => {
          const body = JSON.stringify({
            username: 'u',
            secret: 's',
            trackingIdentifier: 't',
            [field]: value,
          });
          try {
            parseAs(apiUserSchema, readJson({ body, contentType: json }), 'body');
            expect.unreachable();
          } catch (error) {
            expect(JSON.stringify(error)).toContain(`"field":"${field}"`);
            expect(JSON.stringify(error)).not.toContain(secret);
          }
        },
      ),
    );
  });
});

describe('a cursor', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (leg, part) => {
        const position = ['lines', 'acme', '20261124T010203004Z-k3f9x0', leg + 1, part] as const;
        expect(readCursor('lines', cursorOf<'lines'>([...position]))).toEqual(position);
      }),
    );
  });

  it('that was bent is a 400', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        expect(() => readCursor('lines', text)).toThrow(Problem);
      }),
    );
  });
});
