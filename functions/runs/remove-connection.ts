import type { ConnectionStore } from '#onboarding/connection-record';
import type { LeaseStore, MissingStore, RunStore } from './ports.ts';
import { abandonSilent } from './request-run.ts';

/** Removing takes a few calls; a removal that died is made again after this. */
const removalMs = 60_000;
/** Stands in the lease while a connection is removed. */
const removal = 'removal';

export interface RemovalWorld {
  readonly connections: ConnectionStore;
  readonly runs: RunStore;
  readonly leases: LeaseStore;
  readonly missing: MissingStore;
  /** Puts all its secrets out of use at once. */
  readonly forgetSecrets: (connectionId: string) => Promise<void>;
  readonly now: () => number;
  readonly token: () => string;
}

/** What was written to Autotask stays. `runId` tells what is going, where something is. */
export async function removeConnection(
  connectionId: string,
  world: RemovalWorld,
): Promise<
  | { readonly kind: 'removed' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'run-in-progress'; readonly runId: string }
> {
  if ((await world.connections.get(connectionId)) === null) return { kind: 'unknown' };
  const now = world.now();
  const token = world.token();
  const lease = await world.leases.take(connectionId, {
    runId: removal,
    state: 'running',
    token,
    until: now + removalMs,
    now,
  });
  if (!lease.taken) return { kind: 'run-in-progress', runId: lease.by.runId };
  try {
    if (lease.displaced !== null) await abandonSilent(world.runs, connectionId, lease.displaced, now);
    // The secrets first: as long as the record is there, a removal that failed can be repeated.
    await world.forgetSecrets(connectionId);
    await world.missing.save(connectionId, []);
    return (await world.connections.remove(connectionId)) ? { kind: 'removed' } : { kind: 'unknown' };
  } finally {
    await world.leases.release(connectionId, token);
  }
}
