import type { ConnectionStore } from '#connections/connection-record';
import type { Synced } from './sync-connection.ts';

/**
 * Keeps what the vendors refused from being tried again. It is true whoever holds the lease, and it
 * comes before all else that a leg saves: a refused API user that is tried again and again is locked.
 */
export async function protectVendors(
  connectionId: string,
  { refused, report }: Synced,
  connections: ConnectionStore,
): Promise<void> {
  if (refused !== null) await connections.refuse(connectionId, refused.credential, refused.version);
  const { addigyBlockedUntil, unanswered } = report;
  if (addigyBlockedUntil !== null) await connections.learn(connectionId, { addigyBlockedUntil });
  if (unanswered !== null) await connections.learn(connectionId, { unanswered });
}
