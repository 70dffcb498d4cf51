import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MissingTable } from '#aws/missing-table';
import { RunTable } from '#aws/run-table';
import type { SingleTable } from '#aws/single-table';
import type { LinePosition } from '#runs/ports';
import { queuedRun, runIdAt } from '#runs/run-record';
import type { ChangeLine, HeldLine } from '#sync/report';
import { type LocalDynamo, startDynamo } from './local-table.ts';

let dynamo: LocalDynamo;
let table: SingleTable;
let runs: RunTable;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());
beforeEach(async () => {
  table = await dynamo.newTable();
  runs = new RunTable(table);
});

const at = Date.UTC(2026, 10, 24, 1, 2, 3, 4);
const record = (n = 0) =>
  queuedRun(
    {
      runId: runIdAt(at + n, 'aaaaaa'),
      connectionId: 'acme',
      trigger: 'request',
      apply: true,
      reviewedPlanId: null,
      policy: 'sync',
    },
    at + n,
  );
const change = (key: string, state: ChangeLine['state'] = 'applied', padding = 0): ChangeLine => ({
  kind: 'update',
  reason: 'changed',
  state,
  key,
  agentId: `agent-${key}`,
  itemId: 7,
  companyId: 1,
  name: 'x'.repeat(padding),
  serial: 'S',
  diffs: [{ field: 'title', from: 'a', to: 'b', volatile: false }],
  error: '',
});
const held = (agentId: string): HeldLine => ({
  reason: 'unmapped',
  agentId,
  itemId: null,
  companyId: null,
  name: '',
  serial: '',
  detail: 'why',
});

async function allLines(runId: string, legs: number) {
  const pages = [];
  for (let from: LinePosition | null = { leg: 1, part: 0 }; from !== null; ) {
    const page = await runs.lines('acme', runId, legs, from);
    pages.push(page);
    from = page.next;
  }
  return {
    pages,
    keys: pages.flatMap((page) => page.changes.map((line) => line.key)),
    held: pages.flatMap((page) => page.held.map((line) => line.agentId)),
  };
}

describe('a record', () => {
  it('is created once, kept 90 days, and read back as it was', async () => {
    const run = record();
    expect(await runs.create(run)).toBe(true);
    expect(await runs.create({ ...run, apply: false })).toBe(false);
    expect(await runs.get('acme', run.runId)).toEqual(run);
    expect(await runs.get('other', run.runId)).toBeNull();
    const item = await table.client.send(
      new GetCommand({ TableName: table.tableName, Key: { pk: 'runs#acme', sk: run.runId } }),
    );
    expect(item.Item?.expiresAt).toBe(Math.floor(at / 1000) + 90 * 86_400);
  });

  it('that was stored before there were offboardings is of a sync', async () => {
    const { purpose, deactivationsPercent, progress, ...old } = record();
    const Item = { pk: 'runs#acme', sk: old.runId, record: JSON.stringify(old), status: old.status };
    await table.client.send(new PutCommand({ TableName: table.tableName, Item }));
    expect(await runs.get('acme', old.runId)).toEqual(record());
    expect({ purpose, deactivationsPercent }).toEqual({ purpose: 'sync', deactivationsPercent: null });
  });

  it('takes progress while it runs, and at no other time', async () => {
    const run = record();
    await runs.create(run);
    await runs.progress('acme', run.runId, { done: 1, total: 9 });
    expect((await runs.get('acme', run.runId))?.progress).toBeNull();
    await runs.save({ ...run, status: 'running' });
    await runs.progress('acme', run.runId, { done: 2, total: 9 });
    expect((await runs.get('acme', run.runId))?.progress).toEqual({ done: 2, total: 9 });
    await runs.progress('acme', 'no-such-run', { done: 2, total: 9 });
    expect(await runs.get('acme', 'no-such-run')).toBeNull();
  });

  it.each([
    ['queued', 'failed'],
    ['running', 'failed'],
    ['succeeded', 'succeeded'],
    ['held', 'held'],
  ] as const)('%s is %s after it was abandoned', async (before, after) => {
    const run = { ...record(), status: before };
    await runs.save(run);
    await runs.abandon('acme', run.runId, 'silent', at + 5);
    expect((await runs.get('acme', run.runId))?.status).toBe(after);
  });

  it('cannot be abandoned where there is none', async () => {
    await runs.abandon('acme', 'no-such-run', 'silent', at);
    expect(await runs.get('acme', 'no-such-run')).toBeNull();
  });
});

