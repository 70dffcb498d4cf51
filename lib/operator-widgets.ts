import { Duration } from 'aws-cdk-lib';
import { type Alarm, AlarmStatusWidget, type IWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { heldMetric, type MetricName } from '#lambda/metric-catalogue';
import { heldReasons } from '#sync/change';
import { graph } from './graph.ts';
import { deadLettersOf, ourMetric, type Statistic, type Watched } from './metric-sources.ts';

const hour = Duration.hours(1);

/** Is everything in step? */
export function operatorWidgets(watched: Watched, alarms: readonly Alarm[]): IWidget[][] {
  const { stage, queues } = watched;
  const ours = (statistic: Statistic, ...names: readonly MetricName[]) =>
    names.map((name) => ourMetric(stage, name, statistic, hour));
  return [
    [
      new AlarmStatusWidget({
        title: 'Alarms: each has its page in docs/runbooks',
        width: 24,
        height: 4,
        alarms: [...alarms],
      }),
    ],
    [
      graph('Connections without a success (should be 0)', ours('Maximum', 'StaleConnections')),
      graph('Age of the oldest success, minutes', ours('Maximum', 'OldestSuccessAgeMinutes')),
      graph('Minutes since any attempt, any success', [
        minutesSince(stage, 'LastAttempt', 'tried'),
        minutesSince(stage, 'LastSuccess', 'succeeded'),
      ]),
    ],
    [
      graph('Runs by their end', ours('Sum', 'RunsSucceeded', 'RunsHeld', 'RunsStopped', 'RunsFailed'), true),
      graph(
        'Changes in Autotask',
        ours(
          'Sum',
          'ChangesCreated',
          'ChangesUpdated',
          'ChangesAdopted',
          'ChangesReactivated',
          'ChangesDeactivated',
          'ChangesFailed',
        ),
        true,
      ),
      graph('Held, by reason', ours('Sum', ...heldReasons.map(heldMetric)), true),
    ],
    [
      graph(
        'Whole runs held or stopped, by reason',
        ours(
          'Sum',
          'HaltedAddigyBlocked',
          'HaltedAddigyUnauthorised',
          'HaltedCredentialsRefused',
          'HaltedCredentialsMissing',
          'HaltedPermissionLost',
          'HaltedBlind',
          'HaltedBudget',
          'HaltedUnavailable',
        ),
        true,
      ),
      graph('Calls to the vendors', ours('Sum', 'AutotaskCalls', 'AddigyCalls', 'ValidationCalls'), true),
      graph(
        'Of Autotask’s hourly allowance, used when a run began, % (a run stops at 50)',
        ours('Maximum', 'AutotaskAllowanceUsed'),
      ),
    ],
    [
      graph(
        'Requirements of API users, by verdict',
        ours(
          'Sum',
          'PermissionsConfirmed',
          'PermissionsDenied',
          'PermissionsInconclusive',
          'PermissionsLost',
        ),
        true,
      ),
      graph('Secrets: oldest, days; longest without proof, days; days to the next rotation', [
        ...ours('Maximum', 'DaysSinceRotation', 'DaysSinceProof'),
        ourMetric(stage, 'DaysSinceRotation', 'Maximum', hour, 'sync-devices').with({
          label: 'Addigy key: days',
        }),
        ...ours('Minimum', 'DaysToRotation'),
      ]),
      graph('Dead letters (should be 0)', queues.map(deadLettersOf)),
    ],
  ];
}

/** CloudWatch has the epoch of each point in its own words: its difference from what was written is the age. */
const minutesSince = (
  stage: string,
  name: 'LastAttempt' | 'LastSuccess',
  id: 'tried' | 'succeeded',
): MathExpression =>
  new MathExpression({
    expression: `(EPOCH(${id}) - FILL(${id}, REPEAT)) / 60`,
    usingMetrics: { [id]: ourMetric(stage, name, 'Maximum', hour) },
    period: hour,
    label: `since ${name}`,
  });
