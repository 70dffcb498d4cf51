/** A run's report: each change and each held device as a line, and all of them counted. */
import type { ChangeResult } from './apply.ts';
import type { Change, Held, HeldReason, Plan } from './change.ts';
import type { Halt } from './halt.ts';
import type { ChangeLine, RunCounts, RunReport } from './report.ts';
import type { SyncPolicy } from './settings.ts';
import { heldChange } from './withhold.ts';

/** What a run came to, whatever stopped it. */
export interface Ending {
  readonly halt: Halt | null;
  readonly policy: SyncPolicy;
  readonly mayWrite: boolean;
  /** Null where none was reached. */
  readonly planned: Planned | null;
  readonly calls: RunReport['calls'];
  readonly ms: number;
}

export interface Planned {
  readonly plan: Pick<Plan, 'id' | 'held' | 'unchanged' | 'devices' | 'missing'>;
  /** Those of the plan that this run was asked for. */
  readonly changes: readonly Change[];
  /** Those that it was not asked for. */
  readonly held: readonly Held[];
  /** One for each of `changes`; null where none was tried. */
  readonly results: readonly ChangeResult[] | null;
  readonly notes: readonly string[];
  /** Whether this run saw enough to say which devices are missing. */
  readonly knowsMissing: boolean;
  /** Creates of runs before that Autotask may still be at, by the device's agent id; null: none were known. */
  readonly unanswered: ReadonlyMap<string, number> | null;
}

export function reportOf({ halt, policy, mayWrite, planned, calls, ms }: Ending): RunReport {
  const { changes, held } = planned === null ? { changes: [], held: [] } : linesOf(planned, mayWrite, halt);
  return {
    outcome: halt?.outcome ?? 'succeeded',
    reason: halt?.reason ?? null,
    detail: halt?.detail ?? '',
    policy,
    applied: mayWrite,
    planId: planned?.plan.id ?? '',
    devices: planned?.plan.devices ?? 0,
    counts: countsOf(changes, held, planned?.plan.unchanged ?? 0),
    changes,
    held,
    notes: planned?.notes ?? [],
    calls,
    ms,
    missing: planned?.knowsMissing ? [...planned.plan.missing] : null,
    unanswered: planned === null ? null : unansweredOf(planned),
    addigyBlockedUntil: halt?.blockedUntil ?? null,
  };
}

function unansweredOf({ changes, results, unanswered }: Planned): RunReport['unanswered'] {
  const open = new Map(unanswered);
  if (results !== null) {
    for (const [index, { unansweredAt }] of results.entries()) {
      if (unansweredAt !== undefined) open.set(changes[index]!.agentId, unansweredAt);
    }
  }
  return open.size === 0 && unanswered === null ? null : [...open];
}

function linesOf(
  { plan, changes, results, ...planned }: Planned,
  mayWrite: boolean,
  halt: Halt | null,
): { readonly changes: readonly ChangeLine[]; readonly held: readonly Held[] } {
  const lines: ChangeLine[] = [];
  const held = [...plan.held, ...planned.held];
  for (const [index, change] of changes.entries()) {
    const result = results?.[index];
    if (result?.state === 'held') {
      held.push(heldChange(change, 'blind', halt!.detail));
      continue;
    }
    const { kind, reason, key, agentId, companyId, name, serial, diffs } = change;
    lines.push({
      kind,
      reason,
      state: result?.state ?? (mayWrite ? 'pending' : 'planned'),
      key,
      agentId,
      itemId: change.itemId ?? result?.itemId ?? null,
      companyId,
      name,
      serial,
      diffs,
      error: result?.error ?? '',
    });
  }
  return { changes: lines, held };
}

function countsOf(changes: readonly ChangeLine[], held: readonly Held[], unchanged: number): RunCounts {
  const kinds = { create: 0, update: 0, reactivate: 0, deactivate: 0 };
  const states = { planned: 0, applied: 0, failed: 0, pending: 0 };
  let adopted = 0;
  for (const { kind, reason, state } of changes) {
    kinds[kind] += 1;
    states[state] += 1;
    if (reason === 'adopted') adopted += 1;
  }
  const reasons: Partial<Record<HeldReason, number>> = {};
  for (const { reason } of held) reasons[reason] = (reasons[reason] ?? 0) + 1;
  const { applied, failed, pending } = states;
  return { ...kinds, adopted, applied, failed, pending, unchanged, held: reasons };
}
