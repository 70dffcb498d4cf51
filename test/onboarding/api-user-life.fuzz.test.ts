/** An API user's life as a model: whatever happens in whatever order, what trust rests on holds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectionSchema } from '#connections/connection';
import type { ApiUserRecord } from '#onboarding/api-user';
import { awaitPaste, beginVerifying, noteShown, refuse, trust, waitForUser } from '#onboarding/api-user-life';
import { isUnderWay, retryAtOf } from '#onboarding/api-user-state';
import { noteAnnounced, noteRetired, noteValidation } from '#onboarding/api-user-trusted';
import { onboardingEventSchemas } from '#onboarding/events';
import { beginAttempt, newApiUser } from '#onboarding/new-api-user';
import type { PermissionReport, RequirementVerdict } from '#permissions/permission-report';
import type { RequirementId } from '#permissions/requirements';

const settings = connectionSchema.parse({ name: 'Acme' });
const reportWith = (id: RequirementId, verdict: RequirementVerdict): PermissionReport => ({
  purpose: 'device-sync',
  at: 0,
  lines: [{ id, title: id, verdict, evidence: 'e', fix: '' }],
  excess: [],
  notes: [],
  calls: { autotask: 1, addigy: 0 },
});
const good = reportWith('login', 'confirmed');
const bad = reportWith('edit-unprotected-data', 'denied');

type Step = (record: ApiUserRecord, now: number, n: number) => ApiUserRecord;
const steps: Record<string, Step> = {
  begin: (record, now, n) =>
    beginAttempt(record, { version: `attempt-${n}`, handOffId: `hand-off-${n}` }, now),
  show: (record, now) => noteShown(record, now),
  submit: (record, now, n) => beginVerifying(record, `submitted-${n}`, now),
  paste: (record, now, n) => awaitPaste(record, `submitted-${n}`, now),
  wait: (record, now) => waitForUser(record, { report: bad, detail: 'no' }, now),
  refuse: (record, now) => refuse(record, { report: bad, detail: '' }, now),
  pass: (record, now) => {
    const version = record.attempt?.submittedVersion;
    return version == null || !isUnderWay(record.attempt)
      ? record
      : trust(record, { version, report: good, companies: null }, settings, now);
  },
  lose: (record, now) =>
    record.trustedVersion === null ? record : noteValidation(record, { report: bad, sure: true }, now),
  doubt: (record, now) =>
    record.trustedVersion === null ? record : noteValidation(record, { report: bad, sure: false }, now),
  regain: (record, now) =>
    record.trustedVersion === null ? record : noteValidation(record, { report: good, sure: true }, now),
  retire: (record, now) => noteRetired(record, now),
  announce: (record, now) => noteAnnounced(record, record.outbox.slice(0, 1), now),
};

const life = fc.array(
  fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.integer({ min: 0, max: 20 * 86_400_000 })),
  {
    maxLength: 40,
  },
);

describe('an API user’s life', () => {
  it('never loses what is trusted to a pass that fails, and always wants to be looked at when something waits', () => {
    fc.assert(
      fc.property(life, (path) => {
        let now = Date.UTC(2026, 10, 24);
        let record = newApiUser('acme', 'device-sync', now);
        for (const [n, [name, later]] of path.entries()) {
          now += later;
          const before = record;
          record = steps[name]!(record, now, n);
          if (name !== 'pass') expect(record.trustedVersion).toBe(before.trustedVersion);
          // Every transition is an event.
          if (record.state !== before.state)
            expect(record.outbox.length).toBeGreaterThan(before.outbox.length);
          // The state is what the rest says.
          const isOpen = isUnderWay(record.attempt);
          if (record.trustedVersion !== null) {
            expect(record.state).toBe(isOpen ? 'rotating' : record.lost.length > 0 ? 'refused' : 'trusted');
            expect(record.dueAt).not.toBeNull();
          } else if (isOpen) expect(record.state).toBe(record.attempt?.stage);
          if (record.outbox.length > 0) expect(record.dueAt).not.toBeNull();
          const retryAt = retryAtOf(record.attempt);
          if (retryAt !== null) expect(record.dueAt).toBeLessThanOrEqual(retryAt);
          // A replaced user is an earlier one.
          if (record.replaced !== null) expect(record.replaced.generation).toBeLessThan(record.generation);
          for (const event of record.outbox) {
            expect(onboardingEventSchemas[event.type].safeParse(event.detail).error).toBeUndefined();
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each<[path: string[], state: string, events: string[]]>([
    [['begin'], 'awaiting-administrator', ['Hand-off Ready']],
    [['begin', 'submit'], 'verifying', ['Hand-off Ready', 'Api User Verifying']],
    [
      ['begin', 'submit', 'wait'],
      'verifying',
      ['Hand-off Ready', 'Api User Verifying', 'Api User Verifying'],
    ],
    [['begin', 'submit', 'refuse'], 'refused', ['Hand-off Ready', 'Api User Verifying', 'Api User Refused']],
    [['begin', 'submit', 'pass'], 'trusted', ['Hand-off Ready', 'Api User Verifying', 'Api User Trusted']],
    [
      ['begin', 'submit', 'pass', 'lose'],
      'refused',
      ['Hand-off Ready', 'Api User Verifying', 'Api User Trusted', 'Permission Lost'],
    ],
    [
      ['begin', 'submit', 'pass', 'lose', 'lose'],
      'refused',
      ['Hand-off Ready', 'Api User Verifying', 'Api User Trusted', 'Permission Lost'],
    ],
    [
      ['begin', 'submit', 'pass', 'lose', 'regain'],
      'trusted',
      ['Hand-off Ready', 'Api User Verifying', 'Api User Trusted', 'Permission Lost', 'Api User Trusted'],
    ],
    [
      ['begin', 'submit', 'pass', 'doubt'],
      'trusted',
      ['Hand-off Ready', 'Api User Verifying', 'Api User Trusted'],
    ],
    [
      ['begin', 'submit', 'pass', 'doubt', 'doubt'],
      'refused',
      ['Hand-off Ready', 'Api User Verifying', 'Api User Trusted', 'Permission Lost'],
    ],
    [
      ['begin', 'submit', 'pass', 'begin'],
      'rotating',
      ['Hand-off Ready', 'Api User Verifying', 'Api User Trusted', 'Rotation Due', 'Hand-off Ready'],
    ],
    [
      ['begin', 'submit', 'pass', 'begin', 'submit', 'refuse'],
      'rotating',
      [
        'Hand-off Ready',
        'Api User Verifying',
        'Api User Trusted',
        'Rotation Due',
        'Hand-off Ready',
        'Api User Verifying',
        'Api User Refused',
      ],
    ],
    [
      ['begin', 'submit', 'pass', 'begin', 'submit', 'pass', 'retire', 'retire'],
      'trusted',
      [
        'Hand-off Ready',
        'Api User Verifying',
        'Api User Trusted',
        'Rotation Due',
        'Hand-off Ready',
        'Api User Verifying',
        'Api User Trusted',
        'Api User Retired',
      ],
    ],
  ])('%j ends %s', (path, state, events) => {
    const now = Date.UTC(2026, 10, 24);
    let record = newApiUser('acme', 'device-sync', now);
    for (const [n, name] of path.entries()) record = steps[name]!(record, now + n * 1000, n);
    expect(record.state).toBe(state);
    expect(record.outbox.map((event) => event.type)).toEqual(events);
  });
});
