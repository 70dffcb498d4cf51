import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  GraphWidgetView,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  MathExpression,
  PeriodOverride,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { heldMetric, type MetricName } from '#lambda/metric-catalogue';
import { heldReasons } from '#sync/change';
import { awsMetric, ourMetric, type Statistic, type Watched } from './metric-sources.ts';
import { savedQueries } from './saved-queries.ts';

export interface DashboardsProps {
  readonly watched: Watched;
  readonly alarms: readonly Alarm[];
}

const hour = Duration.hours(1);
const five = Duration.minutes(5);

/** `operator`: is everything in step? `developer`: is the software well? */
export class Dashboards extends Construct {
  constructor(scope: Construct, id: string, { watched, alarms }: DashboardsProps) {
    super(scope, id);
    const named = (name: string, start: Duration, widgets: IWidget[][]): void => {
      new Dashboard(this, name, {
        dashboardName: `addigy-autotask-${watched.stage}-${name}`,
        defaultInterval: start,
        periodOverride: PeriodOverride.INHERIT,
        widgets,
      });
    };
    named('operator', Duration.days(7), operatorWidgets(watched, alarms));
    named('developer', Duration.days(1), developerWidgets(watched));
  }
}

function operatorWidgets(watched: Watched, alarms: readonly Alarm[]): IWidget[][] {
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
      graph(
        'Dead letters (should be 0)',
        queues.map(({ name, queue }) =>
          awsMetric(
            'AWS/SQS',
            'ApproximateNumberOfMessagesVisible',
            queue.deadLetters.queueName,
            'Maximum',
            five,
            name,
          ),
        ),
      ),
    ],
  ];
}

function developerWidgets(watched: Watched): IWidget[][] {
  const { stage, doors, queues, apis, table } = watched;
  const ofDoors = (
    name: 'Invocations' | 'Errors' | 'Throttles' | 'Duration' | 'ConcurrentExecutions',
    statistic: Statistic,
  ) =>
    doors.map((door) =>
      awsMetric('AWS/Lambda', name, door.function.functionName, statistic, five, door.name),
    );
  const ofTable = (
    statistic: Statistic,
    ...names: readonly (
      | 'ConsumedReadCapacityUnits'
      | 'ConsumedWriteCapacityUnits'
      | 'ReadThrottleEvents'
      | 'WriteThrottleEvents'
    )[]
  ) => names.map((name) => awsMetric('AWS/DynamoDB', name, table.tableName, statistic, five, name));
  const ofApis = (name: 'Count' | '4xx' | '5xx' | 'Latency', statistic: Statistic, label: string = name) =>
    apis.map((one) =>
      awsMetric('AWS/ApiGateway', name, one.api.apiId, statistic, five, `${one.name} ${label}`),
    );
  return [
    [
      graph('Invocations', ofDoors('Invocations', 'Sum'), true),
      graph('Errors (of authorize-caller: wrong keys)', ofDoors('Errors', 'Sum'), true),
      graph('Throttles', ofDoors('Throttles', 'Sum'), true),
    ],
    [
      graph('Duration, p50, ms', ofDoors('Duration', 'p50')),
      graph('Duration, p99, ms', ofDoors('Duration', 'p99')),
      graph('At once', ofDoors('ConcurrentExecutions', 'Maximum')),
    ],
    [
      graph('API: requests, 4xx, 5xx', [
        ...ofApis('Count', 'Sum'),
        ...ofApis('4xx', 'Sum'),
        ...ofApis('5xx', 'Sum'),
      ]),
      graph('API: latency, ms', [...ofApis('Latency', 'p50', 'p50'), ...ofApis('Latency', 'p99', 'p99')]),
      graph('Legs of runs, ms', [
        ourMetric(stage, 'LegDuration', 'p50', five).with({ label: 'p50' }),
        ourMetric(stage, 'LegDuration', 'p99', five).with({ label: 'p99' }),
      ]),
    ],
    [
      graph(
        'Table: capacity used',
        ofTable('Sum', 'ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'),
      ),
      graph('Table: throttles', ofTable('Sum', 'ReadThrottleEvents', 'WriteThrottleEvents')),
      graph(
        'Queues: age of the oldest message, s',
        queues.map(({ name, queue }) =>
          awsMetric(
            'AWS/SQS',
            'ApproximateAgeOfOldestMessage',
            queue.requests.queueName,
            'Maximum',
            five,
            name,
          ),
        ),
      ),
    ],
    [
      new LogQueryWidget({
        title: 'Cold starts and memory, by door (reads the logs when it is opened)',
        width: 24,
        height: 6,
        logGroupNames: doors.map((door) => door.logGroup.logGroupName),
        queryLines: [...savedQueries['starts-and-memory'].lines],
      }),
    ],
  ];
}

const graph = (title: string, left: IMetric[], stacked = false): GraphWidget =>
  new GraphWidget({ title, left, stacked, view: GraphWidgetView.TIME_SERIES, width: 8, height: 6 });

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
