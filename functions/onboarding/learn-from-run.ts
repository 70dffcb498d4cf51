/** What a run of the sync shows of the trusted API user, between two validations. */

import type { PermissionReport, ReportLine } from '#permissions/permission-report';
import type { RequirementId } from '#permissions/requirements';
import type { ApiUserRecord } from './api-user.ts';
import { settle } from './api-user-state.ts';

/** Autotask took a write to a user-defined field: it refuses one without the right. What a validation has decided stands. */
export function noteProof(record: ApiUserRecord, itemId: number, now: number): ApiUserRecord {
  const line = record.report?.lines.find((one) => one.id === 'edit-unprotected-data');
  if (line?.verdict !== 'inconclusive') return record;
  const evidence = `A sync wrote the mark of item ${itemId} (${new Date(now).toISOString()}), and Autotask took it.`;
  const report = withLine(record.report, 'edit-unprotected-data', {
    verdict: 'confirmed',
    evidence,
    fix: '',
  });
  return settle({ ...record, report }, now, []);
}

/** A sync saw marks hidden or masked: a validation finds out why, soon. */
export const noteDoubt = (record: ApiUserRecord, now: number): ApiUserRecord =>
  record.trustedVersion === null || record.lost.length > 0
    ? record
    : { ...record, dueAt: now, validatedAt: 0 };

/** A sync was refused at the door: that is not tried again to find out more. */
export function noteLoginRefused(record: ApiUserRecord, detail: string, now: number): ApiUserRecord {
  if (record.trustedVersion === null || record.lost.includes('login')) return record;
  const { report, connectionId, purpose } = record;
  const denied: RequirementId[] = ['login'];
  return settle(
    {
      ...record,
      lost: denied,
      validateAt: null,
      report: withLine(report, 'login', { verdict: 'denied', evidence: detail }),
    },
    now,
    [{ type: 'Permission Lost', detail: { connectionId, purpose, denied } }],
  );
}

/** A report without such a line stays as it is. */
const withLine = (
  report: PermissionReport | null,
  id: RequirementId,
  more: Partial<ReportLine>,
): PermissionReport | null =>
  report && { ...report, lines: report.lines.map((one) => (one.id === id ? { ...one, ...more } : one)) };
