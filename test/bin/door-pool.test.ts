import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DoorPool, type DoorPoolOptions } from '../../bin/local/door-pool.ts';
import { RuntimeApi } from '../../bin/local/runtime-api.ts';
import { traceHeader } from '../../bin/local/trace-daemon.ts';
import { until } from './until.ts';

let api: RuntimeApi;
let pool: DoorPool;
let lines: string[];
beforeEach(async () => {
  api = new RuntimeApi();
  await api.listen();
});
afterEach(async () => {
  await pool.close();
  api.close();
});

function open(options: Partial<DoorPoolOptions> = {}): void {
  lines = [];
  pool = new DoorPool(api, {
    ...{ name: 'answer', functionArn: 'arn', memoryMb: 128, timeoutSeconds: 30, clockScale: 1 },
    ...options,
    log: (line) => lines.push(line),
    trace: () => traceHeader(false),
    environment: () => ({
      LAMBDA_TASK_ROOT: fileURLToPath(new URL('fixtures/answer', import.meta.url)),
      _HANDLER: 'index.handler',
    }),
  });
}
const ask = (path: string, givenUp?: AbortSignal) => pool.invoke({ routeKey: `GET ${path}` }, null, givenUp);
const begun = (path: string) => lines.filter((line) => line === `way GET ${path}`).length;

it('has a process for each invocation that goes on at the same time, however few start at once', async () => {
  open();
  // Any machine has as many.
  const hanging = [1, 2, 3].map(() => ask('/hang'));
  await until('all of them', () => begun('/hang') === 3);
  expect(new Set(pool.pids).size).toBe(3);
  pool.kill();
  expect((await Promise.all(hanging)).map(({ ok }) => ok)).toEqual([false, false, false]);
});

it('has more of them in the background, where nobody waits for an answer', async () => {
  open({ isInBackground: true });
  // Any machine has as many.
  const hanging = [1, 2, 3, 4].map(() => ask('/hang'));
  await until('all of them', () => begun('/hang') === 4);
  pool.kill();
  await Promise.all(hanging);
});

it('uses the one again that was free last', async () => {
  open();
  const pids: unknown[] = [];
  for (let n = 0; n < 3; n += 1) {
    const outcome = await ask('/served');
    pids.push(outcome.ok && (JSON.parse(outcome.payload) as { pid: number }).pid);
  }
  expect(new Set(pids).size).toBe(1);
});

it('begins nothing whose caller gave up while it waited, and keeps the order of the others', async () => {
  open({ reservedConcurrency: 1 });
  const first = ask('/hang');
  await until('the first', () => begun('/hang') === 1);
  const caller = new AbortController();
  const left = ask('/text', caller.signal);
  const stayed = ask('/served');
  expect(pool.busy).toBe(3);
  caller.abort();
  pool.kill();
  expect((await first).ok).toBe(false);
  expect(await left).toMatchObject({ ok: false, errorType: 'NotBegun' });
  expect((await stayed).ok).toBe(true);
  expect(begun('/text')).toBe(0);
});
