/** Records as callers see them: times as ISO 8601, nothing that only we need. */
import { type ConnectionRecord, versionOf } from '#connections/connection-record';
import type { RunRecord } from '#runs/run-record';

const iso = (epochMs: number | null): string | null =>
  epochMs === null ? null : new Date(epochMs).toISOString();

export function connectionView(record: ConnectionRecord) {
  const { id, settings, credentials, declaration, zone, lastRun, offboarding } = record;
  return {
    id,
    version: versionOf(record),
    declaredAt: iso(declaration.at),
    declaredBy: declaration.by,
    name: settings.name,
    addigy: settings.addigy,
    schedule: settings.schedule,
    engine: settings.engine,
    validation: settings.validation,
    rotation: settings.rotation,
    sync: settings.sync,
    credentials,
    zone: zone === null ? null : { name: zone.name, url: zone.url },
    dueAt: iso(record.dueAt),
    lastRun: lastRun === null ? null : { ...lastRun, finishedAt: iso(lastRun.finishedAt) },
    lastSuccessAt: iso(record.lastSuccessAt),
    lastPlanId: record.lastPlanId,
    addigyBlockedUntil: iso(record.addigyBlockedUntil),
    permissionLost: record.permissionLost,
    offboarding:
      offboarding === null
        ? null
        : { since: iso(offboarding.since), runId: offboarding.runId, doneAt: iso(offboarding.doneAt) },
    createdAt: iso(record.createdAt),
    updatedAt: iso(record.updatedAt),
  };
}

export function runView(record: RunRecord) {
  const { pendingByKind, linesLeg, notes, ...shown } = record;
  return {
    ...shown,
    queuedAt: iso(record.queuedAt),
    startedAt: iso(record.startedAt),
    finishedAt: iso(record.finishedAt),
    retries: record.retries === null ? null : { ...record.retries, at: iso(record.retries.at) },
  };
}
