/** The real, bundled `schedule-syncs` in a process of its own, at very many connections that are due in one tick. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { digest } from '#lambda/chance';
import { scheduledRunId } from '#runs/run-record';
import { DoorProcess } from '../../bin/local/door-process.ts';
import { RuntimeApi } from '../../bin/local/runtime-api.ts';
import { traceHeader } from '../../bin/local/trace-daemon.ts';
import { bundleDoors } from '../../lib/bundle-doors.ts';
import { type DueTable, startDueTable } from './due-table.ts';

export interface Ticked {
  readonly ms: number;
  /** Over all processes. */
  readonly putEvents: number;
  readonly duePages: number;
  readonly pagesOfAll: number;
  /** Connections that were asked for by exactly one run id, the one of the moment that was due. */
  readonly exactlyOnce: number;
  /** The same run asked for once more: by a process that took the place of one that was killed. */
  readonly again: number;
  readonly movedOn: number;
  /** From an idle tick to the highest of this one. Where nobody was killed; else 0. */
  readonly rssGrowthMb: number;
  readonly stale: number;
}

const tickAt = Date.UTC(2026, 10, 24, 1, 0, 0);

/** @param kills how often the process is killed on the way, evenly spread over its calls to the bus */
export async function runTick(
  size: number,
  kills: number,
  log: (line: string) => void = () => {},
): Promise<Ticked> {
  const folder = mkdtempSync(join(tmpdir(), 'schedule-syncs-'));
  const stale = Math.floor(size / 100);
  const table = await startDueTable(size, tickAt, stale);
  const first = new Map([...table.connections.values()].map(({ id, dueAt }) => [id, dueAt]));
  const api = new RuntimeApi();
  const lines: string[] = [];
  const open = () =>
    new DoorProcess(
      api,
      optionsFor(join(folder, 'schedule-syncs'), table, (line) => lines.push(line)),
    );
  let door: DoorProcess | null = null;
  try {
    await bundleDoors(['schedule-syncs'], new URL('../../functions', import.meta.url).pathname, folder);
    await api.listen();
    door = open();
    // Nothing is due: the clients are made, and the code is warm.
    await tick(door, tickAt - 86_400_000);
    const idle = memoryOf(door, 'VmHWM');
    for (const name of Object.keys(table.counts)) table.counts[name as keyof DueTable['counts']] = 0;
    lines.length = 0;
    const began = performance.now();
    let highest = idle;
    for (let killed = 0; ; killed += 1) {
      const current: DoorProcess = door ?? open();
      door = current;
      const at = Math.floor(((killed + 1) * size) / 10 / (kills + 1));
      table.onPutEvents = (calls) => {
        if (killed < kills && calls >= at) current.kill();
        else if (calls % 50 === 0) highest = Math.max(highest, memoryOf(current, 'VmHWM'));
      };
      const { ok } = await current.invoke(JSON.stringify({ scheduledTime: new Date(tickAt).toISOString() }));
      if (ok) {
        highest = Math.max(highest, memoryOf(current, 'VmHWM'));
        break;
      }
      if (killed >= kills) throw new Error(`the door failed by itself: ${lines.slice(-5).join(' | ')}`);
      log(`killed after ${table.counts.putEvents} calls, ${table.counts.updates} moved on`);
      await current.close();
      door = null;
    }
    const ms = Math.round(performance.now() - began);
    let exactlyOnce = 0;
    let again = 0;
    for (const [id, dueAt] of first) {
      const ids = table.requested.get(id) ?? [];
      if (ids.length > 0 && ids.every((one) => one === scheduledRunId(id, dueAt, digest))) exactlyOnce += 1;
      again += Math.max(0, ids.length - 1);
    }
    const metrics = lines.map((line) => /"StaleConnections":(\d+)/u.exec(line)?.[1]).find(Boolean);
    return {
      ms,
      putEvents: table.counts.putEvents,
      duePages: table.counts.duePages,
      pagesOfAll: table.pagesOfAll,
      exactlyOnce,
      again,
      movedOn: [...table.connections.values()].filter(({ dueAt }) => dueAt > tickAt).length,
      rssGrowthMb: kills === 0 ? Math.round((highest - idle) / 1024) : 0,
      stale: Number(metrics ?? -1),
    };
  } finally {
    await door?.close();
    api.close();
    await table.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tick(door: DoorProcess, at: number): Promise<void> {
  const outcome = await door.invoke(JSON.stringify({ scheduledTime: new Date(at).toISOString() }));
  if (!outcome.ok) throw new Error(`the door failed: ${outcome.errorType} ${outcome.errorMessage}`);
}

/** Kilobytes: `VmHWM` is the most that it ever had resident. */
function memoryOf(door: DoorProcess, field: 'VmHWM'): number {
  const status = readFileSync(`/proc/${door.pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`, 'u').exec(status)?.[1]);
}

const optionsFor = (
  folder: string,
  table: DueTable,
  log: (line: string) => void,
): ConstructorParameters<typeof DoorProcess>[1] => ({
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:schedule-syncs',
  // As lib/doors.ts has it.
  memoryMb: 512,
  timeoutSeconds: 600,
  trace: () => traceHeader(false),
  bill: () => {},
  log,
  environment: () => ({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: table.url,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_LAMBDA_FUNCTION_NAME: 'schedule-syncs',
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: 'index.handler',
    NODE_OPTIONS: '--enable-source-maps --max-semi-space-size=2',
    STAGE: 'bench',
    POWERTOOLS_SERVICE_NAME: 'schedule-syncs',
    POWERTOOLS_METRICS_NAMESPACE: 'addigy-autotask',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    TABLE_NAME: 'table',
    BUS_NAME: 'bus',
  }),
});
