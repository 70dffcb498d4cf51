/** Each transition of an API user: what it changes, when it is looked at again, and what is announced. */
import { describe, expect, it } from 'vitest';
import { connectionSchema, type Purpose } from '#connections/connection';
import type { ApiUserRecord, Attempt } from '#onboarding/api-user';
import {
  awaitPaste,
  beginVerifying,
  noteCanary,
  noteMinted,
  noteShown,
  noteSilence,
  refuse,
  stopTesting,
  trust,
  waitForUser,
} from '#onboarding/api-user-life';
import { isExpired, isUnderWay, retryAtOf, settle } from '#onboarding/api-user-state';
import {
  noteAnnounced,
  noteNoValidation,
  noteRetired,
  noteValidation,
  settleLater,
} from '#onboarding/api-user-trusted';
import type { OnboardingEvent } from '#onboarding/events';
import { noteDoubt, noteLoginRefused, noteProof } from '#onboarding/learn-from-run';
import { mayTest } from '#onboarding/may-test';
import { beginAttempt, freshApiUser, newApiUser, renewLink } from '#onboarding/new-api-user';
import type { PermissionReport, RequirementVerdict } from '#permissions/permission-report';
import type { RequirementId } from '#permissions/requirements';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.UTC(2026, 10, 24, 9);
const iso = (at: number) => new Date(at).toISOString();
const about = { connectionId: 'acme', purpose: 'device-sync' as Purpose };
const settings = connectionSchema.parse({ name: 'Acme', rotation: { everyDays: 90 } });

type Line = [id: RequirementId, verdict: RequirementVerdict];
const reportOf = (...lines: Line[]): PermissionReport => ({
  purpose: 'device-sync',
  at: 1,
  lines: lines.map(([id, verdict]) => ({ id, title: `T ${id}`, verdict, evidence: 'seen', fix: 'do' })),
  excess: [{ what: 'Tickets', may: ['create', 'update'] }],
  notes: [],
  calls: { autotask: 1, addigy: 0 },
});
const good = reportOf(['login', 'confirmed'], ['edit-unprotected-data', 'inconclusive']);
const bad = reportOf(['login', 'confirmed'], ['edit-unprotected-data', 'denied'], ['items-create', 'denied']);
const noLogin = reportOf(['login', 'denied']);

const fresh = newApiUser('acme', 'device-sync', now - day);
const attemptOf = (more: Partial<Attempt> = {}): Attempt => ({
  version: 'v1',
  generation: 1,
  stage: 'verifying',
  handOff: { id: 'h1', expiresAt: now + day, shownAt: null },
  submittedVersion: 's1',
  firstRefusedAt: now - minute,
  testAt: now + minute,
  silences: 2,
  report: bad,
  detail: 'before',
  ...more,
});
const during = (more: Partial<Attempt> = {}, rest: Partial<ApiUserRecord> = {}): ApiUserRecord => ({
  ...fresh,
  state: 'verifying',
  attempt: attemptOf(more),
  ...rest,
});
const trusted = (more: Partial<ApiUserRecord> = {}): ApiUserRecord => ({
  ...fresh,
  state: 'trusted',
  trustedVersion: 's0',
  generation: 1,
  trustedAt: now - day,
  report: good,
  validatedAt: now - day,
  validateAt: now + hour,
  rotateAt: now + 80 * day,
  ...more,
});

const untested = { firstRefusedAt: null, testAt: null, silences: 0 };
const ready = (because: 'provisioning' | 'rotation', id = 'h1', expiresAt = now + day) => ({
  type: 'Hand-off Ready',
  detail: { ...about, handOffId: id, expiresAt: iso(expiresAt), because },
});
const verifying = (retryAt: number | null) => ({
  type: 'Api User Verifying',
  detail: { ...about, retryAt: retryAt === null ? null : iso(retryAt) },
});
const isTrusted = {
  type: 'Api User Trusted',
  detail: { ...about, inconclusive: ['edit-unprotected-data'], excess: ['Tickets: create, update'] },
};
const lostEvent = (...denied: RequirementId[]) => ({
  type: 'Permission Lost',
  detail: { ...about, denied },
});

