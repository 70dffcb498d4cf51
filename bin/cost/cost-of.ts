/** What the counts of a benchmark cost at AWS's list prices. */
import { metricCatalogue } from '#lambda/metric-catalogue';
import { prices } from './prices.ts';

/** What one of something uses. */
export interface Work {
  readonly doors: Readonly<Record<string, { memoryMb: number; invocations: number; ms: number }>>;
  /** Calls to AWS by IAM's name of the action. */
  readonly calls: Readonly<Record<string, number>>;
  /** DynamoDB's units. */
  readonly read: number;
  readonly write: number;
  readonly logBytes: number;
}

/** As `test/bench/counts.ts` measures them. */
export interface Counts {
  readonly measuredAt: string;
  readonly machine: string;
  readonly devices: number;
  readonly latencyMs: number;
  readonly rounds: number;
  /** Of the doors' time on that machine, what they waited for a processor, from 0 to 1: not in their times. Earlier counts did not find it out. */
  readonly waitedShare?: number;
  /** Both schedules, with nothing due. */
  readonly tick: Work;
  /** The same, with one connection due, and its run to the end. */
  readonly tickWithRun: Work;
  readonly validation: Work;
  /** From the start of a process until it takes work, by door. */
  readonly startMs: Readonly<Record<string, number>>;
}

const hoursPerMonth = 730;
const ticksPerMonth = 12 * hoursPerMonth;
const validationsPerMonth = 365 / 12;
/** Lambda polls an idle queue with five long polls of 20 s. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const pollsPerQueueMonth = 5 * 3 * 60 * hoursPerMonth;
export const queues = 3;
export const alarms = 13;
export const dashboards = 2;
/** A run's record and its share of the index; kept 90 days. */
const runRecordBytes = 1536;
/** Of X-Ray's default rule: the first in each second, and 5 % of the others. */
const sampledShare = 0.05;
const gb = 1024 ** 3;

/** Which part of the starts are cold: with one run an hour every one is. */
export const sizes = [
  { connections: 1, coldShare: 1 },
  { connections: 100, coldShare: 0.1 },
  { connections: 10_000, coldShare: 0.01 },
] as const;

export interface CostLine {
  readonly what: string;
  /** US dollars in a month. */
  readonly dollars: number;
}

/** What is used in `more` beyond `less`. */
export function without(more: Work, less: Work): Work {
  const named = (name: string) => less.doors[name] ?? { invocations: 0, ms: 0 };
  return {
    doors: Object.fromEntries(
      Object.entries(more.doors).map(([name, { memoryMb, invocations, ms }]) => [
        name,
        {
          memoryMb,
          invocations: Math.max(0, invocations - named(name).invocations),
          ms: Math.max(0, ms - named(name).ms),
        },
      ]),
    ),
    calls: Object.fromEntries(
      Object.entries(more.calls).map(([action, count]) => [
        action,
        Math.max(0, count - (less.calls[action] ?? 0)),
      ]),
    ),
    read: Math.max(0, more.read - less.read),
    write: Math.max(0, more.write - less.write),
    logBytes: Math.max(0, more.logBytes - less.logBytes),
  };
}

const invocationsOf = ({ doors }: Work): number =>
  Object.values(doors).reduce((sum, { invocations }) => sum + invocations, 0);

function lambdaCost({ doors }: Work, startMs: Counts['startMs'], coldShare: number): number {
  return Object.entries(doors).reduce((sum, [name, { memoryMb, invocations, ms }]) => {
    const started = invocations * coldShare * (startMs[name] ?? 0);
    const seconds = ((ms + started) / 1000) * (memoryMb / 1024);
    return sum + seconds * prices.lambdaGbSecond + invocations * prices.lambdaRequest;
  }, 0);
}

const tableCost = ({ read, write }: Work): number =>
  read * prices.dynamoReadUnit + write * prices.dynamoWriteUnit;

/** Each value that is read is decrypted with our key, which KMS counts too. */
function secretCalls({ calls }: Work): number {
  const count = Object.entries(calls)
    .filter(([action]) => action.startsWith('secretsmanager:'))
    .reduce((sum, [, calls]) => sum + calls, 0);
  return count * (prices.secretCall + prices.kmsRequest);
}

export function costOf(counts: Counts, connections: number, coldShare: number): readonly CostLine[] {
  const run = without(counts.tickWithRun, counts.tick);
  const runs = connections * hoursPerMonth;
  const validations = connections * validationsPerMonth;
  const over = (cost: (work: Work) => number): number =>
    ticksPerMonth * cost(counts.tick) + runs * cost(run) + validations * cost(counts.validation);
  const events = over(({ calls }) => calls['events:PutEvents'] ?? 0);
  const messages = runs + validations;
  const traced = over(invocationsOf);
  const seconds = hoursPerMonth * 3600;
  const recorded = Math.min(traced, seconds) + Math.max(0, traced - seconds) * sampledShare;
  const metrics = Object.values(metricCatalogue).reduce((sum, { doors }) => sum + doors.length, 0);
  const stored = (runs / hoursPerMonth) * 24 * 90 * runRecordBytes;
  return [
    {
      what: 'Secrets: two for a connection, two of the house',
      dollars: (2 * connections + 2) * prices.secretMonth,
    },
    { what: 'Lambda', dollars: over((work) => lambdaCost(work, counts.startMs, coldShare)) },
    {
      what: 'CloudWatch: metrics, alarms, dashboards',
      dollars: metrics * prices.metricMonth + alarms * prices.alarmMonth + dashboards * prices.dashboardMonth,
    },
    { what: 'CloudWatch: logs', dollars: (over(({ logBytes }) => logBytes) / gb) * prices.logsGb },
    { what: 'X-Ray', dollars: recorded * prices.trace },
    {
      what: 'DynamoDB: requests and storage',
      dollars: over(tableCost) + (stored / gb) * prices.dynamoGbMonth,
    },
    { what: 'Secrets Manager and KMS: calls', dollars: over(secretCalls) },
    { what: 'KMS: the key', dollars: prices.kmsKeyMonth },
    {
      what: 'EventBridge: events and schedules',
      dollars:
        events * prices.eventBridgeEvent + (ticksPerMonth + hoursPerMonth) * prices.schedulerInvocation,
    },
    {
      what: 'SQS: messages, and polls of idle queues',
      dollars: (3 * messages + queues * pollsPerQueueMonth) * prices.sqsRequest,
    },
  ];
}
