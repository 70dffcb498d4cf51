/** One pass of an API user as transitions: each takes a record and gives the next, with what is to be announced. */

import type { ConnectionSettings } from '#connections/connection';
import { deniedIn, type PermissionReport } from '#permissions/permission-report';
import type { ApiUserRecord, Attempt } from './api-user.ts';
import { day, newUserMs, retryAtOf, settle, testPatienceMs, validateEveryMs } from './api-user-state.ts';
import type { OnboardingEvent } from './events.ts';
import { handOffReady } from './new-api-user.ts';

/** The minted values were shown: they are not shown again, but others can be minted in their place. */
export const noteShown = (record: ApiUserRecord, now: number): ApiUserRecord =>
  withAttempt(record, now, (attempt) => ({ ...attempt, handOff: { ...attempt.handOff, shownAt: now } }));

/** Other values were minted in their place, and shown: what was typed of the old ones is void. */
export const noteMinted = (record: ApiUserRecord, now: number): ApiUserRecord =>
  withAttempt(record, now, (attempt) => ({
    ...attempt,
    stage: 'awaiting-administrator',
    handOff: { ...attempt.handOff, shownAt: now },
    submittedVersion: null,
    ...untested,
    report: null,
    detail: '',
  }));

const untested = { firstRefusedAt: null, testAt: null, silences: 0 } as const;

/** `submittedVersion` names the pending credentials that are tested from now on. */
export function beginVerifying(record: ApiUserRecord, submittedVersion: string, now: number): ApiUserRecord {
  return withAttempt(record, now, (attempt) => ({
    ...attempt,
    stage: 'verifying',
    submittedVersion,
    // Other credentials have five minutes, and patience, of their own.
    ...(submittedVersion === attempt.submittedVersion ? {} : untested),
    testAt: now + testPatienceMs,
    report: null,
    detail: '',
  }));
}

/** Only Addigy can test it: the person goes on to paste it there. */
export const awaitPaste = (record: ApiUserRecord, submittedVersion: string, now: number): ApiUserRecord =>
  withAttempt(record, now, (attempt) => ({
    ...attempt,
    stage: 'awaiting-administrator',
    submittedVersion,
    ...untested,
    report: null,
    detail: '',
  }));

/** The login was refused, and may only be too early. */
export function waitForUser(
  record: ApiUserRecord,
  refusal: { readonly report: PermissionReport; readonly detail: string },
  now: number,
): ApiUserRecord {
  const waiting = withAttempt(record, now, (attempt) => ({
    ...attempt,
    stage: 'verifying',
    firstRefusedAt: attempt.firstRefusedAt ?? now,
    testAt: (attempt.firstRefusedAt ?? now) + newUserMs,
    ...refusal,
  }));
  return settle(waiting, now, [verifying(record, retryAtOf(waiting.attempt))]);
}

/** The vendor could not be asked: whoever waits is told, and it is asked again, ever more seldom, while the link lasts. */
export const noteSilence = (record: ApiUserRecord, detail: string, now: number): ApiUserRecord =>
  withAttempt(record, now, (attempt) => {
    const next = now + Math.min(testPatienceMs * 2 ** attempt.silences, longestSilenceMs);
    const testAt = attempt.stage === 'verifying' && next < attempt.handOff.expiresAt ? next : null;
    return { ...attempt, testAt, silences: attempt.silences + 1, detail };
  });

/** The link has run out while a test was waited for: nobody waits any more. */
export const stopTesting = (record: ApiUserRecord, now: number): ApiUserRecord =>
  withAttempt(record, now, (attempt) => ({ ...attempt, testAt: null }));

const longestSilenceMs = 3_600_000;

/** The item that this test wrote to is the one that every later one writes to. */
export const noteCanary = (record: ApiUserRecord, itemId: number | null): ApiUserRecord =>
  itemId === null || itemId === record.canaryItemId ? record : { ...record, canaryItemId: itemId };

export function refuse(
  record: ApiUserRecord,
  refusal: { readonly report: PermissionReport; readonly detail: string },
  now: number,
): ApiUserRecord {
  const refused = withAttempt(record, now, (attempt) => ({
    ...attempt,
    stage: 'refused',
    ...untested,
    ...refusal,
  }));
  const { connectionId, purpose } = record;
  const denied = deniedIn(refusal.report).map((line) => line.id);
  return settle(refused, now, [
    { type: 'Api User Refused', detail: { connectionId, purpose, denied, detail: sentenceOf(refusal) } },
  ]);
}

/** The pending credentials were proved and made current. A pass that is about other credentials goes on. */
export function trust(
  record: ApiUserRecord,
  proof: { readonly version: string; readonly report: PermissionReport; readonly companies: number | null },
  settings: ConnectionSettings,
  now: number,
): ApiUserRecord {
  const { connectionId, purpose, attempt } = record;
  const { version, report, companies } = proof;
  const isOfThisPass = attempt !== null && attempt.submittedVersion === version;
  const generation = isOfThisPass ? attempt.generation : Math.max(1, record.generation);
  const replaces = record.trustedVersion !== null && record.generation !== generation;
  const reached: OnboardingEvent[] =
    companies === null ? [] : [{ type: 'Addigy Reached', detail: { connectionId, purpose, companies } }];
  return settle(
    {
      ...record,
      attempt: isOfThisPass ? { ...attempt, stage: 'done', ...untested, report, detail: '' } : attempt,
      trustedVersion: version,
      generation,
      trustedAt: now,
      report,
      validatedAt: now,
      validateAt: now + validateEveryMs,
      lost: [],
      reachedAt: companies === null ? record.reachedAt : now,
      replaced: replaces
        ? { generation: record.generation, version: record.trustedVersion, retiredAt: null }
        : record.replaced,
      rotateAt: now + settings.rotation.everyDays * day,
    },
    now,
    [trustedEvent(record, report), ...reached],
  );
}

/** Where the stage changes, whoever listens is told; a refusal and trust have words of their own. */
function withAttempt(
  record: ApiUserRecord,
  now: number,
  change: (attempt: Attempt) => Attempt,
): ApiUserRecord {
  const { attempt: before } = record;
  if (before === null) return record;
  const attempt = change(before);
  const events: OnboardingEvent[] = [];
  if (attempt.stage !== before.stage) {
    if (attempt.stage === 'verifying') events.push(verifying(record, null));
    if (attempt.stage === 'awaiting-administrator') events.push(handOffReady(record, attempt));
  }
  return settle({ ...record, attempt }, now, events);
}

const verifying = ({ connectionId, purpose }: ApiUserRecord, retryAt: number | null): OnboardingEvent => ({
  type: 'Api User Verifying',
  detail: { connectionId, purpose, retryAt: retryAt === null ? null : new Date(retryAt).toISOString() },
});

export function trustedEvent(
  { connectionId, purpose }: ApiUserRecord,
  report: PermissionReport,
): OnboardingEvent {
  return {
    type: 'Api User Trusted',
    detail: {
      connectionId,
      purpose,
      inconclusive: report.lines.filter((line) => line.verdict === 'inconclusive').map((line) => line.id),
      excess: report.excess.map(({ what, may }) => `${what}: ${may.join(', ')}`),
    },
  };
}

function sentenceOf({
  report,
  detail,
}: {
  readonly report: PermissionReport;
  readonly detail: string;
}): string {
  if (detail !== '') return detail;
  const titles = deniedIn(report).map((line) => line.title);
  return `Denied: ${titles.join(', ')}.`;
}