type Row = [
  what: string,
  before: ApiUserRecord,
  step: (record: ApiUserRecord) => ApiUserRecord,
  /** What is not as before. */
  after: Partial<ApiUserRecord>,
  announced?: object[],
];

const soon = now + minute;
const rows: Row[] = [
  [
    'the values are shown',
    during(),
    (one) => noteShown(one, now),
    { attempt: attemptOf({ handOff: { id: 'h1', expiresAt: now + day, shownAt: now } }), dueAt: soon },
  ],
  [
    'other values are minted',
    during(),
    (one) => noteMinted(one, now),
    {
      state: 'awaiting-administrator',
      attempt: attemptOf({
        stage: 'awaiting-administrator',
        handOff: { id: 'h1', expiresAt: now + day, shownAt: now },
        submittedVersion: null,
        ...untested,
        report: null,
        detail: '',
      }),
      dueAt: soon,
    },
    [ready('provisioning')],
  ],
  [
    'other credentials are submitted',
    during({ stage: 'refused' }),
    (one) => beginVerifying(one, 's2', now),
    {
      attempt: attemptOf({
        submittedVersion: 's2',
        ...untested,
        testAt: now + 2 * minute,
        report: null,
        detail: '',
      }),
      dueAt: soon,
    },
    [verifying(null)],
  ],
  [
    'the same credentials are tested again: their five minutes go on',
    during(),
    (one) => beginVerifying(one, 's1', now),
    { attempt: attemptOf({ testAt: now + 2 * minute, report: null, detail: '' }), dueAt: now + 2 * minute },
  ],
  [
    'a user for Addigy is to be pasted there',
    during({ stage: 'verifying' }),
    (one) => awaitPaste(one, 's2', now),
    {
      state: 'awaiting-administrator',
      attempt: attemptOf({
        stage: 'awaiting-administrator',
        submittedVersion: 's2',
        ...untested,
        report: null,
        detail: '',
      }),
      dueAt: soon,
    },
    [ready('provisioning')],
  ],
  [
    'a first refusal is waited out',
    during({ firstRefusedAt: null }),
    (one) => waitForUser(one, { report: noLogin, detail: '401' }, now),
    {
      attempt: attemptOf({
        firstRefusedAt: now,
        testAt: now + 5 * minute,
        report: noLogin,
        detail: '401',
      }),
      dueAt: soon,
    },
    [verifying(now + 5 * minute)],
  ],
  [
    'a second refusal does not begin the five minutes anew',
    during(),
    (one) => waitForUser(one, { report: noLogin, detail: '401' }, now),
    { attempt: attemptOf({ testAt: now + 4 * minute, report: noLogin, detail: '401' }), dueAt: soon },
    [verifying(now + 4 * minute)],
  ],
  [
    'Autotask cannot be asked',
    during({ silences: 0 }),
    (one) => noteSilence(one, 'down', now),
    {
      attempt: attemptOf({ testAt: now + 2 * minute, silences: 1, detail: 'down' }),
      dueAt: now + 2 * minute,
    },
  ],
  [
    'Autotask cannot be asked a third time: later',
    during(),
    (one) => noteSilence(one, 'down', now),
    {
      attempt: attemptOf({ testAt: now + 8 * minute, silences: 3, detail: 'down' }),
      dueAt: now + 8 * minute,
    },
  ],
  [
    'Autotask cannot be asked for long: hourly',
    during({ silences: 9 }),
    (one) => noteSilence(one, 'down', now),
    { attempt: attemptOf({ testAt: now + hour, silences: 10, detail: 'down' }), dueAt: now + hour },
  ],
  [
    'Autotask cannot be asked, and the link will have run out',
    during({ silences: 0, handOff: { id: 'h1', expiresAt: now + 2 * minute, shownAt: null } }),
    (one) => noteSilence(one, 'down', now),
    {
      attempt: attemptOf({
        handOff: { id: 'h1', expiresAt: now + 2 * minute, shownAt: null },
        testAt: null,
        silences: 1,
        detail: 'down',
      }),
      dueAt: null,
    },
  ],
  [
    'Autotask cannot be asked, and nobody waits for it',
    during({ stage: 'refused' }, { state: 'refused' }),
    (one) => noteSilence(one, 'down', now),
    { attempt: attemptOf({ stage: 'refused', testAt: null, silences: 3, detail: 'down' }), dueAt: null },
  ],
  [
    'nobody waits any more',
    during(),
    (one) => stopTesting(one, now),
    { attempt: attemptOf({ testAt: null }), dueAt: null },
  ],
  [
    'a test is denied',
    during(),
    (one) => refuse(one, { report: bad, detail: '' }, now),
    {
      state: 'refused',
      attempt: attemptOf({ stage: 'refused', ...untested, report: bad, detail: '' }),
      dueAt: soon,
    },
    [
      {
        type: 'Api User Refused',
        detail: {
          ...about,
          denied: ['edit-unprotected-data', 'items-create'],
          detail: 'Denied: T edit-unprotected-data, T items-create.',
        },
      },
    ],
  ],
  [
    'a login is refused for good',
    during(),
    (one) => refuse(one, { report: noLogin, detail: '401' }, now),
    {
      state: 'refused',
      attempt: attemptOf({ stage: 'refused', ...untested, report: noLogin, detail: '401' }),
      dueAt: soon,
    },
    [{ type: 'Api User Refused', detail: { ...about, denied: ['login'], detail: '401' } }],
  ],
  [
    'a test has passed',
    during({}, { validateAt: now, lost: ['login'] }),
    (one) => trust(one, { version: 's1', report: good, companies: null }, settings, now),
    {
      state: 'trusted',
      attempt: attemptOf({ stage: 'done', ...untested, report: good, detail: '' }),
      trustedVersion: 's1',
      generation: 1,
      trustedAt: now,
      report: good,
      validatedAt: now,
      validateAt: now + day,
      lost: [],
      rotateAt: now + 90 * day,
      dueAt: soon,
    },
    [isTrusted],
  ],
  [
    'Addigy was seen to reach Autotask',
    during(),
    (one) => trust(one, { version: 's1', report: good, companies: 3 }, settings, now),
    {
      state: 'trusted',
      attempt: attemptOf({ stage: 'done', ...untested, report: good, detail: '' }),
      trustedVersion: 's1',
      generation: 1,
      trustedAt: now,
      report: good,
      validatedAt: now,
      validateAt: now + day,
      reachedAt: now,
      rotateAt: now + 90 * day,
      dueAt: soon,
    },
    [isTrusted, { type: 'Addigy Reached', detail: { ...about, companies: 3 } }],
  ],
  [
    'a rotation has passed: the user before it is to be retired',
    trusted({ state: 'rotating', attempt: attemptOf({ generation: 2 }) }),
    (one) => trust(one, { version: 's1', report: good, companies: null }, settings, now),
    {
      state: 'trusted',
      attempt: attemptOf({ generation: 2, stage: 'done', ...untested, report: good, detail: '' }),
      trustedVersion: 's1',
      generation: 2,
      trustedAt: now,
      validatedAt: now,
      validateAt: now + day,
      replaced: { generation: 1, version: 's0', retiredAt: null },
      rotateAt: now + 90 * day,
      dueAt: soon,
    },
    [isTrusted],
  ],
  [
    'other credentials of the present user pass in a rotation, which goes on',
    trusted({ state: 'rotating', attempt: attemptOf({ generation: 2 }) }),
    (one) => trust(one, { version: 's9', report: good, companies: null }, settings, now),
    {
      trustedVersion: 's9',
      trustedAt: now,
      validatedAt: now,
      validateAt: now + day,
      rotateAt: now + 90 * day,
      dueAt: soon,
    },
    [isTrusted],
  ],
  [
    'credentials pass where no pass was begun',
    fresh,
    (one) => trust(one, { version: 's9', report: good, companies: null }, settings, now),
    {
      state: 'trusted',
      trustedVersion: 's9',
      generation: 1,
      trustedAt: now,
      report: good,
      validatedAt: now,
      validateAt: now + day,
      rotateAt: now + 90 * day,
      dueAt: soon,
    },
    [isTrusted],
  ],
  ['there is no pass to be changed', fresh, (one) => noteShown(one, now), { updatedAt: fresh.updatedAt }],
  ['the canary is made', fresh, (one) => noteCanary(one, 7), { canaryItemId: 7, updatedAt: fresh.updatedAt }],
  [
    'no canary is told',
    trusted({ canaryItemId: 7 }),
    (one) => noteCanary(one, null),
    { updatedAt: fresh.updatedAt },
  ],
  [
    'a validation confirms',
    trusted(),
    (one) => noteValidation(one, { report: good, sure: true }, now),
    { validatedAt: now, validateAt: now + day, dueAt: now + day },
  ],
  [
    'a validation of Addigy’s user confirms that it reaches Autotask',
    trusted({ purpose: 'addigy' }),
    (one) => noteValidation(one, { report: good, sure: true }, now),
    { validatedAt: now, validateAt: now + day, reachedAt: now, dueAt: now + day },
  ],
  [
    'a validation of Addigy’s user finds it denied',
    trusted({
      purpose: 'addigy',
      reachedAt: 5,
      lost: ['edit-unprotected-data', 'items-create'],
      report: bad,
    }),
    (one) => noteValidation(one, { report: bad, sure: true }, now),
    {
      state: 'refused',
      validatedAt: now,
      validateAt: now + hour,
      dueAt: now + hour,
    },
  ],
  [
    'a validation finds two rights lost',
    trusted(),
    (one) => noteValidation(one, { report: bad, sure: true }, now),
    {
      state: 'refused',
      report: bad,
      validatedAt: now,
      validateAt: now + hour,
      lost: ['edit-unprotected-data', 'items-create'],
      dueAt: soon,
    },
    [lostEvent('edit-unprotected-data', 'items-create')],
  ],
  [
    'a validation finds lost what was lost: that was told',
    trusted({ state: 'refused', report: bad, lost: ['edit-unprotected-data', 'items-create'] }),
    (one) => noteValidation(one, { report: bad, sure: true }, now),
    { validatedAt: now, validateAt: now + hour, dueAt: now + hour },
  ],
  [
    'a validation finds the login refused, which is not tried again',
    trusted({ rotateAt: null }),
    (one) => noteValidation(one, { report: noLogin, sure: true }, now),
    {
      state: 'refused',
      report: noLogin,
      validatedAt: now,
      validateAt: null,
      lost: ['login'],
      dueAt: soon,
    },
    [lostEvent('login')],
  ],
  [
    'an answer that may be a fault of the vendor’s takes nothing away',
    trusted(),
    (one) => noteValidation(one, { report: bad, sure: false }, now),
    { report: bad, validatedAt: now, validateAt: now + day, dueAt: now + day },
  ],
  [
    'the same answer a second time does',
    trusted({ report: bad }),
    (one) => noteValidation(one, { report: bad, sure: false }, now),
    {
      state: 'refused',
      validatedAt: now,
      validateAt: now + hour,
      lost: ['edit-unprotected-data', 'items-create'],
      dueAt: soon,
    },
    [lostEvent('edit-unprotected-data', 'items-create')],
  ],
  [
    'what was lost is found again',
    trusted({ state: 'refused', report: bad, lost: ['items-create'] }),
    (one) => noteValidation(one, { report: good, sure: true }, now),
    { state: 'trusted', report: good, validatedAt: now, validateAt: now + day, lost: [], dueAt: soon },
    [isTrusted],
  ],
  [
    'a first report where there was none',
    trusted({ report: null }),
    (one) => noteValidation(one, { report: bad, sure: false }, now),
    { report: bad, validatedAt: now, validateAt: now + day, dueAt: now + day },
  ],
  [
    'a validation finds nothing out',
    trusted({ validateAt: now }),
    (one) => noteNoValidation(one, now),
    { validateAt: now + hour, dueAt: now + hour },
  ],
  [
    'the replaced user is seen out of use',
    trusted({ replaced: { generation: 1, version: 's0', retiredAt: null } }),
    (one) => noteRetired(one, now),
    { replaced: { generation: 1, version: 's0', retiredAt: now }, dueAt: soon },
    [{ type: 'Api User Retired', detail: { ...about, generation: 1 } }],
  ],
  [
    'it was seen so before',
    trusted({ replaced: { generation: 1, version: 's0', retiredAt: 5 } }),
    (one) => noteRetired(one, now),
    { updatedAt: fresh.updatedAt },
  ],
  ['none was replaced', trusted(), (one) => noteRetired(one, now), { updatedAt: fresh.updatedAt }],
  [
    'a look is put off',
    trusted(),
    (one) => settleLater(one, now + 5),
    { dueAt: now + 5, updatedAt: fresh.updatedAt },
  ],
  [
    'a first pass begins',
    fresh,
    (one) => beginAttempt(one, { version: 'v2', handOffId: 'h2' }, now),
    {
      attempt: attemptOf({
        version: 'v2',
        stage: 'awaiting-administrator',
        handOff: { id: 'h2', expiresAt: now + 14 * day, shownAt: null },
        submittedVersion: null,
        ...untested,
        report: null,
        detail: '',
      }),
      dueAt: soon,
    },
    [ready('provisioning', 'h2', now + 14 * day)],
  ],
  [
    'a rotation begins',
    trusted(),
    (one) => beginAttempt(one, { version: 'v2', handOffId: 'h2' }, now),
    {
      state: 'rotating',
      attempt: attemptOf({
        version: 'v2',
        generation: 2,
        stage: 'awaiting-administrator',
        handOff: { id: 'h2', expiresAt: now + 14 * day, shownAt: null },
        submittedVersion: null,
        ...untested,
        report: null,
        detail: '',
      }),
      rotateAt: null,
      dueAt: soon,
    },
    [
      {
        type: 'Rotation Due',
        detail: { ...about, generation: 2, expiresAt: iso(now + 14 * day) },
      },
      ready('rotation', 'h2', now + 14 * day),
    ],
  ],
  [
    'the link is renewed for the last step',
    trusted({ attempt: attemptOf({ stage: 'done' }) }),
    (one) => renewLink(one, { version: 'v2', handOffId: 'h2' }, now),
    {
      attempt: attemptOf({
        version: 'v2',
        stage: 'done',
        handOff: { id: 'h2', expiresAt: now + 14 * day, shownAt: now },
      }),
      dueAt: now + hour,
    },
  ],
  [
    'there is no link to be renewed',
    fresh,
    (one) => renewLink(one, { version: 'v2', handOffId: 'h2' }, now),
    { updatedAt: fresh.updatedAt },
  ],
  [
    'a sync has written the mark of an item',
    trusted(),
    (one) => noteProof(one, 7, now),
    {
      report: {
        ...good,
        lines: [
          good.lines[0]!,
          {
            ...good.lines[1]!,
            verdict: 'confirmed',
            evidence: `A sync wrote the mark of item 7 (${iso(now)}), and Autotask took it.`,
            fix: '',
          },
        ],
      },
      dueAt: now + hour,
    },
  ],
  [
    'a sync has written what a validation has decided',
    trusted({ report: bad }),
    (one) => noteProof(one, 7, now),
    { updatedAt: fresh.updatedAt },
  ],
  [
    'a sync has written where there is no report',
    trusted({ report: null }),
    (one) => noteProof(one, 7, now),
    { updatedAt: fresh.updatedAt },
  ],
  [
    'a sync has written where the report has no such line',
    trusted({ report: noLogin }),
    (one) => noteProof(one, 7, now),
    { updatedAt: fresh.updatedAt },
  ],
  [
    'a sync saw no marks',
    trusted(),
    (one) => noteDoubt(one, now),
    { dueAt: now, validatedAt: 0, updatedAt: fresh.updatedAt },
  ],
  [
    'a sync saw no marks, and a right is known to be lost',
    trusted({ lost: ['items-create'] }),
    (one) => noteDoubt(one, now),
    { updatedAt: fresh.updatedAt },
  ],
  [
    'a sync saw no marks of a user that is not trusted',
    fresh,
    (one) => noteDoubt(one, now),
    { updatedAt: fresh.updatedAt },
  ],
  [
    'a sync’s login was refused',
    trusted({ rotateAt: null }),
    (one) => noteLoginRefused(one, '401', now),
    {
      state: 'refused',
      report: {
        ...good,
        lines: [{ ...good.lines[0]!, verdict: 'denied', evidence: '401' }, good.lines[1]!],
      },
      validateAt: null,
      lost: ['login'],
      dueAt: soon,
    },
    [lostEvent('login')],
  ],
  [
    'a sync’s login was refused, and there is no report',
    trusted({ rotateAt: null, report: null }),
    (one) => noteLoginRefused(one, '401', now),
    { state: 'refused', validateAt: null, lost: ['login'], dueAt: soon },
    [lostEvent('login')],
  ],
  [
    'a sync’s login was refused, and the report has no such line',
    trusted({ rotateAt: null, report: { ...good, lines: [] } }),
    (one) => noteLoginRefused(one, '401', now),
    { state: 'refused', validateAt: null, lost: ['login'], dueAt: soon },
    [lostEvent('login')],
  ],
  [
    'a sync’s login was refused, which is known',
    trusted({ lost: ['login'] }),
    (one) => noteLoginRefused(one, '401', now),
    { updatedAt: fresh.updatedAt },
  ],
  [
    'a login of a user that is not trusted was refused',
    fresh,
    (one) => noteLoginRefused(one, '401', now),
    { updatedAt: fresh.updatedAt },
  ],
];

