/** docs/cost.md, as text. */
import { alarms, type Counts, costOf, dashboards, queues, sizes, without } from './cost-of.ts';
import { pricesSeen } from './prices.ts';

/** How far the times can be those of an idle machine. */
const busy = ({ waitedShare }: Counts): string =>
  waitedShare === undefined
    ? 'This machine was busy with other work when it was measured, which makes it too high: an idle one takes about a third of these times.'
    : `What the doors waited for a processor that had other work (Linux counts it; ${Math.round(100 * waitedShare)} % of their time here) is not in these times. What the local AWS and the vendors' stand-ins waited is, and that a busy processor works more slowly: where that share is more than a few per cent, the times are too high.`;

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
