/**
 * The alarms, as data. Each has a page docs/runbooks/<name>.md. An alarm says that a person has something to
 * do: what the next run mends by itself rings nobody.
 */
import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { DoorName } from '#lambda/environment';
import type { MetricName } from '#lambda/metric-catalogue';
import { awsMetric, deadLettersOf, ourMetric, type Watched } from './metric-sources.ts';

export interface AlarmKind {
  /** Also the name of its page. */
  readonly name: string;
  /** Where there is one for each of several. */
  readonly of?: string;
  /** What happened, in a sentence: the first line of the mail. */
  readonly says: string;
  readonly metric: IMetric;
  readonly rings: ComparisonOperator;
  readonly threshold: number;
  /** All of this many periods, one after the other. */
  readonly periods: number;
  /** `breaching`: silence is the fault. */
  readonly missing: TreatMissingData;
}

const { GREATER_THAN_THRESHOLD, LESS_THAN_THRESHOLD } = ComparisonOperator;
const { BREACHING, NOT_BREACHING } = TreatMissingData;

/**
 * Doors that nobody waits for: what fails in one of these, nobody sees. What fails in the others their caller
 * sees, and ApiServerErrors counts. `authorize-caller` is no such door for one more reason: each wrong key is an
 * error of it, as API Gateway wants it.
 */
const unattended: readonly DoorName[] = [
  'provision-api-user',
  'schedule-syncs',
  'schedule-validations',
  'sync-devices',
  'validate-permissions',
];

export function alarmList(watched: Watched): readonly AlarmKind[] {
  const { stage, ticks, doors, queues, apis, table } = watched;
  const quarter = Duration.minutes(15);
  const hour = Duration.hours(1);
  const day = Duration.days(1);
  const one = { rings: GREATER_THAN_THRESHOLD, threshold: 0, periods: 1, missing: NOT_BREACHING } as const;
  const sum = (...names: readonly MetricName[]) =>
    total(
      names.map((name) => ourMetric(stage, name, 'Sum', hour)),
      hour,
    );
  const ofDoors = (name: 'Errors' | 'Throttles') =>
    total(
      doors
        .filter((door) => unattended.includes(door.name))
        .map((door) => awsMetric('AWS/Lambda', name, door.function.functionName, 'Sum', quarter, door.name)),
      quarter,
    );
  const validator = doors.find((door) => door.name === 'schedule-validations')?.function.functionName ?? '';

  return [
    {
      ...one,
      name: 'StaleSuccess',
      says: 'A connection has not synced successfully for more than three of its intervals and an hour, or the tick that would know did not run.',
      metric: ourMetric(stage, 'StaleConnections', 'Maximum', tickWindow(ticks.syncs)),
      periods: 2,
      missing: BREACHING,
    },
    {
      name: 'SchedulerSilent',
      says: 'EventBridge Scheduler no longer wakes schedule-validations: nothing that is due is looked at.',
      metric: awsMetric(
        'AWS/Lambda',
        'Invocations',
        validator,
        'Sum',
        tickWindow(ticks.validations),
        'schedule-validations',
      ),
      rings: LESS_THAN_THRESHOLD,
      threshold: 1,
      periods: 2,
      missing: BREACHING,
    },
    ...queues.map(
      ({ name, queue }): AlarmKind => ({
        ...one,
        name: 'DeadLetters',
        of: name,
        says: `A message of ${name} failed five times, or could not be delivered, and lies in its dead-letter queue.`,
        metric: deadLettersOf({ name, queue }),
      }),
    ),
    {
      ...one,
      name: 'RefusedBySafety',
      says: 'A run would have changed more than its limits allow, or Addigy showed no devices at all: those changes were held.',
      metric: sum('HeldSafety', 'HeldEmptySource'),
    },
    {
      ...one,
      name: 'PermissionLost',
      says: 'A trusted API user has lost what a sync needs; its syncs are held.',
      // A lost right is looked for hourly, so the alarm stays on until it is back.
      metric: ourMetric(stage, 'PermissionsLost', 'Sum', hour),
    },
    {
      ...one,
      name: 'AddigyLockedOut',
      says: 'Addigy has locked an API key, for up to 24 hours: that connection does not sync until then.',
      metric: sum('HaltedAddigyBlocked'),
    },
    {
      ...one,
      name: 'LoginsRefused',
      says: 'A vendor refused a connection’s credentials, and they are not tried again: that connection does not sync.',
      metric: sum('HaltedCredentialsRefused', 'HaltedAddigyUnauthorised'),
    },
    {
      ...one,
      name: 'RotationOverdue',
      says: 'The secret of an API user is older than 400 days: its rotation was asked for and not done.',
      metric: ourMetric(stage, 'DaysSinceRotation', 'Maximum', day, 'validate-permissions'),
      threshold: 400,
    },
    {
      ...one,
      name: 'ProofStale',
      says: 'A trusted API user could not be validated for three days.',
      metric: ourMetric(stage, 'DaysSinceProof', 'Maximum', day),
      threshold: 3,
    },
    {
      ...one,
      name: 'DoorErrors',
      says: 'A door that nobody waits for crashed or ran out of time or memory.',
      metric: ofDoors('Errors'),
    },
    {
      ...one,
      name: 'DoorThrottles',
      says: 'Lambda refused to start a door, for half an hour: the account’s concurrency is used up.',
      metric: ofDoors('Throttles'),
      periods: 2,
    },
    {
      ...one,
      name: 'ApiServerErrors',
      says: 'More than five requests of a quarter of an hour were answered with a 5xx.',
      metric: total(
        apis.map(({ name, api }) => awsMetric('AWS/ApiGateway', '5xx', api.apiId, 'Sum', quarter, name)),
        quarter,
      ),
      threshold: 5,
    },
    {
      ...one,
      name: 'TableThrottles',
      says: 'DynamoDB throttled the table, for half an hour.',
      metric: total(
        (['ReadThrottleEvents', 'WriteThrottleEvents'] as const).map((name) =>
          awsMetric('AWS/DynamoDB', name, table.tableName, 'Sum', quarter, name),
        ),
        quarter,
      ),
      periods: 2,
    },
  ];
}

/** CloudWatch bills such an alarm as one for each metric; it rings once, whatever their number. Ten are its limit. */
function total(metrics: readonly IMetric[], period: Duration): IMetric {
  const [only] = metrics;
  if (metrics.length === 1 && only !== undefined) return only;
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(' + ');
  return new MathExpression({ expression, usingMetrics, period, label: 'total' });
}

/** In which a schedule has fired for sure: half as long again as its interval, its window included. Hours, at most a day and a half. */
export function tickWindow(expression: string): Duration {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/u.exec(expression) ?? [];
  // When a cron expression fires is not worked out here: once a day is as seldom as it should be.
  const minutes = count === undefined ? 1440 : Number(count) * (minutesIn[unit] ?? 1440);
  return Duration.hours(Math.min(36, Math.max(1, Math.ceil((minutes * 1.5) / 60))));
}

const minutesIn: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };
