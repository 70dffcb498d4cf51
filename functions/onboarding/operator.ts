/**
 * The verb *set*: who gets the user made in Autotask. Its API cannot (`Resources` has no POST, its entity
 * information says `canCreate: false`), so somebody who can use its UI does.
 */

import type { ApiUserCredentials } from '#connections/connection';
import type { Access, OpenAccess } from '#permissions/access';
import { isPortError } from '#sync/ports';
import type { ApiUserRecord, Attempt } from './api-user.ts';

export interface SetOrder {
  readonly record: ApiUserRecord;
  readonly attempt: Attempt;
  /** Of the same database, where some work already: what they see is reported. */
  readonly known: ApiUserCredentials | null;
}

export interface SetAnswer {
  /** Who is waited for. */
  readonly waitsFor: 'administrator';
  /** What the API itself says of making users; null where nobody could ask it. */
  readonly apiCanCreate: boolean | null;
}

/** Makes the user, or has it made. The minted values are in the vault under the attempt's version. */
export interface Operator {
  set(order: SetOrder, signal: AbortSignal): Promise<SetAnswer>;
}

/** A person, on the hand-off page. */
export function guidedOperator(openAccess: OpenAccess): Operator {
  return {
    async set({ known }, signal) {
      const apiCanCreate = known === null ? null : await asksTheApi(openAccess, known, signal);
      return { waitsFor: 'administrator', apiCanCreate };
    },
  };
}

/** One look in passing: whatever stands in its way, the person is asked all the same. */
async function asksTheApi(
  openAccess: OpenAccess,
  credentials: ApiUserCredentials,
  signal: AbortSignal,
): Promise<boolean | null> {
  try {
    const access: Access = await openAccess(credentials, signal);
    return (await access.entity('Resources', signal))?.offers.create ?? null;
  } catch (error) {
    if (!isPortError(error)) throw error;
    return null;
  }
}
