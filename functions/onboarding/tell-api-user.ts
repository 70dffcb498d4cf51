/** An API user as callers are told of it: a code for machines, a sentence for people, and who is waited for. */

import type { Purpose } from '#connections/connection';
import type { ExcessRight, PermissionReport } from '#permissions/permission-report';
import type { ApiUserRecord, ApiUserState } from './api-user.ts';
import { isExpired, isUnderWay, retryAtOf } from './api-user-state.ts';
import { userNames } from './hand-off.ts';

export interface ToldReport extends Omit<PermissionReport, 'at'> {
  readonly at: string;
}

export interface ToldApiUser {
  readonly purpose: Purpose;
  readonly state: ApiUserState;
  readonly waitsFor: 'administrator' | 'autotask' | 'nobody';
  readonly says: string;
  /** What the user is called in Autotask. */
  readonly firstName: string;
  readonly lastName: string;
  /** Opens the hand-off page; null where nothing waits for a person, or the link is over. A secret: whoever has it may act. */
  readonly link: string | null;
  readonly expiresAt: string | null;
  readonly retryAt: string | null;
  readonly trustedAt: string | null;
  readonly validatedAt: string | null;
  readonly reachedAt: string | null;
  readonly rotateAt: string | null;
  /** The replaced user of a rotation that nobody has seen out of use yet. */
  readonly toRetire: { readonly firstName: string; readonly lastName: string } | null;
  readonly report: ToldReport | null;
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export function tellApiUser(record: ApiUserRecord, link: string | null, now: number): ToldApiUser {
  const { purpose, connectionId, attempt, replaced } = record;
  const underWay = isUnderWay(attempt) ? attempt : null;
  const isOver = attempt === null || isExpired(attempt, now);
  const needsPage = underWay !== null || (replaced !== null && replaced.retiredAt === null);
  const report = underWay?.report ?? record.report;
  const generation = underWay?.generation ?? Math.max(1, record.generation);
  return {
    purpose,
    state: record.state,
    waitsFor: waitedFor(record),
    says: sentenceFor(record, now),
    ...userNames(connectionId, purpose, generation),
    link: needsPage && !isOver ? link : null,
    expiresAt: needsPage && attempt !== null ? iso(attempt.handOff.expiresAt) : null,
    retryAt: iso(retryAtOf(attempt)),
    trustedAt: iso(record.trustedAt),
    validatedAt: iso(record.validatedAt),
    reachedAt: iso(record.reachedAt),
    rotateAt: iso(record.rotateAt),
    toRetire:
      replaced !== null && replaced.retiredAt === null
        ? userNames(connectionId, purpose, replaced.generation)
        : null,
    report: report === null ? null : { ...report, at: new Date(report.at).toISOString() },
  };
}

export const tellReport = (
  report: PermissionReport,
): ToldReport & { readonly excess: readonly ExcessRight[] } => ({
  ...report,
  at: new Date(report.at).toISOString(),
});

function waitedFor({ state, attempt }: ApiUserRecord): ToldApiUser['waitsFor'] {
  if (state === 'trusted' || state === 'offboarded') return 'nobody';
  return retryAtOf(attempt) === null ? 'administrator' : 'autotask';
}

function sentenceFor({ state, attempt, lost, replaced, purpose }: ApiUserRecord, now: number): string {
  if (isUnderWay(attempt) && isExpired(attempt, now)) {
    return 'The link has expired before the user was trusted: ask for a new one (POST hand-offs).';
  }
  const retryAt = iso(retryAtOf(attempt));
  if (retryAt !== null) return `Autotask does not accept the user yet; it is tried once more at ${retryAt}.`;
  switch (state) {
    case 'awaiting-administrator':
      return 'An Autotask administrator makes the user on the page that the link opens.';
    case 'verifying':
      return 'The credentials are being tested.';
    case 'refused':
      return lost.length > 0
        ? `It was trusted and has lost: ${lost.join(', ')}. The report says which box to tick where.`
        : 'The test has failed; the page and the report say what to do.';
    case 'rotating':
      return 'It works; a second user is being made that will replace it.';
    case 'trusted':
      if (replaced !== null && replaced.retiredAt === null)
        return 'It works; the user it has replaced waits to be deactivated.';
      return purpose === 'addigy' ? 'Addigy reaches Autotask with it.' : 'It works, and was proved to.';
    case 'offboarded':
      return 'Its connection is offboarded: deactivate it in Autotask.';
  }
}
