import type { AddigyKey } from '#connections/connection';
import type { ConnectionRecord, ConnectionStore } from '#connections/connection-record';
import { type Proof, trustCredentials, type Vault, type Verdict } from './trust-credentials.ts';

export interface AddigyKeyWorld {
  readonly connections: ConnectionStore;
  readonly addigyKeyVault: (connectionId: string) => Vault<AddigyKey>;
  readonly proveAddigyKey: Proof<AddigyKey, { readonly organizationId: string | null }>;
  /** A version's name: unguessable, 32 to 64 characters. */
  readonly version: () => string;
  readonly now: () => number;
}

/** Pending, proved by one read of the policies, current. `gone`: the connection was removed meanwhile. */
export async function takeAddigyKey(
  connection: ConnectionRecord,
  value: AddigyKey,
  world: AddigyKeyWorld,
  signal: AbortSignal,
): Promise<Verdict<{ readonly organizationId: string | null; readonly gone: boolean }>> {
  const vault = world.addigyKeyVault(connection.id);
  const version = world.version();
  const verdict = await trustCredentials({ vault, value, version, prove: world.proveAddigyKey, signal });
  if (verdict.kind !== 'trusted') return verdict;
  const organizationId = connection.settings.addigy.organizationId ?? verdict.evidence.organizationId;
  const learnt = { version, ...(organizationId === null ? {} : { organizationId }) };
  const gone = !(await world.connections.trust(connection.id, 'addigyKey', learnt, world.now()));
  return { kind: 'trusted', evidence: { organizationId, gone } };
}
