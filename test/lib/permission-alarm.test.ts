import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { metricNames } from '#lambda/metric-catalogue';
import { synthesize } from './synthesize.ts';

const root = new URL('../../', import.meta.url);

describe('the alarm on lost permissions', () => {
  const alarms = Object.values(synthesize().stateless.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties as Record<string, unknown>,
  );

  it('looks at the metric that the validating door writes', () => {
    expect(alarms).toMatchObject([
      {
        MetricName: 'PermissionsLost',
        Namespace: 'addigy-autotask/prod',
        Dimensions: [{ Name: 'service', Value: 'validate-permissions' }],
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      },
    ]);
    for (const { MetricName } of alarms) expect(metricNames).toContain(MetricName);
  });

  it('links a runbook that is there', () => {
    for (const { AlarmDescription } of alarms) {
      const [path = ''] = /docs\/runbooks\/\w+\.md/u.exec(String(AlarmDescription)) ?? [];
      expect(existsSync(new URL(path, root))).toBe(true);
    }
  });
});
