/**
 * An hour's worth of schedule on the local system, its clock running faster, and then two more: in the first, one
 * connection after another falls due and has something to write, and one call in a hundred goes wrong; in the second
 * nothing goes wrong any more, and what the first left is finished, but for the creates that got no answer. Those are left
 * alone for five minutes, which the doors' own clock counts: at 20 times the speed that is longer than an hour. At the end
 * of the third every database must be right.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pLimit from 'p-limit';
import { documentClient } from '#aws/document-client';
import { RunTable } from '#aws/run-table';
import type { SingleTable } from '#aws/single-table';
import { isFinal, type RunRecord } from '#runs/run-record';
import { type LocalHost, startLocalHost } from '../../bin/local/host.ts';
import { type HourVendors, type Outcome, writeHour } from './hour-world.ts';
import type { VendorUrls } from './with-vendors.ts';

export interface HourOptions extends HourVendors {
  /** How much faster than ours AWS's clock runs. */
  readonly clockScale: number;
  /** Runs at once. */
  readonly atOnce: number;
  readonly log: (line: string) => void;
}

export interface MemoryAt {
  /** Since the first hour's begin. */
  readonly seconds: number;
  /** Of all processes of `sync-devices`, the mean; and this process with the local AWS in it. Megabytes. */
  readonly doorMb: number;
  readonly hostMb: number;
}

export interface HourFigures {
  /** By the hour, of the runs that ended in it: a clock that is too fast for the machine lets connections fall due again. */
  readonly hours: ReadonlyArray<{
    readonly connections: number;
    readonly statuses: Readonly<Record<string, number>>;
    readonly applied: number;
    readonly failed: number;
    readonly withChanges: number;
    /** Creates that were not made again yet, because the answer to the one before them was lost. */
    readonly leftAlone: number;
    readonly redeliveries: number;
    readonly seconds: number;
  }>;
  readonly outcome: Outcome;
  readonly deadLetters: number;
  readonly memory: readonly MemoryAt[];
  /** Of the door's processes. Milliseconds of wall time for each run. */
  readonly msPerRun: number;
}

const hourMs = 3_600_000;
/** What falls due at the hour's end is seen by the tick that follows, and there is one in five minutes. */
const tickMs = 6 * 60_000;

export async function measureHour(options: HourOptions): Promise<HourFigures> {
  const { connections, devices, latencyMs, faultsPercent, clockScale, atOnce, log } = options;
  const vendors = fork(
    fileURLToPath(new URL('hour-vendors.ts', import.meta.url)),
    [JSON.stringify({ connections, devices, latencyMs, faultsPercent } satisfies HourVendors)],
    { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  let host: LocalHost | null = null;
  try {
    const [urls] = (await once(vendors, 'message')) as [VendorUrls];
    host = await startLocalHost({
      clockScale,
      context: { autotaskUrl: urls.autotask, addigyUrl: urls.addigy, maxConcurrentSyncs: atOnce },
    });
    Object.assign(process.env, host.awsEnvironment);
    const table = { client: documentClient(), tableName: host.outputs.TableName ?? '' };
    const ids = await writeHour(host, table, connections);
    log(`${connections} connections × ${devices} devices are written; the first hour begins`);

    const began = performance.now();
    const memory: MemoryAt[] = [];
    const watched = host;
    const watch = setInterval(() => memory.push(memoryOf(watched, began)), 5_000);
    const hours: HourFigures['hours'][number][] = [];
    const seen = new Set<string>();
    try {
      for (const hour of [1, 2, 3]) {
        const since = performance.now();
        const ends = (hour * hourMs + tickMs) / clockScale;
        await sleep(Math.max(0, ends - (performance.now() - began)));
        await drain(host, log);
        const runs = await runsOf(table, ids, seen);
        for (const { runId } of runs) seen.add(runId);
        hours.push(summaryOf(runs, (performance.now() - since) / 1000));
        log(`hour ${hour}: ${JSON.stringify(hours.at(-1))}`);
        if (hour === 1) {
          vendors.send('faults off');
          await once(vendors, 'message');
        }
      }
    } finally {
      clearInterval(watch);
    }
    const outcome = (await (await fetch(`${urls.autotask}/_sim/state`)).json()) as Outcome;
    const door = host.usage().doors['sync-devices'];
    return {
      hours,
      outcome,
      deadLetters: host.deadLetters().length,
      memory,
      msPerRun: door === undefined ? 0 : Math.round(door.ms / Math.max(1, door.invocations)),
    };
  } finally {
    await host?.close();
    vendors.disconnect();
    if (vendors.exitCode === null) await once(vendors, 'exit');
  }
}

/** Until nothing is in a queue or under way, for two minutes at most. */
async function drain(host: LocalHost, log: (line: string) => void): Promise<void> {
  const waiting = (): number =>
    host.doors.busy('sync-devices') +
    Object.values(host.queueDepths()).reduce((sum, { visible, hidden }) => sum + visible + hidden, 0) -
    host.deadLetters().length;
  const end = performance.now() + 120_000;
  const left = waiting();
  while (waiting() > 0 && performance.now() < end) await sleep(100);
  log(`${left} messages and runs were under way at the end of the hour, ${waiting()} after waiting`);
}

/** Of every connection, but those. */
async function runsOf(
  table: SingleTable,
  ids: readonly string[],
  before: ReadonlySet<string>,
): Promise<RunRecord[]> {
  const runs = new RunTable(table);
  const found = await pLimit(16).map(ids, async (id) => {
    const page = await runs.list(id, { limit: 20, before: null, oldest: '0' });
    return page.runs.filter(({ runId }) => !before.has(runId));
  });
  return found.flat();
}

function summaryOf(runs: readonly RunRecord[], seconds: number): HourFigures['hours'][number] {
  const statuses: Record<string, number> = {};
  for (const run of runs) {
    const status = run.reason === null ? run.status : `${run.status} (${run.reason})`;
    statuses[isFinal(run.status) ? status : 'not ended'] =
      (statuses[isFinal(run.status) ? status : 'not ended'] ?? 0) + 1;
  }
  const sum = (pick: (run: RunRecord) => number) => runs.reduce((all, run) => all + pick(run), 0);
  const changes = ({ counts }: RunRecord) =>
    counts.create + counts.update + counts.reactivate + counts.deactivate;
  return {
    connections: new Set(runs.map((run) => run.connectionId)).size,
    statuses,
    applied: sum((run) => run.counts.applied),
    failed: sum((run) => run.counts.failed),
    withChanges: runs.filter((run) => changes(run) > 0).length,
    leftAlone: sum((run) => run.counts.held.unanswered ?? 0),
    redeliveries: sum((run) => run.retries?.count ?? 0),
    seconds: Math.round(seconds),
  };
}

function memoryOf(host: LocalHost, began: number): MemoryAt {
  const pids = host.doors.pids('sync-devices');
  const doorMb = pids.reduce((sum, pid) => sum + rssMb(pid), 0) / Math.max(1, pids.length);
  return {
    seconds: Math.round((performance.now() - began) / 1000),
    doorMb: Math.round(doorMb),
    hostMb: Math.round(process.memoryUsage().rss / 2 ** 20),
  };
}

/** 0 where the process has ended meanwhile. */
function rssMb(pid: number): number {
  try {
    const [, kb = '0'] = /^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kb) / 1024;
  } catch {
    return 0;
  }
}
