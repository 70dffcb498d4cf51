/** What callers are told of an API user, in each of its states. */
import { describe, expect, it } from 'vitest';
import type { ApiUserRecord, Attempt } from '#onboarding/api-user';
import { beginAttempt, newApiUser } from '#onboarding/new-api-user';
import { type ToldApiUser, tellApiUser, tellReport } from '#onboarding/tell-api-user';
import type { PermissionReport } from '#permissions/permission-report';

const now = Date.UTC(2026, 10, 24, 9);
const day = 86_400_000;
const iso = (at: number) => new Date(at).toISOString();
const expiresAt = now + 14 * day;
const link = 'https://pages.test/hand-offs/open/token';
const reportAt = (at: number): PermissionReport => ({
  purpose: 'device-sync',
  at,
  lines: [],
  excess: [],
  notes: [],
  calls: { autotask: 1, addigy: 0 },
});

const fresh = newApiUser('acme', 'device-sync', now);
const asked = beginAttempt(fresh, { version: 'v1', handOffId: 'h1' }, now);
const under = (more: Partial<Attempt>, rest: Partial<ApiUserRecord> = {}): ApiUserRecord => ({
  ...asked,
  attempt: { ...asked.attempt!, ...more },
  ...rest,
});
const trusted = (more: Partial<ApiUserRecord> = {}): ApiUserRecord => ({
  ...under({ stage: 'done' }),
  state: 'trusted',
  trustedVersion: 's1',
  generation: 1,
  trustedAt: now - 4,
  validatedAt: now - 3,
  reachedAt: now - 2,
  rotateAt: now + day,
  ...more,
});
const replaced = { generation: 1, version: 's0', retiredAt: null };
const nothing: Partial<ToldApiUser> = {
  link: null,
  expiresAt: null,
  retryAt: null,
  trustedAt: null,
  validatedAt: null,
  reachedAt: null,
  rotateAt: null,
  toRetire: null,
  report: null,
};
const atWork = {
  ...nothing,
  trustedAt: iso(now - 4),
  validatedAt: iso(now - 3),
  reachedAt: iso(now - 2),
  rotateAt: iso(now + day),
};
const open = { link, expiresAt: iso(expiresAt) };
const second = { ...atWork, lastName: 'acme 2' };
const toRetire = { firstName: 'Device Sync', lastName: 'acme 1' };
const works = 'It works, and was proved to.';
const worksTill = 'It works; the user it has replaced waits to be deactivated.';
const expired = 'The link has expired before the user was trusted: ask for a new one (POST hand-offs).';
const waits = 'Autotask does not accept the user yet; it is tried once more at 2026-11-24T09:05:00.000Z.';
const failed = 'The test has failed; the page and the report say what to do.';
const lost = 'It was trusted and has lost: login, items-create. The report says which box to tick where.';

type Row = [
  what: string,
  record: ApiUserRecord,
  waitsFor: ToldApiUser['waitsFor'],
  says: string,
  told: Partial<ToldApiUser>,
  at?: number,
];

const rows: Row[] = [
  [
    'that nobody has made yet',
    asked,
    'administrator',
    'An Autotask administrator makes the user on the page that the link opens.',
    { ...nothing, ...open },
  ],
  [
    'whose link runs out in this moment',
    asked,
    'administrator',
    expired,
    { ...nothing, expiresAt: iso(expiresAt) },
    expiresAt,
  ],
  [
    'that is tested',
    under({ stage: 'verifying', testAt: now + 1 }, { state: 'verifying' }),
    'administrator',
    'The credentials are being tested.',
    { ...nothing, ...open },
  ],
  [
    'that Autotask does not accept yet',
    under({ stage: 'verifying', firstRefusedAt: now, testAt: now + 300_000 }, { state: 'verifying' }),
    'autotask',
    waits,
    { ...nothing, ...open, retryAt: iso(now + 300_000) },
  ],
  [
    'that was refused, with the report of that test',
    under({ stage: 'refused', report: reportAt(2) }, { state: 'refused', report: reportAt(1) }),
    'administrator',
    failed,
    { ...nothing, ...open, report: { ...reportAt(2), at: iso(2) } },
  ],
  ['that works', trusted(), 'nobody', works, atWork],
  [
    'that works, with its last report, not with that of the pass',
    trusted({ attempt: under({ stage: 'done', report: reportAt(2) }).attempt, report: reportAt(1) }),
    'nobody',
    works,
    { ...atWork, report: { ...reportAt(1), at: iso(1) } },
  ],
  [
    'of Addigy that works',
    trusted({ purpose: 'addigy' }),
    'nobody',
    'Addigy reaches Autotask with it.',
    { ...atWork, firstName: 'Addigy' },
  ],
  ['that works and whose link has run out', trusted(), 'nobody', works, atWork, expiresAt],
  ['that was stored without a hand-off', trusted({ attempt: null, generation: 0 }), 'nobody', works, atWork],
  [
    'that has replaced another',
    trusted({ generation: 2, replaced }),
    'nobody',
    worksTill,
    { ...second, ...open, toRetire },
  ],
  [
    'that has replaced another, after its link',
    trusted({ generation: 2, replaced }),
    'nobody',
    worksTill,
    { ...second, expiresAt: iso(expiresAt), toRetire },
    expiresAt,
  ],
  [
    'that has replaced another, of whose making nothing is known',
    trusted({ attempt: null, generation: 2, replaced }),
    'nobody',
    worksTill,
    { ...second, toRetire },
  ],
  [
    'whose replaced one is out of use',
    trusted({ generation: 2, replaced: { ...replaced, retiredAt: now } }),
    'nobody',
    works,
    second,
  ],
  [
    'that is being replaced: the name of the one that is made',
    trusted({ attempt: under({ generation: 2 }).attempt, state: 'rotating' }),
    'administrator',
    'It works; a second user is being made that will replace it.',
    { ...second, ...open },
  ],
  [
    'that has lost rights',
    trusted({ state: 'refused', lost: ['login', 'items-create'] }),
    'administrator',
    lost,
    atWork,
  ],
  [
    'that is offboarded',
    { ...fresh, state: 'offboarded', generation: 3 },
    'nobody',
    'Its connection is offboarded: deactivate it in Autotask.',
    { ...nothing, lastName: 'acme 3' },
  ],
];

describe('of an API user', () => {
  it.each(rows)('%s', (_what, record, waitsFor, says, told, at = now) => {
    expect(tellApiUser(record, link, at)).toEqual({
      purpose: record.purpose,
      state: record.state,
      firstName: 'Device Sync',
      lastName: 'acme 1',
      ...told,
      waitsFor,
      says,
    });
  });
});

it('a report says its time in words', () => {
  expect(tellReport(reportAt(now))).toEqual({ ...reportAt(now), at: '2026-11-24T09:00:00.000Z' });
});
