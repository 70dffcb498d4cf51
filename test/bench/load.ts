/** `POST /connections/{id}/runs` on the local system: how fast it is accepted, and whether every accepted run ends. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pLimit from 'p-limit';
import { documentClient } from '#aws/document-client';
import { RunTable } from '#aws/run-table';
import { isFinal } from '#runs/run-record';
import { startLocalHost } from '../../bin/local/host.ts';
import { writeConnections } from './load-world.ts';
import type { Answered, Load } from './send-evenly.ts';
import { withVendors } from './with-vendors.ts';

export interface Accepted {
  readonly asked: number;
  /** 202. */
  readonly accepted: number;
  /** By status; 0 where no answer came. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Milliseconds from the moment at which each was to be sent. */
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

export interface Loaded {
  readonly modest: Accepted;
  readonly heavy: Accepted;
  /** Of all accepted: ended; still in a queue when the time to wait was over; neither. */
  readonly ended: number;
  readonly waiting: number;
  readonly lost: number;
  readonly deadLetters: number;
}

export interface LoadOptions {
  readonly modest: { readonly rate: number; readonly seconds: number };
  readonly heavy: { readonly rate: number; readonly seconds: number };
  /** How long the runs that were accepted may take to end. */
  readonly drainSeconds: number;
  /** Requests before the first rate; 3,000 by default. */
  readonly warmUp?: number;
  readonly log: (line: string) => void;
}

/**
 * Before both rates: the processes start, and V8 compiles. A request costs a process of `manage-connections` 11 ms of CPU
 * at its first 300, 5 ms at the next 700, and 3.5 ms from the three thousandth on. A few at a time, so that no crowd is
 * there when the rates begin.
 */
const warmUp = { requests: 3000, lanes: 4 };

export async function measureLoad(options: LoadOptions): Promise<Loaded> {
  const { modest, heavy, drainSeconds, log } = options;
  const phases = [
    { size: options.warmUp ?? warmUp.requests, pace: { lanes: warmUp.lanes } },
    ...[modest, heavy].map(({ rate, seconds }) => ({ size: rate * seconds, pace: { rate } })),
  ];
  return withVendors({ devices: 1, isClean: true }, async (urls) => {
    const host = await startLocalHost({
      context: {
        autotaskUrl: urls.autotask,
        addigyUrl: urls.addigy,
        apiRate: 10_000,
        apiBurst: 5_000,
        maxConcurrentSyncs: 2,
      },
    });
    const sender = new Sender();
    try {
      Object.assign(process.env, host.awsEnvironment);
      const tableName = host.outputs.TableName ?? '';
      const table = { client: documentClient(), tableName };
      const began = performance.now();
      const { key, ids } = await writeConnections(
        host,
        table,
        phases.reduce((sum, { size }) => sum + size, 0),
      );
      log(`${ids.length} connections written in ${Math.round((performance.now() - began) / 1000)} s`);
      const answers: Answered[][] = [];
      let from = 0;
      for (const { size, pace } of phases) {
        const connections = ids.slice(from, from + size);
        from += size;
        const before = cpuMs();
        answers.push(await sender.send({ apiUrl: host.apiUrl, key, connections, pace }));
        const spent = (cpuMs() - before) / size;
        log(
          `${size} at ${JSON.stringify(pace)}: ${JSON.stringify(summaryOf(answers.at(-1) ?? []))}; this process ${round(spent)} ms of CPU for each`,
        );
      }
      const accepted = answers.flat().filter(({ status }) => status === 202);
      const drained = await drain(host, new RunTable(table), accepted, drainSeconds, log);
      const [, modestAnswers = [], heavyAnswers = []] = answers;
      return { modest: summaryOf(modestAnswers), heavy: summaryOf(heavyAnswers), ...drained };
    } finally {
      sender.end();
      await host.close();
    }
  });
}

/** Of this process, in which the local AWS is. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** One process for all rates, so that V8 has compiled it, too, when they begin. */
class Sender {
  readonly #child = fork(fileURLToPath(new URL('send-evenly.ts', import.meta.url)), [], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });

  async send(load: Load): Promise<Answered[]> {
    const seconds = 'rate' in load.pace ? load.connections.length / load.pace.rate : 240;
    const limit = AbortSignal.timeout((seconds + 60) * 1000);
    this.#child.send(load);
    const [answers] = (await once(this.#child, 'message', { signal: limit })) as [Answered[]];
    return answers;
  }

  end(): void {
    this.#child.kill();
  }
}

/** Waits for the runs' ends. What has not ended then must be in a queue still: else it is lost. */
async function drain(
  host: Awaited<ReturnType<typeof startLocalHost>>,
  runs: RunTable,
  accepted: readonly Answered[],
  seconds: number,
  log: (line: string) => void,
): Promise<Pick<Loaded, 'ended' | 'waiting' | 'lost' | 'deadLetters'>> {
  const inQueues = () =>
    Object.values(host.queueDepths()).reduce((sum, { visible, hidden }) => sum + visible + hidden, 0) -
    host.deadLetters().length;
  const began = performance.now();
  while (inQueues() > 0 && performance.now() - began < seconds * 1000) await sleep(250);
  // Before the records are read: a run that ends meanwhile is not missed, one that is in no queue is.
  const waiting = inQueues();
  const lanes = pLimit(16);
  const found = await lanes.map(accepted, ({ connectionId, runId }) => runs.get(connectionId, runId));
  const byStatus: Record<string, number> = {};
  for (const run of found) byStatus[run?.status ?? 'gone'] = (byStatus[run?.status ?? 'gone'] ?? 0) + 1;
  const took = Math.round((performance.now() - began) / 1000);
  log(`after ${took} s: ${JSON.stringify(byStatus)}, ${waiting} messages in the queues`);
  const ended = found.filter((run) => run !== null && isFinal(run.status)).length;
  const deadLetters = host.deadLetters().length;
  return { ended, waiting, lost: Math.max(0, accepted.length - ended - waiting), deadLetters };
}

function summaryOf(answers: readonly Answered[]): Accepted {
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const part = (share: number) =>
    round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  const statuses: Record<string, number> = {};
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  return {
    asked: answers.length,
    accepted: statuses[202] ?? 0,
    statuses,
    p50: part(0.5),
    p99: part(0.99),
    most: round(times.at(-1) ?? 0),
  };
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
