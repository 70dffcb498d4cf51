/** One tick of the schedule: somebody is asked to look at every API user on which something is due. */
import { settleLater } from './api-user-trusted.ts';
import type { OnboardingEvent } from './events.ts';
import { changeApiUser, type KeepingWorld } from './keep-api-user.ts';

/** Whoever was asked has this long before somebody else is asked. */
const patienceMs = 15 * 60_000;
/** As many as the bus takes in one call. */
const atOnce = 10;

/**
 * An API user is moved on only after its message was taken, so a failure here is made good by the next tick; a
 * message that comes twice finds nothing due. The rest are still served, and then it rejects.
 */
export async function scheduleValidations(
  world: KeepingWorld,
  signal: AbortSignal,
): Promise<{ readonly requested: number }> {
  const now = world.now();
  const failures: unknown[] = [];
  let requested = 0;
  for await (const page of world.apiUsers.due(now)) {
    for (let first = 0; first < page.length && !signal.aborted; first += atOnce) {
      const batch = page.slice(first, first + atOnce);
      const events = batch.map(
        ({ connectionId, purpose, dueAt }): OnboardingEvent => ({
          type: 'Validation Requested',
          detail: { connectionId, purpose, dueAt: dueAt ?? now },
        }),
      );
      try {
        await world.announce(events);
        for (const { connectionId, purpose, dueAt } of batch) {
          await changeApiUser(
            connectionId,
            purpose,
            (record) => (record?.dueAt === dueAt ? record && settleLater(record, now + patienceMs) : null),
            world,
          );
        }
        requested += batch.length;
      } catch (error) {
        failures.push(error);
      }
    }
  }
  if (failures.length > 0) throw failures[0];
  return { requested };
}
