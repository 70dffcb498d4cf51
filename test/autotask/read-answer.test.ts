import { describe, expect, it } from 'vitest';
import { AutotaskError } from '#autotask/errors';
import { judgeAnswer, readAnswer } from '#autotask/read-answer';
import type { HttpAnswer } from '#http/transport';
import { isPortError } from '#sync/ports';

const answer = (status: number, body: unknown): HttpAnswer => ({
  status,
  headers: new Headers(),
  text: typeof body === 'string' ? body : JSON.stringify(body),
});

const threads = 'The Companies API thread threshold of 3 threads has been exceeded. (Itgenatr005)';
const html = '<html><body>Autotask is down for planned maintenance</body></html>';

/** kind, failure of a read, failure of a write, verdict */
const table: ReadonlyArray<readonly [why: string, HttpAnswer, string, string, string, string]> = [
  [
    'a refused value is a 500',
    answer(500, { errors: ['Value is required: productID'] }),
    'validation',
    'refused',
    'refused',
    'done',
  ],
  [
    'errors as objects',
    answer(500, { errors: [{ message: 'too long', field: 'x' }] }),
    'validation',
    'refused',
    'refused',
    'done',
  ],
  ['a malformed request', answer(400, { errors: ['bad'] }), 'validation', 'refused', 'refused', 'done'],
  ['errors in a 200', answer(200, { errors: ['bad'] }), 'validation', 'refused', 'refused', 'done'],
  ['a 409 nobody has seen', answer(409, ''), 'validation', 'refused', 'refused', 'done'],
  ['a 500 without a reason', answer(500, ''), 'server', 'unavailable', 'lost', 'retry'],
  ['a 500 with an empty list', answer(500, { errors: [] }), 'server', 'unavailable', 'lost', 'retry'],
  ['a 500 with a page', answer(500, html), 'server', 'unavailable', 'lost', 'retry'],
  ['a gateway', answer(502, html), 'server', 'unavailable', 'lost', 'retry'],
  ['a 401 with nothing', answer(401, ''), 'unauthorised', 'unauthorised', 'unauthorised', 'done'],
  [
    'a 401 with a threshold in it',
    answer(401, { errors: ['threshold'] }),
    'unauthorised',
    'unauthorised',
    'unauthorised',
    'done',
  ],
  [
    'a wrong integration code is a 500',
    answer(500, { errors: ['IntegrationCode is invalid'] }),
    'unauthorised',
    'unauthorised',
    'unauthorised',
    'done',
  ],
  [
    'a locked user',
    answer(500, { errors: ['The user account has been locked.'] }),
    'unauthorised',
    'unauthorised',
    'unauthorised',
    'done',
  ],
  [
    'an unknown user',
    answer(500, { errors: ['Zone information could not be determined'] }),
    'unknown-user',
    'unauthorised',
    'unauthorised',
    'done',
  ],
  ['forbidden', answer(403, ''), 'forbidden', 'refused', 'refused', 'done'],
  ['not there', answer(404, html), 'not-found', 'unreadable', 'refused', 'done'],
  [
    "ASP.NET's 405",
    answer(405, { Message: "does not support http method 'GET'." }),
    'method-not-allowed',
    'refused',
    'refused',
    'done',
  ],
  [
    'too many threads',
    answer(429, { errors: [threads] }),
    'throttled',
    'unavailable',
    'unavailable',
    'pause',
  ],
  [
    'too many threads, as a 500',
    answer(500, { errors: [threads] }),
    'throttled',
    'unavailable',
    'unavailable',
    'pause',
  ],
  ['too many threads, as text', answer(429, threads), 'throttled', 'unavailable', 'unavailable', 'pause'],
  ['a 429 that says nothing', answer(429, ''), 'throttled', 'unavailable', 'unavailable', 'pause'],
  [
    'the hour is used up',
    answer(429, { errors: ['The request threshold of 10000 has been exceeded'] }),
    'allowance',
    'exhausted',
    'exhausted',
    'done',
  ],
  [
    'the hour is used up, as a 500',
    answer(500, { errors: ['API threshold exceeded'] }),
    'allowance',
    'exhausted',
    'exhausted',
    'done',
  ],
  [
    'a field that is named threshold',
    answer(500, { errors: ['String value exceeds maximum length (field: Alert Threshold)'] }),
    'validation',
    'refused',
    'refused',
    'done',
  ],
  ['maintenance is a 200', answer(200, html), 'maintenance', 'unavailable', 'lost', 'done'],
  ['a 200 with nothing', answer(200, ''), 'maintenance', 'unavailable', 'lost', 'done'],
  ['a redirect', answer(302, ''), 'maintenance', 'unavailable', 'lost', 'done'],
  ['JSON, but no object', answer(200, '[]'), 'unreadable', 'unreadable', 'lost', 'done'],
];

function failed(given: HttpAnswer, purpose: 'read' | 'write'): AutotaskError {
  try {
    readAnswer(given, { name: 'POST X', purpose, secrets: ['topsecret'] });
  } catch (error) {
    expect(error).toBeInstanceOf(AutotaskError);
    expect(isPortError(error)).toBe(true);
    return error as AutotaskError;
  }
  throw new Error('it was read');
}

describe('what an answer means', () => {
  it.each(table)('%s', (_why, given, kind, readFailure, writeFailure, verdict) => {
    const read = failed(given, 'read');
    expect([read.kind, read.failure, failed(given, 'write').failure, judgeAnswer(given)]).toEqual([
      kind,
      readFailure,
      writeFailure,
      verdict,
    ]);
    expect(read.status).toBe(given.status);
  });

  it('an object is handed on', () => {
    const good = answer(200, { itemId: 4 });
    expect(readAnswer(good, { name: 'x', purpose: 'write', secrets: [] })).toEqual({ itemId: 4 });
    expect(judgeAnswer(good)).toBe('done');
  });

  it('only some of many and long words are kept, and no half of a secret or of a character', () => {
    const error = failed(
      answer(500, {
        errors: [
          `${'x'.repeat(295)}topsecret`,
          `${'x'.repeat(298)}😀😀`,
          'y'.repeat(300),
          'z'.repeat(100_000),
          '5',
          '6',
        ],
      }),
      'write',
    );
    expect(error.messages).toEqual([
      `${'x'.repeat(295)}[red…`,
      `${'x'.repeat(298)}…`,
      'y'.repeat(300),
      `${'z'.repeat(299)}…`,
      '5',
    ]);
    expect(error.message.length).toBeLessThan(5 * 301 + 100);
  });

  it('no address is kept, wherever it stands, and a long word is looked through once', () => {
    const said = `Owner@Acme.example, <b.c+d@sub.acme.example>(e@f@g.example) not@one ${'@'.repeat(3)}`;
    const began = performance.now();
    const error = failed(answer(500, { errors: [said, `${'z'.repeat(1_000_000)}@a.example`] }), 'write');
    // Linear: 10 ms. With the square of its length it would take a quarter of an hour.
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(error.messages).toEqual(['[redacted] <[redacted]>(e@[redacted]) not@one @@@', '[redacted]']);
  });

  it("Autotask's words are kept, and no secret with them", () => {
    const error = failed(
      answer(500, { errors: ['no topsecret here', { message: 'too long', field: 'f' }, '', 7] }),
      'write',
    );
    expect(error.messages).toEqual(['no [redacted] here', 'too long (field: f)']);
    expect(error.message).toBe(
      'Autotask refused the request (POST X, 500): no [redacted] here too long (field: f)',
    );
  });
});
