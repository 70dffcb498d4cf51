import { Duration } from 'aws-cdk-lib';
import { type IWidget, LogQueryWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { graph } from './graph.ts';
import { awsMetric, ourMetric, type Statistic, type Watched } from './metric-sources.ts';
import { savedQueries } from './saved-queries.ts';

const five = Duration.minutes(5);

/** Is the software well? */
export function developerWidgets(watched: Watched): IWidget[][] {
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
