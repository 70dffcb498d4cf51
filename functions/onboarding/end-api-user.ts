/** The end of an API user with its connection. Autotask's API cannot deactivate it, so a person is told to. */

import type { Purpose } from '#connections/connection';
import { pathText, places } from '#procedure/labels';
import type { ApiUserRecord } from './api-user.ts';
import { isUnderWay } from './api-user-state.ts';
import { userNames } from './hand-off.ts';

/**
 * Its link opens nothing any more, and nothing about it is due or announced. A user that was being made beside it
 * takes its place, so that both are known still: the older one as the one that was replaced.
 */
export function endApiUser(record: ApiUserRecord, now: number): ApiUserRecord {
  const { attempt, trustedVersion } = record;
  const newer = isUnderWay(attempt) ? attempt.generation : record.generation;
  const isRotating = newer !== record.generation && trustedVersion !== null;
  return {
    ...record,
    state: 'offboarded',
    attempt: null,
    generation: newer,
    replaced: isRotating
      ? { generation: record.generation, version: trustedVersion, retiredAt: null }
      : record.replaced,
    rotateAt: null,
    validateAt: null,
    dueAt: null,
    outbox: [],
    updatedAt: now,
  };
}

export interface UserToDeactivate {
  readonly purpose: Purpose;
  /** What the user is called in Autotask, if it was made as the hand-off page says. */
  readonly firstName: string;
  readonly lastName: string;
  readonly says: string;
}

/** The same before and after `endApiUser`. */
export function usersToDeactivate(records: readonly ApiUserRecord[]): readonly UserToDeactivate[] {
  return records.flatMap((record) => {
    const ended = endApiUser(record, record.updatedAt);
    const { connectionId, purpose, replaced, trustedVersion } = ended;
    const older = replaced !== null && replaced.retiredAt === null ? [replaced.generation] : [];
    return [ended.generation, ...older].map((generation) => ({
      purpose,
      // Credentials that were stored without a hand-off are those of a first user.
      ...userNames(connectionId, purpose, Math.max(1, generation)),
      says: trustedVersion === null ? maybeMade : inUse[purpose],
    }));
  });
}

const steps = `in Autotask, under ${pathText(places.users.path)}, open the API user of this name, clear Active, and choose Save & Close.`;
const inUse: Readonly<Record<Purpose, string>> = {
  'device-sync': `We do not log in with it any more: ${steps} If credentials were stored that somebody had made by hand, it is the user that they belong to.`,
  addigy: `Addigy may still log in with it: take the credentials out of Addigy's Autotask integration; then, ${steps}`,
};
const maybeMade = `It was asked for and never seen to work, so it may not have been made. If it was: ${steps}`;
