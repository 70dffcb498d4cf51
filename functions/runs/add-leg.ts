/** A run that was cut by its deadline goes on in further legs: what they did adds up. */
import type { HeldReason } from '#sync/change';
import type { ChangeLine, RunCounts, RunReport } from '#sync/report';
import type { RunRecord } from './run-record.ts';

/** More than any estate needs; a run that is never done would else go on for ever. */
const maxLegs = 500;
/** A note is a sentence, and there are few; the record must stay small. */
const maxNotes = 100;

/**
 * Whether a further leg is of use: only the deadline stopped it, and it had got somewhere. A first leg has less time
 * than a later one, so it goes on even where it was stopped while it read.
 */
export function goesOn(run: Pick<RunRecord, 'legs'>, report: RunReport): boolean {
  const isCut = report.outcome === 'stopped' && report.reason === 'deadline';
  const gotOn = run.legs === 0 || report.counts.applied + report.counts.failed > 0;
  return isCut && gotOn && run.legs + 1 < maxLegs;
}

/** The record of a run whose plan is saved as the lines of its first leg, and of which nothing is written yet. */
export function withPlan(run: RunRecord, report: RunReport): RunRecord {
  const { planId, policy, applied, devices, counts } = report;
  return {
    ...run,
    ...{ planId, policy, applied, devices, counts },
    pendingByKind: pendingOf(report.changes),
    notes: report.notes.slice(0, maxNotes),
    linesLeg: 1,
  };
}

/** The record after its leg `run.legs + 1`. Where that leg reached no plan, the counts before it stand. */
export function addLeg(run: RunRecord, report: RunReport, now: number): RunRecord {
  const further = goesOn(run, report);
  const hasPlan = report.planId !== '';
  return {
    ...run,
    status: further ? 'queued' : report.outcome,
    planId: run.planId === '' ? report.planId : run.planId,
    reason: further ? null : report.reason,
    detail: further ? '' : report.detail,
    policy: report.policy,
    applied: run.applied || report.applied,
    devices: hasPlan || run.devices === 0 ? report.devices : run.devices,
    counts: hasPlan ? addCounts(run, report.counts) : run.counts,
    pendingByKind: hasPlan ? pendingOf(report.changes) : run.pendingByKind,
    notes: (hasPlan ? report.notes : run.notes).slice(0, maxNotes),
    calls: {
      addigy: run.calls.addigy + report.calls.addigy,
      autotask: run.calls.autotask + report.calls.autotask,
    },
    ms: run.ms + report.ms,
    legs: run.legs + 1,
    linesLeg: hasPlan ? run.legs + 1 : run.linesLeg,
    finishedAt: further ? null : now,
    progress: run.progress,
  };
}

/**
 * What the legs before left pending is planned again by this one, so it is taken off before this leg's
 * is added. Unchanged devices are those of the first leg: later legs find unchanged what earlier ones did.
 */
function addCounts(run: RunRecord, leg: RunCounts): RunCounts {
  const before = run.counts;
  const again = run.pendingByKind;
  const isFirst = run.linesLeg === 0;
  return {
    create: before.create - again.create + leg.create,
    update: before.update - again.update + leg.update,
    reactivate: before.reactivate - again.reactivate + leg.reactivate,
    deactivate: before.deactivate - again.deactivate + leg.deactivate,
    adopted: before.adopted - again.adopted + leg.adopted,
    applied: before.applied + leg.applied,
    failed: before.failed + leg.failed,
    pending: leg.pending,
    unchanged: isFirst ? leg.unchanged : before.unchanged,
    held: { ...leg.held } satisfies Partial<Record<HeldReason, number>>,
  };
}

function pendingOf(changes: readonly ChangeLine[]): RunRecord['pendingByKind'] {
  const pending = { create: 0, update: 0, reactivate: 0, deactivate: 0, adopted: 0 };
  for (const change of changes) {
    if (change.state !== 'pending') continue;
    pending[change.kind] += 1;
    if (change.kind === 'update' && change.reason === 'adopted') pending.adopted += 1;
  }
  return pending;
}
