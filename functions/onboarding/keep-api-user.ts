import type { Purpose } from '#connections/connection';
import type { ApiUserRecord, ApiUserStore } from './api-user.ts';
import { noteAnnounced } from './api-user-trusted.ts';
import type { Announce } from './events.ts';

export interface KeepingWorld {
  readonly apiUsers: ApiUserStore;
  readonly announce: Announce;
  readonly now: () => number;
}

/** More than any number of doors that write the same record at once. */
const mostTries = 20;

/**
 * Reads, changes and writes it, again where somebody was quicker, and then announces what is to be announced.
 * `change` is given null where there is no record; what it gives as null, or as the very record, writes nothing.
 */
export async function changeApiUser(
  connectionId: string,
  purpose: Purpose,
  change: (record: ApiUserRecord | null) => ApiUserRecord | null,
  world: KeepingWorld,
): Promise<ApiUserRecord | null> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const before = await world.apiUsers.get(connectionId, purpose);
    const after = change(before);
    if (after === null || after === before) return before;
    // An ended user begins anew, with nothing trusted and nothing waited for, or stays as it is.
    if (before?.state === 'offboarded' && after.generation === before.generation) return before;
    const saved = await world.apiUsers.save(after);
    if (saved !== null) return announceAll(saved, world);
  }
  throw new Error(`the API user ${purpose} of ${connectionId} is being changed by too many at once`);
}

/**
 * State first, then the event: an event that the bus did not take stays in the record, and the next tick
 * finds it there. An event can so be announced twice, and never not at all.
 */
export async function announceAll(record: ApiUserRecord, world: KeepingWorld): Promise<ApiUserRecord> {
  const { outbox, connectionId, purpose } = record;
  if (outbox.length === 0) return record;
  try {
    await world.announce(outbox);
  } catch {
    return record;
  }
  const told = (stored: ApiUserRecord | null) =>
    stored === null ? null : noteAnnounced(stored, outbox, world.now());
  const first = await world.apiUsers.save(noteAnnounced(record, outbox, world.now()));
  if (first !== null) return first;
  // Somebody changed it meanwhile: only the events are taken out of what is there now.
  const now = told(await world.apiUsers.get(connectionId, purpose));
  return (now === null ? null : await world.apiUsers.save(now)) ?? record;
}