describe('the list of runs', () => {
  it('is newest first, in pages, and leaves out an earlier connection of the same id', async () => {
    const all = Array.from({ length: 7 }, (_, n) => record(n));
    for (const run of all) await runs.create(run);
    const seen: string[][] = [];
    let before: string | null = null;
    do {
      const page: Awaited<ReturnType<RunTable['list']>> = await runs.list('acme', {
        limit: 2,
        before,
        oldest: runIdAt(at + 2, ''),
      });
      seen.push(page.runs.map(({ runId }) => runId));
      before = page.next;
    } while (before !== null);
    const ids = all.map(({ runId }) => runId);
    expect(seen).toEqual([[ids[6], ids[5]], [ids[4], ids[3]], [ids[2]]]);
  });
});

describe('lines', () => {
  it('come back in order, in pages of at most 1,000 lines and 300 KB', async () => {
    const changes = Array.from({ length: 2_500 }, (_, n) =>
      change(`k${n}`, 'applied', n % 7 === 0 ? 500 : 3),
    );
    const waiting = Array.from({ length: 1_200 }, (_, n) => held(`h${n}`));
    await runs.saveLines('acme', 'r', 1, { changes, held: waiting });
    const read = await allLines('r', 1);
    expect(read.keys).toEqual(changes.map(({ key }) => key));
    expect(read.held).toEqual(waiting.map(({ agentId }) => agentId));
    for (const page of read.pages) {
      expect(page.changes.length + page.held.length).toBeLessThanOrEqual(1_000);
      expect(JSON.stringify(page).length).toBeLessThan(320_000);
    }
  });

  it('of an earlier leg show what was done; the last leg says what became of the rest', async () => {
    await runs.saveLines('acme', 'r', 1, {
      changes: [change('a'), change('b', 'failed'), change('c', 'pending'), change('d', 'pending')],
      held: [held('x')],
    });
    await runs.saveLines('acme', 'r', 2, {
      changes: [change('c'), change('d', 'pending')],
      held: [held('y')],
    });
    const read = await allLines('r', 2);
    expect(read.keys).toEqual(['a', 'b', 'c', 'd']);
    expect(read.held).toEqual(['y']);
    expect((await allLines('r', 1)).keys).toEqual(['a', 'b', 'c', 'd']);
    expect((await allLines('r', 1)).held).toEqual(['x']);
  });

  it('of a leg that is saved again are replaced, also where they are fewer', async () => {
    const many = Array.from({ length: 2_300 }, (_, n) => change(`old${n}`));
    await runs.saveLines('acme', 'r', 1, { changes: many, held: [] });
    await runs.saveLines('acme', 'r', 1, { changes: [change('new')], held: [] });
    expect((await allLines('r', 1)).keys).toEqual(['new']);
  });

  it('that are larger than an item may be are cut, not lost', async () => {
    const monster = {
      ...change('big'),
      diffs: Array.from({ length: 300 }, (_, n) => ({
        field: `udf:${n}` as const,
        from: `${n}`.repeat(2_000),
        to: '🍏'.repeat(2_000),
        volatile: false,
      })),
    };
    await runs.saveLines('acme', 'r', 1, { changes: [change('a'), monster, change('b')], held: [] });
    const read = await allLines('r', 1);
    expect(read.keys).toEqual(['a', 'big', 'b']);
    expect(read.pages.flatMap((page) => page.changes)[1]?.diffs).toHaveLength(200);
  });

  it('of a run without any are none', async () => {
    expect(await runs.lines('acme', 'r', 1, null)).toEqual({ changes: [], held: [], next: null });
  });
});

describe('missing devices', () => {
  const entries = (count: number, since: number) =>
    Array.from({ length: count }, (_, n) => [n, since] as const);

  it.each([0, 1, 10_000, 25_001])('%i are remembered', async (count) => {
    let generation = 0;
    const missing = new MissingTable(table, () => `g${generation++}`);
    expect(await missing.load('acme')).toEqual(new Map());
    await missing.save('acme', entries(30, 1));
    await missing.save('acme', entries(count, 2));
    expect(await missing.load('acme')).toEqual(new Map(entries(count, 2)));
    expect(await missing.load('other')).toEqual(new Map());
  });

  it('are those before where a writer died half-way', async () => {
    let generation = 0;
    await new MissingTable(table, () => `g${generation++}`).save('acme', entries(3, 1));
    const dying = new MissingTable(
      {
        tableName: table.tableName,
        client: new Proxy(table.client, {
          get(client, name) {
            if (name !== 'send') return Reflect.get(client, name) as unknown;
            return (command: { input: { Item?: { sk: string } } }) => {
              if (command.input.Item?.sk === 'head') throw new Error('killed');
              return client.send(command as never);
            };
          },
        }),
      },
      () => 'half',
    );
    await expect(dying.save('acme', entries(20_000, 9))).rejects.toThrow('killed');
    const missing = new MissingTable(table, () => `g${generation++}`);
    expect(await missing.load('acme')).toEqual(new Map(entries(3, 1)));
  });
});
