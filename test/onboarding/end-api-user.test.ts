/** What is left of an API user when its connection ends, and which users a person has to deactivate. */
import { describe, expect, it } from 'vitest';
import type { ApiUserRecord } from '#onboarding/api-user';
import { endApiUser, usersToDeactivate } from '#onboarding/end-api-user';
import { userNames } from '#onboarding/hand-off';
import { beginAttempt, newApiUser } from '#onboarding/new-api-user';

const now = Date.UTC(2026, 10, 24, 9);
const replaced = (retiredAt: number | null) => ({ generation: 1, version: 's1', retiredAt });
const link = { version: 'v', handOffId: 'h' };
const fresh = newApiUser('acme', 'device-sync', now);
const trusted = (more: Partial<ApiUserRecord> = {}): ApiUserRecord => ({
  ...fresh,
  state: 'trusted',
  trustedVersion: 's2',
  generation: 2,
  rotateAt: 1,
  validateAt: 2,
  dueAt: 2,
  ...more,
});
const rotating = beginAttempt(trusted(), link, now);
const asked = beginAttempt(fresh, link, now);
const done = { ...asked, attempt: { ...asked.attempt!, stage: 'done' as const } };

describe('an API user that ends', () => {
  type Kept = Pick<ApiUserRecord, 'generation' | 'replaced' | 'trustedVersion'>;
  it.each<[what: string, before: ApiUserRecord, kept: Kept]>([
    ['before anybody made it', asked, { generation: 1, replaced: null, trustedVersion: null }],
    ['at work', trusted(), { generation: 2, replaced: null, trustedVersion: 's2' }],
    [
      'at work, its pass long done',
      trusted({ attempt: { ...done.attempt, generation: 9 } }),
      { generation: 2, replaced: null, trustedVersion: 's2' },
    ],
    [
      'at work beside the one it has replaced',
      trusted({ replaced: replaced(null) }),
      { generation: 2, replaced: replaced(null), trustedVersion: 's2' },
    ],
    [
      'while another is made beside it',
      rotating,
      {
        generation: 3,
        replaced: { generation: 2, version: 's2', retiredAt: null },
        trustedVersion: 's2',
      },
    ],
  ])('%s is due never again and announces nothing', (_what, before, kept) => {
    expect(endApiUser(before, now + 5)).toEqual({
      ...before,
      ...kept,
      state: 'offboarded',
      attempt: null,
      rotateAt: null,
      validateAt: null,
      dueAt: null,
      outbox: [],
      updatedAt: now + 5,
    });
  });
});

it('a user’s name fits Autotask’s field, however long its connection’s id', () => {
  expect(userNames('x'.repeat(63), 'addigy', 1)).toEqual({
    firstName: 'Addigy',
    lastName: `${'x'.repeat(40)} 1`,
  });
});

describe('to deactivate', () => {
  const inUse = /^We do not log in with it any more: in Autotask, under Admin > .*Resources\/Users, open/u;
  const atAddigy = /^Addigy may still log in with it: .* then, in Autotask, under Admin > /u;
  const maybe = /^It was asked for and never seen to work, .* If it was: in Autotask, under Admin > /u;
  it.each<[what: string, record: ApiUserRecord, lastNames: string[], says: RegExp]>([
    ['one at work', trusted(), ['acme 2'], inUse],
    ['one that was stored without a hand-off', trusted({ generation: 0 }), ['acme 1'], inUse],
    ['one of Addigy', trusted({ purpose: 'addigy' }), ['acme 2'], atAddigy],
    ['one that was asked for', asked, ['acme 1'], maybe],
    ['one, and the one it has replaced', trusted({ replaced: replaced(null) }), ['acme 2', 'acme 1'], inUse],
    ['one whose replaced one is out of use', trusted({ replaced: replaced(now) }), ['acme 2'], inUse],
    ['one, and the one that is made beside it', rotating, ['acme 3', 'acme 2'], inUse],
  ])('%s: the same before the end and after it', (_what, record, lastNames, says) => {
    for (const one of [record, endApiUser(record, now)]) {
      const told = usersToDeactivate([one]);
      expect(told.map(({ lastName }) => lastName)).toEqual(lastNames);
      for (const user of told) {
        expect(user.purpose).toBe(one.purpose);
        expect(user.firstName).toBe(one.purpose === 'addigy' ? 'Addigy' : 'Device Sync');
        expect(user.says).toMatch(says);
      }
    }
  });
});
