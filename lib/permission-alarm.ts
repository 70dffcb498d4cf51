import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { DoorName } from '#lambda/environment';
import { metricsNamespaceOf } from '#lambda/metric-catalogue';

/** Rings when a validation finds that a trusted API user has lost a right: before a sync fails of it. */
export class PermissionAlarm extends Construct {
  constructor(scope: Construct, id: string, stage: string) {
    super(scope, id);
    const validator: DoorName = 'validate-permissions';
    new Alarm(this, 'PermissionLost', {
      alarmDescription:
        'A trusted API user has lost what a sync needs; its syncs are held. Runbook: docs/runbooks/PermissionLost.md',
      metric: new Metric({
        namespace: metricsNamespaceOf(stage),
        metricName: 'PermissionsLost',
        dimensionsMap: { service: validator },
        statistic: Stats.SUM,
        // A lost right is looked for hourly, so the alarm stays on until it is back.
        period: Duration.hours(1),
      }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
