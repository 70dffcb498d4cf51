/** One tick of the schedule: somebody is asked to look at every API user on which something is due. */

import { serveInTens } from '#connections/serve-in-tens';
import type { ApiUserRecord } from './api-user.ts';
import { settleLater } from './api-user-trusted.ts';
import type { OnboardingEvent } from './events.ts';
import { changeApiUser, type KeepingWorld } from './keep-api-user.ts';

/** Whoever was asked has this long before somebody else is asked. */
const patienceMs = 15 * 60_000;

type Due = Pick<ApiUserRecord, 'connectionId' | 'purpose' | 'dueAt'>;

/**
 * An API user is moved on only after its message was taken, so a failure here is made good by the next tick; a
 * message that comes twice finds nothing due. The rest are still served, and then it rejects.
 */
export async function scheduleValidations(
  world: KeepingWorld,
  signal: AbortSignal,
): Promise<{ readonly requested: number }> {
  const now = world.now();
  let requested = 0;
  const moveOn = ({ connectionId, purpose, dueAt }: Due) =>
    changeApiUser(
      connectionId,
      purpose,
      (record) => (record?.dueAt === dueAt ? settleLater(record, now + patienceMs) : null),
      world,
    );
  const serve = async (some: readonly Due[]): Promise<void> => {
    await world.announce(
      some.map(
        ({ connectionId, purpose, dueAt }): OnboardingEvent => ({
          type: 'Validation Requested',
          detail: { connectionId, purpose, dueAt: dueAt ?? now },
        }),
      ),
    );
    requested += some.length;
    const moved = await Promise.allSettled(some.map(moveOn));
    for (const one of moved) if (one.status === 'rejected') throw one.reason;
  };
  await serveInTens(world.apiUsers.due(now), serve, signal);
  return { requested };
}
