/** How an API user's record, and each pass that makes one, begins. */

import type { Purpose } from '#connections/connection';
import type { ApiUserRecord, Attempt } from './api-user.ts';
import { day, settle } from './api-user-state.ts';
import type { OnboardingEvent } from './events.ts';

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
    canaryItemId: null,
    rotateAt: null,
    dueAt: null,
    outbox: [],
    createdAt: now,
    updatedAt: now,
    revision: 0,
  };
}

/** For a connection that is onboarded anew: the next user has a name of its own. */
export const freshApiUser = (
  ended: ApiUserRecord | null,
  id: string,
  purpose: Purpose,
  now: number,
): ApiUserRecord =>
  ended === null
    ? newApiUser(id, purpose, now)
    : {
        ...newApiUser(id, purpose, now),
        revision: ended.revision,
        generation: ended.generation + 1,
        canaryItemId: ended.canaryItemId,
      };

/** Another link to the same page: for the last step of a rotation, when the first one has run out. */
export const renewLink = (
  record: ApiUserRecord,
  link: { readonly version: string; readonly handOffId: string },
  now: number,
): ApiUserRecord =>
  record.attempt === null
    ? record
    : settle(
        {
          ...record,
          attempt: {
            ...record.attempt,
            version: link.version,
            handOff: { id: link.handOffId, expiresAt: now + linkKeptMs, shownAt: now },
          },
        },
        now,
        [],
      );

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
    testAt: null,
    silences: 0,
    report: null,
    detail: '',
  };
  const until = new Date(expiresAt).toISOString();
  const due: OnboardingEvent[] = isRotation
    ? [{ type: 'Rotation Due', detail: { connectionId, purpose, generation, expiresAt: until } }]
    : [];
  return settle({ ...record, attempt, rotateAt: null }, now, [...due, handOffReady(record, attempt)]);
}

/** A person has something to do on the page of this pass. */
export function handOffReady(
  { connectionId, purpose, trustedVersion }: ApiUserRecord,
  { handOff }: Attempt,
): OnboardingEvent {
  return {
    type: 'Hand-off Ready',
    detail: {
      connectionId,
      purpose,
      handOffId: handOff.id,
      expiresAt: new Date(handOff.expiresAt).toISOString(),
      because: trustedVersion === null ? 'provisioning' : 'rotation',
    },
  };
}
