/** Where metrics come from: our doors, and the AWS resources that they are made of. */
import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { DoorName } from '#lambda/environment';
import { type MetricName, metricCatalogue, metricsNamespaceOf } from '#lambda/metric-catalogue';
import type { Door } from './door.ts';
import type { EventQueue } from './event-queue.ts';

/** Everything that is watched. */
export interface Watched {
  readonly stage: string;
  /** Expressions of the two schedules. */
  readonly ticks: { readonly syncs: string; readonly validations: string };
  readonly doors: ReadonlyArray<Door<DoorName>>;
  readonly queues: ReadonlyArray<{ readonly name: string; readonly queue: EventQueue }>;
  readonly apis: ReadonlyArray<{ readonly name: string; readonly api: HttpApi }>;
  readonly table: Table;
}

export type Statistic = 'Sum' | 'Maximum' | 'Minimum' | 'Average' | 'p50' | 'p99';

/** A metric of the catalogue, as `door` writes it: by default the one door that does. */
export function ourMetric(
  stage: string,
  name: MetricName,
  statistic: Statistic,
  period: Duration,
  door?: DoorName,
): Metric {
  const { doors } = metricCatalogue[name];
  const service = door ?? doors[0];
  if (service === undefined || !doors.includes(service)) throw new Error(`${door} does not write ${name}`);
  return new Metric({
    namespace: metricsNamespaceOf(stage),
    metricName: name,
    dimensionsMap: { service },
    statistic,
    period,
    label: name,
  });
}

/** The AWS metrics that are used, by what they are about, each with the dimensions that it is told by. */
export const awsMetrics = {
  'AWS/Lambda': {
    names: ['Invocations', 'Errors', 'Throttles', 'Duration', 'ConcurrentExecutions'],
    by: ['FunctionName'],
  },
  'AWS/ApiGateway': { names: ['Count', '4xx', '5xx', 'Latency'], by: ['ApiId'] },
  'AWS/SQS': {
    names: ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'],
    by: ['QueueName'],
  },
  'AWS/DynamoDB': {
    names: [
      'ConsumedReadCapacityUnits',
      'ConsumedWriteCapacityUnits',
      'ReadThrottleEvents',
      'WriteThrottleEvents',
    ],
    by: ['TableName'],
  },
} as const;

/** A metric that AWS writes by itself. `of` is the dimension's value. */
export function awsMetric<Namespace extends keyof typeof awsMetrics>(
  namespace: Namespace,
  name: (typeof awsMetrics)[Namespace]['names'][number],
  of: string,
  statistic: Statistic,
  period: Duration,
  label: string,
): Metric {
  const [dimension] = awsMetrics[namespace].by;
  return new Metric({
    namespace,
    metricName: name,
    dimensionsMap: { [dimension]: of },
    statistic,
    period,
    label,
  });
}

/** How many messages lie in a queue's dead-letter queue. */
export const deadLettersOf = ({ name, queue }: Watched['queues'][number]): Metric =>
  awsMetric(
    'AWS/SQS',
    'ApproximateNumberOfMessagesVisible',
    queue.deadLetters.queueName,
    'Maximum',
    Duration.minutes(5),
    name,
  );
