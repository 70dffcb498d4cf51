import { describe, expect, it } from 'vitest';
import { readSubmission } from '#onboarding/submission';

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

  it('never repeats what was typed', () => {
    const read = readSubmission(
      { username: 'CANARY', secret: 'CANARY 😀', trackingIdentifier: 'CANARY\n' },
      'device-sync',
      null,
    );
    expect(JSON.stringify(read)).not.toContain('CANARY');
  });
});
