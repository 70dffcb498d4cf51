/**
 * Addigy's own sync of a policy's devices to Autotask. It can be asked for; what it does, and when it is done,
 * cannot be asked: Addigy has no status of it.
 */
export interface NativeSync {
  /**
   * Resolves where Addigy took the request. Rejects with a `PortError`: `unauthorised` where the key may not edit
   * integrations, `refused` and `unavailable` where Addigy says no to this policy, `lost` where no answer came.
   */
  syncPolicy(policyId: string, signal: AbortSignal): Promise<void>;
  /** Requests sent so far. */
  calls(): number;
}
