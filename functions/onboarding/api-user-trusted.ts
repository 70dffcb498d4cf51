/** A trusted API user as time goes by: validated, found lacking, replaced, announced. */

import { deniedIn, type PermissionReport } from '#permissions/permission-report';
import type { ApiUserRecord } from './api-user.ts';
import { trustedEvent } from './api-user-life.ts';
import { settle, validateEveryMs, validateLostEveryMs } from './api-user-state.ts';
import type { OnboardingEvent } from './events.ts';

/** What a later validation of the trusted user found. */
export function noteValidation(
  record: ApiUserRecord,
  found: { readonly report: PermissionReport; readonly sure: boolean },
  now: number,
): ApiUserRecord {
  const { connectionId, purpose } = record;
  const denied = deniedIn(found.report).map((line) => line.id);
  // An answer that may be the vendor's own fault counts when it comes a second time.
  const wasDenied = record.report !== null && deniedIn(record.report).length > 0;
  const lost = found.sure || wasDenied ? denied : [];
  const events: OnboardingEvent[] = [];
  if (lost.length > 0 && record.lost.join() !== lost.join()) {
    events.push({ type: 'Permission Lost', detail: { connectionId, purpose, denied: lost } });
  }
  if (denied.length === 0 && record.lost.length > 0) events.push(trustedEvent(record, found.report));
  const reachedAt = purpose === 'addigy' && denied.length === 0 ? now : record.reachedAt;
  // A refused login is not tried again and again, which would lock the user: whoever has mended it asks for a validation.
  const every = lost.length > 0 ? validateLostEveryMs : validateEveryMs;
  const validateAt = lost.includes('login') ? null : now + every;
  return settle(
    { ...record, report: found.report, validatedAt: now, validateAt, lost, reachedAt },
    now,
    events,
  );
}

/** Nothing could be found out: asked again in an hour. */
export const noteNoValidation = (record: ApiUserRecord, now: number): ApiUserRecord =>
  settle({ ...record, validateAt: now + validateLostEveryMs }, now, []);

/** The replaced user was seen to be refused. */
export function noteRetired(record: ApiUserRecord, now: number): ApiUserRecord {
  const { replaced, connectionId, purpose } = record;
  if (replaced === null || replaced.retiredAt !== null) return record;
  return settle({ ...record, replaced: { ...replaced, retiredAt: now } }, now, [
    { type: 'Api User Retired', detail: { connectionId, purpose, generation: replaced.generation } },
  ]);
}

/** The events were taken by the bus. */
export function noteAnnounced(
  record: ApiUserRecord,
  announced: readonly OnboardingEvent[],
  now: number,
): ApiUserRecord {
  const texts = new Set(announced.map((event) => JSON.stringify(event)));
  const outbox = record.outbox.filter((event) => !texts.has(JSON.stringify(event)));
  return settle({ ...record, outbox }, now, []);
}

/** Somebody was asked to look: not to be asked for again before `dueAt`. */
export const settleLater = (record: ApiUserRecord, dueAt: number): ApiUserRecord => ({ ...record, dueAt });
