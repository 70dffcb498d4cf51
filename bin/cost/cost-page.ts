/** docs/cost.md: what the counts of a benchmark cost at AWS's list prices. */
import { metricCatalogue } from '#lambda/metric-catalogue';
import { prices, pricesSeen } from './prices.ts';

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
const queues = 3;
const alarms = 13;
const dashboards = 2;
/** A run's record and its share of the index; kept 90 days. */
const runRecordBytes = 1536;
/** Of X-Ray's default rule: the first in each second, and 5 % of the others. */
const sampledShare = 0.05;
const gb = 1024 ** 3;

/** Which part of the starts are cold: with one run an hour every one is. */
const sizes = [
  { connections: 1, coldShare: 1 },
  { connections: 100, coldShare: 0.1 },
  { connections: 10_000, coldShare: 0.01 },
] as const;

export interface CostLine {
  readonly what: string;
  /** US dollars in a month. */
  readonly dollars: number;
}

/** How far the times can be those of an idle machine. */
const busy = ({ waitedShare }: Counts): string =>
  waitedShare === undefined
    ? 'This machine was busy with other work when it was measured, which makes it too high: an idle one takes about a third of these times.'
    : `What the doors waited for a processor that had other work (Linux counts it; ${Math.round(100 * waitedShare)} % of their time here) is not in these times. What the local AWS and the vendors' stand-ins waited is, and that a busy processor works more slowly: where that share is more than a few per cent, the times are too high.`;

/** What is used in `more` beyond `less`. */
function without(more: Work, less: Work): Work {
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

const dollars = (amount: number): string =>
  amount === 0
    ? '$0'
    : amount < 0.01
      ? 'under $0.01'
      : `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const round = (count: number): string => String(Math.round(count * 10) / 10);

export function costPage(counts: Counts): string {
  const tables = sizes.map(({ connections, coldShare }) => costOf(counts, connections, coldShare));
  const totals = tables.map((lines) => lines.reduce((sum, { dollars: amount }) => sum + amount, 0));
  const run = without(counts.tickWithRun, counts.tick);
  const rows = (tables[0] ?? []).map(
    ({ what }, at) => `| ${what} | ${tables.map((lines) => dollars(lines[at]?.dollars ?? 0)).join(' | ')} |`,
  );
  const each = sizes.map(({ connections }, at) => dollars((totals[at] ?? 0) / connections));
  const heading = sizes.map(({ connections }) => connections.toLocaleString('en-US')).join(' | ');
  const doors = Object.entries(run.doors)
    .filter(([, { invocations }]) => invocations > 0)
    .map(
      ([name, { memoryMb, invocations, ms }]) =>
        `| ${name} | ${round(invocations)} | ${Math.round(ms)} ms at ${memoryMb} MB | ${Math.round(counts.startMs[name] ?? 0)} ms |`,
    );
  const calls = Object.entries(run.calls)
    .filter(([action, count]) => count > 0 && !action.startsWith('kms:'))
    .map(([action, count]) => `${round(count)} ${action}`);
  return `# Cost

<!-- Made by \`npm run docs\` of docs/benchmarks/counts.json and bin/cost/prices.ts. -->

US dollars in a month, each connection with ${counts.devices} devices and an hourly sync that finds little changed, and a validation a day. List prices of us-east-1 as of ${pricesSeen}, without free tiers; [bin/cost/prices.ts](../bin/cost/prices.ts) has each with the page that decides, and says which were compared with what. Look there before you budget: prices change, and other regions cost up to a third more.

| | ${heading} |
| --- | ${sizes.map(() => '---:').join(' | ')} |
${rows.join('\n')}
| **together** | ${totals.map((total) => `**${dollars(total)}**`).join(' | ')} |
| for each connection | ${each.join(' | ')} |

What callers ask over HTTP comes on top, $1 for a million requests and their Lambda time; so do traffic to the vendors (nothing comes in at a price) and the archive of the bus ($0.10 for a GB).

## What dominates

- **Few connections**: what is there whether or not anything runs: metrics, dashboards, alarms, the key, idle queues.
- **Many connections**: the secrets, at $0.80 for each connection, whatever it does. It is the price of one secret for each connection and purpose, each with its own versions, tags and policy.
- Then Lambda: a run waits for the vendors most of its time, and waiting is billed.

## How to make it cheaper

| what | how | what it gives up |
| --- | --- | --- |
| Lambda, DynamoDB, logs, events | a longer \`everyMinutes\` of the connection: every four hours is a quarter | a new device waits longer |
| Logs | \`-c logLevel=WARN\`; \`-c logRetentionDays=30\` for what is stored | the line of each run that went well |
| X-Ray | a sampling rule of your own in the account, with a smaller reservoir and rate than 1 a second and 5 % | traces |
| Metrics, dashboards, alarms | one stage where you have two: each stage has its own | a place to try an upgrade |
| Secrets | nothing: fewer would mean that connections share one | |

## What was counted

One run without surprises, on the running system ([test/bench/counts.ts](../test/bench/counts.ts), the mean of ${counts.rounds}): calls, units and bytes are what they are in AWS. Times are of one machine (${counts.machine}; ${counts.measuredAt}) with vendors that answer after ${counts.latencyMs} ms: **Lambda's CPUs are not this machine's, so the line *Lambda* is an estimate**. ${busy(counts)} \`npx tsx test/bench/counts.ts && npm run docs\` repeats it; after a week Cost Explorer has the truth.

| door | invocations | billed, warm | its start |
| --- | ---: | ---: | ---: |
${doors.join('\n')}

- ${round(run.read)} read and ${round(run.write)} write units of DynamoDB, ${Math.round(run.logBytes)} bytes of logs.
- ${calls.join(', ')}.

Assumed beside it: ${sizes.map(({ connections, coldShare }) => `${coldShare * 100} % cold starts at ${connections.toLocaleString('en-US')}`).join(', ')}; ${alarms} alarms and ${dashboards} dashboards; both schedules counted as if they fired every five minutes; ${queues} queues that Lambda asks five at a time, 20 seconds each; a run's record of 1.5 KB, kept 90 days.
`;
}
