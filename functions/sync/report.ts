/** What a run did, as it is stored, answered over HTTP and printed. Plain JSON: no maps, no symbols. */
import type { ChangeKind, ChangeReason, FieldDiff, Held, HeldReason } from './change.ts';
import type { SyncPolicy } from './settings.ts';

/**
 * - `succeeded` planned, and applied what it was asked to apply; single devices may be held or failed
 * - `held`      a reason about the whole run stopped it before or between writes (`reason`, `detail`)
 * - `stopped`   the deadline or the allowance came first: the run goes on in a later leg
 * - `failed`    a vendor was down or unreadable: nothing is lost, the next run looks again
 */
export type RunOutcome = 'succeeded' | 'held' | 'stopped' | 'failed';

/** Why a whole run was held, stopped or failed. */
export const runReasons = [
  'blind',
  'no-mark-field',
  'no-companies',
  'incomplete',
  'plan-changed',
  'credentials-refused',
  'credentials-missing',
  // A validation found that the API user has lost a right.
  'permission-lost',
  'addigy-blocked',
  'addigy-unauthorised',
  'budget',
  'deadline',
  'lease-lost',
  'unavailable',
  'unreadable',
  // A vendor refused a query that the run needs, or the same words came back for change after change.
  'refused',
] as const;
export type RunReason = (typeof runReasons)[number];

export interface ChangeLine {
  readonly kind: ChangeKind;
  readonly reason: ChangeReason;
  /** `planned` in an observe run; `pending` where the run stopped before it. */
  readonly state: 'planned' | 'applied' | 'failed' | 'pending';
  readonly key: string;
  readonly agentId: string;
  readonly itemId: number | null;
  readonly companyId: number;
  readonly name: string;
  readonly serial: string;
  readonly diffs: readonly FieldDiff[];
  /** Autotask's words where the change was refused; '' otherwise. */
  readonly error: string;
}

/** As planned: nothing happens to what is held. */
export type HeldLine = Held;

export interface RunCounts {
  /** Changes planned, whether or not they were applied. */
  readonly create: number;
  readonly update: number;
  readonly reactivate: number;
  readonly deactivate: number;
  /** Of the updates: items that were adopted. */
  readonly adopted: number;
  readonly applied: number;
  readonly failed: number;
  readonly pending: number;
  readonly unchanged: number;
  readonly held: Readonly<Partial<Record<HeldReason, number>>>;
}

export interface RunReport {
  readonly outcome: RunOutcome;
  readonly reason: RunReason | null;
  /** One sentence: what happened, to what, and what to do. '' where it succeeded. */
  readonly detail: string;
  readonly policy: SyncPolicy;
  /** Whether this run was allowed to write. */
  readonly applied: boolean;
  /** '' where no plan was reached. */
  readonly planId: string;
  readonly devices: number;
  readonly counts: RunCounts;
  readonly changes: readonly ChangeLine[];
  readonly held: readonly HeldLine[];
  readonly notes: readonly string[];
  readonly calls: { readonly addigy: number; readonly autotask: number };
  readonly ms: number;
  /** The next run's memory of missing devices; null where this run's view may not teach it. */
  readonly missing: ReadonlyArray<readonly [itemId: number, since: number]> | null;
  /**
   * Devices whose create got no answer and is not to be found, and when that was last seen (epoch milliseconds): the next
   * run's memory, with what is young enough of the last one's. Null where there was nothing to remember and is nothing.
   */
  readonly unanswered: ReadonlyArray<readonly [agentId: string, at: number]> | null;
  /** Epoch milliseconds until which Addigy has locked the key; null if it has not. */
  readonly addigyBlockedUntil: number | null;
}
