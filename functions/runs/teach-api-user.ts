import { changeApiUser, type KeepingWorld } from '#onboarding/keep-api-user';
import { noteDoubt, noteLoginRefused, noteProof } from '#onboarding/learn-from-run';
import type { RunReport } from '#sync/report';
import type { EventBus, Log } from './ports.ts';
import type { Synced } from './sync-connection.ts';

export interface TeachingWorld extends Pick<KeepingWorld, 'apiUsers' | 'now'> {
  readonly bus: EventBus;
  readonly log: Log;
}

/**
 * What a run shows of the API user flows back into its permission report: a mark that was written proves Edit, a
 * refused login or hidden marks are known before the next validation. Nothing of a run hangs on it.
 */
export async function teachApiUser(
  connectionId: string,
  { report, userVersion }: Pick<Synced, 'report' | 'userVersion'>,
  { apiUsers, bus, now, log }: TeachingWorld,
): Promise<void> {
  const itemId = markedItem(report);
  const { reason, detail } = report;
  if (itemId === null && reason !== 'credentials-refused' && reason !== 'blind') return;
  const world: KeepingWorld = { apiUsers, now, announce: (events) => bus.publish(events) };
  try {
    await changeApiUser(
      connectionId,
      'device-sync',
      (record) => {
        // Another user was proved while the run was going: what it shows is not about that one.
        if (record === null || record.trustedVersion !== userVersion) return null;
        if (reason === 'credentials-refused') return noteLoginRefused(record, detail, now());
        return reason === 'blind' ? noteDoubt(record, now()) : noteProof(record, itemId ?? 0, now());
      },
      world,
    );
  } catch (error) {
    log.warn('what a run shows of the API user could not be kept', { connectionId, error });
  }
}

/** An item whose mark this leg has written; null where it has written none. */
function markedItem({ changes }: RunReport): number | null {
  const written = changes.find(
    ({ kind, state, diffs }) =>
      state === 'applied' &&
      (kind === 'create' || diffs.some(({ field, to }) => field === 'mark' && to !== '')),
  );
  return written === undefined ? null : written.itemId;
}
