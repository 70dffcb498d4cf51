/** What alarms and dashboards look at: written to the log in CloudWatch's embedded metric format. */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { PermissionReport } from '#onboarding/permission-report';
import { isFinal, type RunRecord } from '#runs/run-record';
import type { RunReport } from '#sync/report';

const metrics = new Metrics();

/** Each end of a run is a metric of its own: runs that are held every hour must not look like runs that succeed. */
export function measureLeg(run: RunRecord, leg: RunReport): void {
  const { counts } = leg;
  const held = Object.values(counts.held).reduce((sum, count) => sum + (count ?? 0), 0);
  metrics.addMetadata('connectionId', run.connectionId);
  metrics.addMetadata('runId', run.runId);
  metrics.addMetric('ChangesApplied', MetricUnit.Count, counts.applied);
  metrics.addMetric('ChangesFailed', MetricUnit.Count, counts.failed);
  metrics.addMetric('Held', MetricUnit.Count, held);
  metrics.addMetric('AddigyCalls', MetricUnit.Count, leg.calls.addigy);
  metrics.addMetric('AutotaskCalls', MetricUnit.Count, leg.calls.autotask);
  metrics.addMetric('LegDuration', MetricUnit.Milliseconds, leg.ms);
  if (isFinal(run.status)) metrics.addMetric(ended[run.status] ?? 'RunsFailed', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

const ended: Readonly<Partial<Record<RunRecord['status'], string>>> = {
  succeeded: 'RunsSucceeded',
  held: 'RunsHeld',
  stopped: 'RunsStopped',
  failed: 'RunsFailed',
};

/** Connections that one tick of the schedule asked runs for. */
export function measureTick(requested: number): void {
  metrics.addMetric('RunsScheduled', MetricUnit.Count, requested);
  metrics.publishStoredMetrics();
}

/** The verdicts of one validation of a trusted user. `PermissionsLost` is what an alarm looks at: it comes before a sync fails. */
export function measurePermissions(connectionId: string, report: PermissionReport, lost: number): void {
  const count = (verdict: string) => report.lines.filter((line) => line.verdict === verdict).length;
  metrics.addMetadata('connectionId', connectionId);
  metrics.addMetadata('purpose', report.purpose);
  metrics.addMetric('PermissionsConfirmed', MetricUnit.Count, count('confirmed'));
  metrics.addMetric('PermissionsDenied', MetricUnit.Count, count('denied'));
  metrics.addMetric('PermissionsInconclusive', MetricUnit.Count, count('inconclusive'));
  metrics.addMetric('PermissionsLost', MetricUnit.Count, lost);
  metrics.addMetric('ValidationCalls', MetricUnit.Count, report.calls.autotask + report.calls.addigy);
  metrics.publishStoredMetrics();
}
