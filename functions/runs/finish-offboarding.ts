/** The end of a connection: its users and secrets are out of use, and whoever listens is told. */

import type { ConnectionStore } from '#connections/connection-record';
import type { ApiUserStore } from '#onboarding/api-user';
import { endApiUser, type UserToDeactivate, usersToDeactivate } from '#onboarding/end-api-user';
import type { EventBus, MissingStore } from './ports.ts';
import type { RunRecord } from './run-record.ts';

export interface FinishingWorld {
  readonly connections: ConnectionStore;
  readonly apiUsers: ApiUserStore;
  readonly missing: MissingStore;
  readonly bus: EventBus;
  /** Puts all its secrets out of use at once; they can be restored for some days. */
  readonly forgetSecrets: (connectionId: string) => Promise<void>;
  readonly now: () => number;
}

/**
 * Whether this run did all that an offboarding is to do in Autotask. What is held as `foreign` is not ours to
 * wait for; a change that failed, is pending, or was held by a limit is.
 */
export function leavesNothing({ purpose, apply, status, counts }: RunRecord): boolean {
  const { failed, pending, held } = counts;
  const left = failed + pending + (held.safety ?? 0) + (held['plan-changed'] ?? 0);
  return purpose === 'offboarding' && apply && status === 'succeeded' && left === 0;
}

/**
 * For who holds the connection's lease, and has begun its offboarding. Each step can be made again, and the
 * connection is out of service only when all are made: whoever dies on the way is followed by the next call.
 */
export async function finishOffboarding(
  connectionId: string,
  world: FinishingWorld,
): Promise<readonly UserToDeactivate[]> {
  // First, so that no link opens a page any more that would store secrets again.
  for (const user of await world.apiUsers.list(connectionId)) await end(user, world);
  await world.forgetSecrets(connectionId);
  await world.missing.save(connectionId, []);
  const users = usersToDeactivate(await world.apiUsers.list(connectionId));
  const deactivate = [...new Set(users.map(({ purpose }) => purpose))];
  await world.bus.publish([{ type: 'Connection Offboarded', detail: { connectionId, deactivate } }]);
  await world.connections.endOffboarding(connectionId, world.now());
  return users;
}

/** Again where somebody else was quicker. */
async function end(
  { connectionId, purpose }: { readonly connectionId: string; readonly purpose: UserToDeactivate['purpose'] },
  world: FinishingWorld,
): Promise<void> {
  for (;;) {
    const stored = await world.apiUsers.get(connectionId, purpose);
    if (stored === null || stored.state === 'offboarded') return;
    if ((await world.apiUsers.save(endApiUser(stored, world.now()))) !== null) return;
  }
}