describe('transitions', () => {
  it.each(rows)('%s', (_, before, step, after, announced = []) => {
    // What is not settled has no time of its own, and rows say so.
    expect(step(before)).toEqual({
      ...before,
      outbox: announced,
      updatedAt: now,
      ...settledBy(before, after),
    });
  });
});

/** A row that leaves the due time alone says nothing of it. */
const settledBy = (before: ApiUserRecord, after: Partial<ApiUserRecord>) => ({
  dueAt: before.dueAt,
  ...after,
});

describe('what changes nothing', () => {
  it('is the very record, so that nothing is written', () => {
    const record = trusted({ canaryItemId: 7 });
    expect(noteCanary(record, 7)).toBe(record);
    expect(noteCanary(record, null)).toBe(record);
    expect(noteProof(trusted({ report: null }), 7, now).report).toBeNull();
  });

  it('leaves a user that has ended as it is', () => {
    expect(settle({ ...fresh, state: 'offboarded' }, now, []).state).toBe('offboarded');
  });
});

describe('what waits to be announced', () => {
  const first: OnboardingEvent = { type: 'Permission Lost', detail: { ...about, denied: ['login'] } };
  const second: OnboardingEvent = { type: 'Api User Retired', detail: { ...about, generation: 1 } };

  it('stays until the bus took it', () => {
    const record = settle(settle(trusted(), now, [first]), now, [second]);
    expect(record).toMatchObject({ outbox: [first, second], dueAt: soon });
    const told = noteAnnounced(record, [{ ...first }], now);
    expect(told).toMatchObject({ outbox: [second], dueAt: soon });
    expect(noteAnnounced(told, [second], now)).toMatchObject({ outbox: [], dueAt: now + hour });
  });
});

