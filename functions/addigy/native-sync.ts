import type { NativeSync } from '#sync/native';
import { type AddigyOptions, createAddigyClient } from './addigy-client.ts';

/** Quoted from Addigy's specification. */
const permission = 'Edit Integration';

/**
 * Addigy's own sync of devices to Autotask, asked for one policy at a time. Rejects with an `AddigyError`:
 * `unauthorised` where the key lacks "Edit Integration"; `refused` (400); `unavailable` (500, which is also how
 * Addigy says "not found"); `lost` where no answer came, and it is not asked again.
 */
export function createNativeSync(options: AddigyOptions & { readonly organizationId: string }): NativeSync {
  // A run reads with the same key just before: a first 403 here is a missing permission, and not the lock.
  const client = createAddigyClient({ ...options, workedBefore: false });
  const path = `/o/${encodeURIComponent(options.organizationId)}/integrations/autotask/policy/device/sync`;
  return {
    async syncPolicy(policyId, signal) {
      await client.write(path, { policy_id: policyId }, permission, signal);
    },
    calls: client.calls,
  };
}
