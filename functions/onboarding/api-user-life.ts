/** One pass of an API user as transitions: each takes a record and gives the next, with what is to be announced. */
import type { ApiUserRecord, Attempt } from './api-user.ts';
import { day, retryAtOf, settle, validateEveryMs } from './api-user-state.ts';
import type { ConnectionSettings, Purpose } from './connection.ts';
import type { OnboardingEvent } from './events.ts';
import { deniedIn, type PermissionReport } from './permission-report.ts';

/** How long a link opens the page. */
export const linkKeptMs = 14 * day;

export function newApiUser(connectionId: string, purpose: Purpose, now: number): ApiUserRecord {
  return {
    connectionId,
    purpose,
    state: 'awaiting-administrator',
    attempt: null,
    trustedVersion: null,
    generation: 0,
    trustedAt: null,
    report: null,
    validatedAt: null,
    validateAt: null,
    lost: [],
    reachedAt: null,
    replaced: null,
    rotateAt: null,
    dueAt: null,
    outbox: [],
    createdAt: now,
    updatedAt: now,
    revision: 0,
  };
}

/** A new pass: a first user, or one beside the trusted one. */
export function beginAttempt(
  record: ApiUserRecord,
  link: { readonly version: string; readonly handOffId: string },
  now: number,
): ApiUserRecord {
  const isRotation = record.trustedVersion !== null;
  const { connectionId, purpose } = record;
  const generation = isRotation ? record.generation + 1 : Math.max(1, record.generation);
  const expiresAt = now + linkKeptMs;
  const attempt: Attempt = {
    version: link.version,
    generation,
    stage: 'awaiting-administrator',
    handOff: { id: link.handOffId, expiresAt, shownAt: null },
    submittedVersion: null,
    firstRefusedAt: null,
    report: null,
    detail: '',
  };
  const until = new Date(expiresAt).toISOString();
  const due: OnboardingEvent[] = isRotation
    ? [{ type: 'Rotation Due', detail: { connectionId, purpose, generation, expiresAt: until } }]
    : [];
  return settle({ ...record, attempt, rotateAt: null }, now, [
    ...due,
    {
      type: 'Hand-off Ready',
      detail: {
        connectionId,
        purpose,
        handOffId: link.handOffId,
        expiresAt: until,
        because: isRotation ? 'rotation' : 'provisioning',
      },
    },
  ]);
}

/** The minted values were shown: they are not shown again, but others can be minted in their place. */
export const noteShown = (record: ApiUserRecord, now: number): ApiUserRecord =>
  withAttempt(record, now, (attempt) => ({ ...attempt, handOff: { ...attempt.handOff, shownAt: now } }));

/** `submittedVersion` names the pending credentials that are tested from now on. */
export function beginVerifying(record: ApiUserRecord, submittedVersion: string, now: number): ApiUserRecord {
  return withAttempt(record, now, (attempt) => ({
    ...attempt,
    stage: 'verifying',
    submittedVersion,
    // Other credentials have five minutes of their own.
    firstRefusedAt: submittedVersion === attempt.submittedVersion ? attempt.firstRefusedAt : null,
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
    report: null,
    detail: '',
  }));

/** The login was refused, and may only be too early. */
export function waitForUser(
  record: ApiUserRecord,
  refusal: { readonly report: PermissionReport; readonly detail: string },
  now: number,
): ApiUserRecord {
  const { connectionId, purpose } = record;
  const waiting = withAttempt(record, now, (attempt) => ({
    ...attempt,
    stage: 'verifying',
    firstRefusedAt: attempt.firstRefusedAt ?? now,
    ...refusal,
  }));
  const retryAt = retryAtOf(waiting.attempt);
  return settle(waiting, now, [
    {
      type: 'Api User Verifying',
      detail: { connectionId, purpose, retryAt: retryAt === null ? null : new Date(retryAt).toISOString() },
    },
  ]);
}

/** The vendor could not be asked: whoever waits is told, and it is asked again. */
export const noteSilence = (record: ApiUserRecord, detail: string, now: number): ApiUserRecord =>
  withAttempt(record, now, (attempt) => ({ ...attempt, detail }));

export function refuse(
  record: ApiUserRecord,
  refusal: { readonly report: PermissionReport; readonly detail: string },
  now: number,
): ApiUserRecord {
  const refused = withAttempt(record, now, (attempt) => ({ ...attempt, stage: 'refused', ...refusal }));
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
      attempt: isOfThisPass ? { ...attempt, stage: 'done', report, detail: '' } : attempt,
      trustedVersion: version,
      generation,
      trustedAt: now,
      report,
      validatedAt: now,
      validateAt: now + validateEveryMs,
      lost: [],
      reachedAt: companies === null ? record.reachedAt : now,
      replaced: replaces ? { generation: record.generation, retiredAt: null } : record.replaced,
      rotateAt: now + settings.rotation.everyDays * day,
    },
    now,
    [trustedEvent(record, report), ...reached],
  );
}

function withAttempt(
  record: ApiUserRecord,
  now: number,
  change: (attempt: Attempt) => Attempt,
): ApiUserRecord {
  return record.attempt === null ? record : settle({ ...record, attempt: change(record.attempt) }, now, []);
}

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
