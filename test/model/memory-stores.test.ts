/** Asked the same, one after the other, the stores in memory answer as the tables do. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ConnectionTable } from '#aws/connection-table';
import { LeaseTable } from '#aws/lease-table';
import { MissingTable } from '#aws/missing-table';
import { RunTable } from '#aws/run-table';
import { connectionSchema } from '#connections/connection';
import type { LeaseRequest } from '#runs/ports';
import { queuedRun, type RunRecord } from '#runs/run-record';
import { type LocalDynamo, startDynamo } from '../aws/local-table.ts';
import { lineOf } from '../runs/world.ts';
import { memoryStores } from './memory-stores.ts';

let dynamo: LocalDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());

type Stores = Pick<ReturnType<typeof memoryStores>, 'connections' | 'leases' | 'missing' | 'runs'>;

const start = Date.UTC(2026, 10, 2, 8);
const hourly = connectionSchema.parse({ name: 'Acme', schedule: { everyMinutes: 60 } });
const off = connectionSchema.parse({ name: 'Acme', schedule: { enabled: false } });
const run = (id: string, more: Partial<RunRecord> = {}): RunRecord => ({
  ...queuedRun(
    {
      connectionId: 'acme',
      runId: id,
      trigger: 'request',
      apply: true,
      reviewedPlanId: null,
      policy: 'sync',
    },
    start,
  ),
  ...more,
});
const take = (
  runId: string,
  state: 'queued' | 'running',
  token: string,
  until: number,
  now: number,
  whom: Pick<LeaseRequest, 'after' | 'over'> = {},
) => {
  const request = { runId, state, token, until: start + until, now: start + now, ...whom };
  return ({ leases }: Stores) => leases.take('acme', request);
};
const dueAt =
  (now: number) =>
  async ({ connections }: Stores) => {
    const due = [];
    for await (const page of connections.due(now)) due.push(...page);
    return due;
  };
const lines =
  (leg: number) =>
  async ({ runs }: Stores) => {
    const changes = [lineOf(`a${leg}`, 'applied'), lineOf(`b${leg}`, 'pending')];
    await runs.saveLines('acme', 'a', leg, { changes, held: [] });
    return [await runs.lines('acme', 'a', leg, null), await runs.lines('acme', 'a', 2, { leg: 2, part: 0 })];
  };
const theRun = ({ runs }: Stores) => runs.get('acme', 'a');
const theConnection = async ({ connections }: Stores) => {
  const record = await connections.get('acme');
  // What a declaration says of itself is asked in no story.
  return record && { ...record, declaration: null };
};

const asked: ReadonlyArray<readonly [string, (stores: Stores) => Promise<unknown>]> = [
  ['a free place', take('a', 'queued', 'one', 10, 0)],
  ['a queued place, by another run', take('b', 'running', 'two', 20, 1)],
  ['a queued place, queued again', take('a', 'queued', 'two', 20, 1)],
  ['a queued place, by its own run', take('a', 'running', 'two', 20, 2)],
  ['a running place, by its own run', take('a', 'running', 'three', 30, 3)],
  ['a place of a millisecond more', take('b', 'running', 'three', 30, 19, { over: 'a' })],
  ['a place that has run out', take('b', 'running', 'three', 30, 20)],
  ['and by who has ended another', take('b', 'running', 'three', 30, 20, { over: 'b' })],
  ['and by who has ended its run', take('b', 'running', 'three', 30, 20, { over: 'a' })],
  ['a renewal by who had it', ({ leases }) => leases.renew('acme', 'two', start + 50)],
  ['a renewal', ({ leases }) => leases.renew('acme', 'three', start + 50)],
  ['a place that was renewed', take('a', 'running', 'four', 60, 49)],
  ['given back by who had it', ({ leases }) => leases.release('acme', 'two')],
  ['and still taken', take('a', 'running', 'four', 60, 49)],
  ['passed on by who had it', ({ leases }) => leases.requeue('acme', 'two', 'five', start + 70)],
  ['passed on', ({ leases }) => leases.requeue('acme', 'three', 'five', start + 70)],
  ['taken up by its next leg', take('b', 'running', 'six', 80, 51)],
  ['given back', ({ leases }) => leases.release('acme', 'six')],
  ['and free', take('c', 'running', 'seven', 90, 52)],
  ['a place of a run that has ended', take('d', 'queued', 'eight', 99, 53, { after: 'c' })],
  ['and of one that has not it', take('e', 'queued', 'nine', 99, 54, { after: 'c' })],

  ['a run', ({ runs }) => runs.create(run('a'))],
  ['the same run again', ({ runs }) => runs.create(run('a'))],
  ['the progress of what is not going', ({ runs }) => runs.progress('acme', 'a', { done: 1, total: 2 })],
  ['the queued run', theRun],
  ['a run that goes', ({ runs }) => runs.save(run('a', { status: 'running' }))],
  ['its progress', ({ runs }) => runs.progress('acme', 'a', { done: 1, total: 2 })],
  ['a second delivery', ({ runs }) => runs.noteRetry('acme', 'a', { reason: 'once', at: start })],
  ['a third', ({ runs }) => runs.noteRetry('acme', 'a', { reason: 'twice', at: start + 1 })],
  ['the run that goes', theRun],
  ['abandoned', ({ runs }) => runs.abandon('acme', 'a', 'silent', start + 2)],
  ['and told', theRun],
  ['ended', ({ runs }) => runs.save(run('a', { status: 'succeeded' }))],
  ['and not abandoned any more', ({ runs }) => runs.abandon('acme', 'a', 'silent', start + 3)],
  ['but told', theRun],
  ['no run', ({ runs }) => runs.abandon('acme', 'none', 'silent', start)],
  ['its lines', lines(1)],
  ['the lines of a second leg', lines(2)],
  ['and all of them', ({ runs }) => runs.lines('acme', 'a', 2, null)],

  ['nothing missing', async ({ missing }) => [...(await missing.load('acme'))]],
  ['something missing', ({ missing }) => missing.save('acme', [[1, start]])],
  ['which is kept', async ({ missing }) => [...(await missing.load('acme'))]],

  ['no connection', theConnection],
  [
    'no connection trusted',
    ({ connections }) => connections.trust('acme', 'deviceSync', { version: 'v1' }, start),
  ],
  ['a connection', async ({ connections }) => (await connections.declare('acme', hourly, start)).kind],
  ['due a moment before', dueAt(start - 1)],
  ['due', dueAt(start)],
  ['trusted', ({ connections }) => connections.trust('acme', 'deviceSync', { version: 'v1' }, start)],
  ['refused, of another version', ({ connections }) => connections.refuse('acme', 'deviceSync', 'v0')],
  ['which leaves it trusted', theConnection],
  ['refused', ({ connections }) => connections.refuse('acme', 'deviceSync', 'v1')],
  ['and told', theConnection],
  ['locked', ({ connections }) => connections.learn('acme', { addigyBlockedUntil: start + 9 })],
  [
    'a success',
    ({ connections }) => connections.learn('acme', { lastSuccessAt: start + 1, dueAt: start + 5 }),
  ],
  ['which are told', theConnection],
  ['a new key', ({ connections }) => connections.trust('acme', 'addigyKey', { version: 'k2' }, start + 2)],
  ['which is not locked', theConnection],
  ['moved on, from another moment', ({ connections }) => connections.postpone('acme', start, start + 60)],
  ['moved on', ({ connections }) => connections.postpone('acme', start + 5, start + 60)],
  ['and due then', dueAt(start + 60)],
  ['off', async ({ connections }) => (await connections.declare('acme', off, start + 3)).kind],
  ['which is never due', dueAt(start + 100)],
];

it('the stores of the stories answer as the tables do', async () => {
  const table = await dynamo.newTable();
  let generations = 0;
  const tables: Stores = {
    connections: new ConnectionTable(table),
    leases: new LeaseTable(table),
    missing: new MissingTable(table, () => `generation-${generations++}`),
    runs: new RunTable(table),
  };
  const memory = memoryStores();
  for (const [what, ask] of asked) expect(await ask(memory), what).toEqual(await ask(tables));
});
