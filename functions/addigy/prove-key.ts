import { type AddigyOptions, createAddigyClient } from './addigy-client.ts';
import { readPolicies } from './read-policies.ts';

export interface ProvenKey {
  /** The organisation of the first policy that names one; null where there is no policy. */
  readonly organizationId: string | null;
}

/**
 * Proves an API key with one read of the policies, which a sync needs anyway. Rejects with an
 * `AddigyError`: `unauthorised` where the key is refused or may not read policies.
 */
export async function proveKey(options: AddigyOptions, signal: AbortSignal): Promise<ProvenKey> {
  const policies = await readPolicies(createAddigyClient(options), signal);
  const named = policies.find((one) => one.organizationId !== '');
  return { organizationId: named?.organizationId ?? null };
}
