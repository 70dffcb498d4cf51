import { describe, expect, it } from 'vitest';
import { type ConnectionRecord, type Expected, versionOf } from '#connections/connection-record';
import { tellUnexpected } from '#connections/unexpected';

/** What is told of it, and no more. */
const record = (more: Partial<ConnectionRecord> = {}): ConnectionRecord =>
  ({
    createdAt: 36,
    declaration: { revision: 7, at: Date.UTC(2026, 10, 24, 1), by: null },
    offboarding: null,
    ...more,
  }) as ConnectionRecord;
const byRewst = record({ declaration: { revision: 7, at: Date.UTC(2026, 10, 24, 1), by: 'rewst' } });
const out = record({ offboarding: { runId: null, since: 1, doneAt: 2 } as ConnectionRecord['offboarding'] });

it.each([
  ['in service', record(), '10-7'],
  ['out of service', out, '10-7-out'],
])('the version of a connection %s', (_, of, version) => {
  expect(versionOf(of)).toBe(version);
});

describe('what is told of what was not expected', () => {
  it.each<[string, ConnectionRecord | null, Expected, string, string]>([
    [
      'nothing is there',
      null,
      ['10-7'],
      'precondition-failed',
      'There is no connection acme; nothing was written.',
    ],
    [
      'another version, of nobody',
      record(),
      ['10-6'],
      'precondition-failed',
      'The connection acme is there with other settings, declared at 2026-11-24T01:00:00.000Z (version 10-7); nothing was written.',
    ],
    [
      'something, to who said nothing of it',
      byRewst,
      'no other',
      'precondition-required',
      'The connection acme is there with other settings, declared at 2026-11-24T01:00:00.000Z by rewst (version 10-7); nothing was written.',
    ],
  ])('%s', (_, there, expected, code, says) => {
    expect(tellUnexpected('acme', there, expected)).toEqual({ code, says });
  });
});
