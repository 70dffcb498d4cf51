import { describe, expect, it } from 'vitest';
import type { PendingCredentials } from '#onboarding/api-user-vault';
import { isEqual, readSubmission, secretMeant } from '#onboarding/submission';

const typed = { username: ' k7@acme.example ', secret: '', trackingIdentifier: ' ID27 ' };

describe('what is typed back', () => {
  it.each<
    [
      what: string,
      typed: Partial<typeof typed>,
      purpose: 'device-sync' | 'addigy',
      minted: string | null,
      expected: unknown,
    ]
  >([
    [
      'a blank secret is the minted one',
      {},
      'device-sync',
      'm1nted',
      { username: 'k7@acme.example', secret: 'm1nted', trackingIdentifier: 'ID27' },
    ],
    [
      'an own secret wins',
      { secret: 'own' },
      'device-sync',
      'm1nted',
      { username: 'k7@acme.example', secret: 'own', trackingIdentifier: 'ID27' },
    ],
    [
      'with Addigy’s user an identifier is nobody’s',
      {},
      'addigy',
      'm1nted',
      { username: 'k7@acme.example', secret: 'm1nted', trackingIdentifier: '' },
    ],
    ['only what stands before the @', { username: 'k7' }, 'device-sync', 'm', ['username']],
    ['no secret is known any more', {}, 'device-sync', null, ['secret']],
    ['no identifier', { trackingIdentifier: ' ' }, 'device-sync', 'm', ['trackingIdentifier']],
    [
      'nothing at all',
      { username: '', trackingIdentifier: '' },
      'device-sync',
      null,
      ['username', 'secret', 'trackingIdentifier'],
    ],
    ['two words before the @', { username: 'k7 x@acme.example' }, 'device-sync', 'm', ['username']],
    ['two words after the @', { username: 'k7@acme.example x' }, 'device-sync', 'm', ['username']],
    [
      'a secret of spaces is a blank one',
      { secret: '  ' },
      'device-sync',
      'm1nted',
      { username: 'k7@acme.example', secret: 'm1nted', trackingIdentifier: 'ID27' },
    ],
    [
      'spaces around a secret are not of it',
      { secret: ' own ' },
      'device-sync',
      'm1nted',
      { username: 'k7@acme.example', secret: 'own', trackingIdentifier: 'ID27' },
    ],
    ['a header cannot hold it', { secret: 'emoji 😀' }, 'device-sync', null, ['secret']],
    [
      'a line break would be another header',
      { trackingIdentifier: 'a\r\nb' },
      'device-sync',
      'm',
      ['trackingIdentifier'],
    ],
  ])('%s', (_, more, purpose, minted, expected) => {
    const read = readSubmission({ ...typed, ...more }, purpose, minted);
    if (read.kind === 'valid') expect(read.value).toEqual(expected);
    else expect(read.errors.map((error) => error.field)).toEqual(expected);
  });

  it.each<[more: Partial<typeof typed>, errors: object[]]>([
    [
      { secret: 'emoji 😀' },
      [
        {
          field: 'secret',
          message: 'This must be printable Latin-1 text, without surrounding space.',
        },
      ],
    ],
    [{ username: 'k7' }, [{ field: 'username', message: expect.stringContaining('e-mail address') }]],
  ])('says what is wrong: %j', (more, errors) => {
    expect(readSubmission({ ...typed, ...more }, 'device-sync', 'm')).toEqual({ kind: 'invalid', errors });
  });

  it('never repeats what was typed', () => {
    const read = readSubmission(
      { username: 'CANARY', secret: 'CANARY 😀', trackingIdentifier: 'CANARY\n' },
      'device-sync',
      null,
    );
    expect(JSON.stringify(read)).not.toContain('CANARY');
  });
});

const submitted = { username: 'k7@acme.example', secret: 's', trackingIdentifier: 'ID27' };

describe('a blank secret', () => {
  it.each<[what: string, pending: PendingCredentials | null, secret: string | null]>([
    ['nothing is pending', null, null],
    [
      'of the minted values',
      { kind: 'draft', version: 'v', value: { localPart: 'other', secret: 'm' } },
      'm',
    ],
    ['of what was submitted for this username', { kind: 'submitted', version: 'v', value: submitted }, 's'],
    [
      'of another username',
      { kind: 'submitted', version: 'v', value: { ...submitted, username: 'other@acme.example' } },
      null,
    ],
  ])('%s', (_, pending, secret) => {
    expect(secretMeant(typed, pending)).toBe(secret);
  });
});

describe('the same credentials', () => {
  it.each<[more: Partial<typeof submitted>, isSame: boolean]>([
    [{}, true],
    [{ username: 'x' }, false],
    [{ secret: 'x' }, false],
    [{ trackingIdentifier: 'x' }, false],
  ])('%j: %s', (more, isSame) => {
    expect(isEqual({ ...submitted, ...more }, submitted)).toBe(isSame);
  });
});