describe('when it is looked at again', () => {
  it.each<[what: string, record: ApiUserRecord, dueAt: number | null]>([
    ['never, where nothing waits', fresh, null],
    ['for its test', during(), now + minute],
    ['not for a test that nobody waits for', during({ testAt: null }), null],
    ['not for a test of a pass that is refused', during({ stage: 'refused' }), null],
    ['for its validation', trusted(), now + hour],
    ['for its rotation', trusted({ rotateAt: now + minute }), now + minute],
    ['never, where neither is to come', trusted({ validateAt: null, rotateAt: null }), null],
    [
      'for the end of a rotation’s link, and not for another rotation',
      trusted({ attempt: attemptOf({ stage: 'refused' }), validateAt: null, rotateAt: now + minute }),
      now + day,
    ],
    ['not for the end of a first link', during({ stage: 'awaiting-administrator' }), null],
    [
      'for a rotation, where the last pass is done',
      trusted({ attempt: attemptOf({ stage: 'done' }), rotateAt: now + minute }),
      now + minute,
    ],
  ])('%s', (_, record, dueAt) => {
    expect(settle(record, now, []).dueAt).toBe(dueAt);
  });
});

describe('questions to a pass', () => {
  it.each<[what: string, attempt: Attempt | null, underWay: boolean, retryAt: number | null]>([
    ['none', null, false, null],
    ['a retry is waited for', attemptOf(), true, now + minute],
    ['a test is waited for', attemptOf({ firstRefusedAt: null }), true, null],
    ['it is refused', attemptOf({ stage: 'refused' }), true, null],
    ['it is done', attemptOf({ stage: 'done' }), false, null],
  ])('%s', (_, attempt, underWay, retryAt) => {
    expect([isUnderWay(attempt), retryAtOf(attempt)]).toEqual([underWay, retryAt]);
  });

  it.each<[expiresAt: number, expired: boolean]>([
    [now + 1, false],
    [now, true],
    [now - 1, true],
  ])('a link until %d', (expiresAt, expired) => {
    const handOff = { id: 'h', expiresAt, shownAt: null };
    expect(isExpired(attemptOf({ handOff }), now)).toBe(expired);
  });

  it.each<[what: string, attempt: Attempt | null, version: string, may: boolean]>([
    ['there is none', null, 's1', false],
    ['it is done', attemptOf({ stage: 'done' }), 's1', false],
    ['it is refused', attemptOf({ stage: 'refused', silences: 0 }), 's1', true],
    ['a retry is waited for', attemptOf({ silences: 0 }), 's1', false],
    ['it is time', attemptOf({ silences: 0, testAt: now }), 's1', true],
    ['nobody tests it', attemptOf({ silences: 0, testAt: null }), 's1', true],
    ['other values were submitted', attemptOf({ silences: 0 }), 's2', true],
    ['Autotask could not be asked', attemptOf({ silences: 1 }), 's1', true],
  ])('may be tested: %s', (_, attempt, version, may) => {
    expect(mayTest({ ...fresh, attempt }, version, now)).toBe(may);
  });
});

describe('a connection that is onboarded anew', () => {
  it('begins with nothing', () => {
    expect(freshApiUser(null, 'acme', 'device-sync', now - day)).toEqual(fresh);
    expect(fresh).toMatchObject({ state: 'awaiting-administrator', lost: [], outbox: [], revision: 0 });
  });

  it('has a next user where there was one, and its canary', () => {
    const ended = { ...trusted(), generation: 2, revision: 9, canaryItemId: 7 };
    expect(freshApiUser(ended, 'acme', 'device-sync', now - day)).toEqual({
      ...fresh,
      ...{ generation: 3, revision: 9, canaryItemId: 7 },
    });
  });
});
