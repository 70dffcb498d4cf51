import { afterEach, describe, expect, it } from 'vitest';
import { createAutotaskClient } from '#autotask/client';
import { countRows, readCountedRows, readRows } from '#autotask/read-rows';
import type { Asked, Reply } from '../http/scripted-server.ts';
import { above, page, type ScriptedAutotask, scriptAutotask, signal } from './scripted-autotask.ts';

const servers: ScriptedAutotask[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function client(answer: (call: string, asked: Asked) => Reply) {
  const server = await scriptAutotask(answer);
  servers.push(server);
  return { server, client: createAutotaskClient(server.options) };
}

const rows = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => ({ id: from + n }));
const filter = [{ op: 'in', field: 'companyID', value: [1] }] as const;

/** `total` rows by id, at most `size` to a page. */
const walkable =
  (total: number, size = 500) =>
  (call: string, asked: Asked) =>
    call.endsWith('/count')
      ? { body: { queryCount: total } }
      : page(rows(above(asked) + 1, Math.min(above(asked) + size, total)), above(asked) + size < total);

describe('readCountedRows', () => {
  it.each([
    ['nothing', 0, 500, 0],
    ['one page', 499, 500, 1],
    ['a full page', 500, 500, 1],
    ['one more', 501, 500, 2],
    ['no empty page at the end', 1500, 500, 3],
    ['pages shorter than they could be are not the end', 900, 300, 3],
  ])('%s', async (_why, total, size, calls) => {
    const { server, client: autotask } = await client(walkable(total, size));
    const found = await readCountedRows(autotask, 'ConfigurationItems', filter, total, signal);
    expect(found.map((row) => row.id)).toEqual(rows(1, total).map((row) => row.id));
    expect(server.calls()).toEqual(Array.from({ length: calls }, () => 'POST ConfigurationItems/query'));
  });

  it('walks by id, and never follows nextPageUrl', async () => {
    const { server, client: autotask } = await client(walkable(501));
    await readCountedRows(autotask, 'ConfigurationItems', filter, 501, signal);
    expect(server.bodies('POST ConfigurationItems/query')).toEqual([
      { maxRecords: 500, filter },
      { maxRecords: 500, filter: [...filter, { op: 'gt', field: 'id', value: 500 }] },
    ]);
  });

  it('takes each row once, however pages overlap and are ordered', async () => {
    const { client: autotask } = await client((call, asked) =>
      call.endsWith('/count')
        ? { body: { queryCount: 4 } }
        : page(above(asked) === 0 ? [{ id: 2 }, { id: 1 }, { id: 2 }] : [{ id: 2 }, { id: 3 }, { id: 4 }]),
    );
    const found = await readCountedRows(autotask, 'ConfigurationItems', filter, 4, signal);
    expect(found.map((row) => row.id)).toEqual([2, 1, 3, 4]);
  });

  it('a silent truncation is an error, not a short list', async () => {
    const { client: autotask } = await client((call, asked) =>
      call.endsWith('/count') ? { body: { queryCount: 700 } } : page(above(asked) === 0 ? rows(1, 500) : []),
    );
    await expect(readCountedRows(autotask, 'ConfigurationItems', filter, 700, signal)).rejects.toMatchObject({
      failure: 'unreadable',
      message: expect.stringMatching(/700 were counted, but only 500 came/u),
    });
  });

  it('a server that ignores the id is an error, not an endless walk', async () => {
    const { server, client: autotask } = await client((call) =>
      call.endsWith('/count') ? { body: { queryCount: 600 } } : page(rows(1, 500), true),
    );
    await expect(readCountedRows(autotask, 'ConfigurationItems', filter, 600, signal)).rejects.toMatchObject({
      failure: 'unreadable',
    });
    expect(server.calls()).toEqual([
      'POST ConfigurationItems/query',
      'POST ConfigurationItems/query',
      'POST ConfigurationItems/query/count',
    ]);
  });

  it('a record that was deleted meanwhile is not missing', async () => {
    const { client: autotask } = await client((call, asked) =>
      call.endsWith('/count') ? { body: { queryCount: 2 } } : page(above(asked) === 0 ? rows(1, 2) : []),
    );
    expect(await readCountedRows(autotask, 'ConfigurationItems', filter, 3, signal)).toHaveLength(2);
  });

  it.each([
    ['no items', { body: { pageDetails: {} } }],
    ['items that are null', { body: { items: null } }],
    ['an item without an id', { body: { items: [{ id: null }] } }],
    ['an id as text', { body: { items: [{ id: '7' }] } }],
  ])('%s is unreadable', async (_why, reply) => {
    const { client: autotask } = await client(() => reply);
    await expect(readCountedRows(autotask, 'ConfigurationItems', filter, 1, signal)).rejects.toMatchObject({
      failure: 'unreadable',
    });
  });
});

describe('readRows', () => {
  it.each([
    ['nothing', 0, 500, 1],
    ['a short page', 3, 500, 1],
    ['a full page may be all', 500, 500, 2],
    ['a page that says there is more', 5, 3, 2],
  ])('%s', async (_why, total, size, calls) => {
    const { server, client: autotask } = await client(walkable(total, size));
    expect(await readRows(autotask, 'ConfigurationItems', filter, signal)).toHaveLength(total);
    expect(server.calls()).toHaveLength(calls);
  });

  it('goes on where a page holds fewer than it says', async () => {
    const { client: autotask } = await client((_call, asked) =>
      above(asked) === 0
        ? { body: { items: rows(1, 2), pageDetails: { count: 5, nextPageUrl: null } } }
        : page(rows(above(asked) + 1, 5)),
    );
    expect(await readRows(autotask, 'ConfigurationItems', filter, signal)).toHaveLength(5);
  });

  it.each([
    ['an empty page that counts its items', { body: { items: [], pageDetails: { count: 1 } } }],
    ['an empty page that names a next one', page([], true)],
    ['the same full page again', page(rows(1, 500))],
  ])('%s is an error, not the end', async (_why, reply) => {
    const { client: autotask } = await client(() => reply);
    await expect(readRows(autotask, 'ConfigurationItems', filter, signal)).rejects.toMatchObject({
      failure: 'unreadable',
      message: expect.stringMatching(/says that there is more, and brings nothing/u),
    });
  });

  it('needs no page details', async () => {
    const { client: autotask } = await client(() => ({ body: { items: rows(1, 2) } }));
    expect(await readRows(autotask, 'ConfigurationItems', filter, signal)).toHaveLength(2);
  });
});

describe('countRows', () => {
  it('is a query too', async () => {
    const { server, client: autotask } = await client(() => ({ body: { queryCount: 7 } }));
    expect(await countRows(autotask, 'ConfigurationItems', filter, signal)).toBe(7);
    expect(server.bodies('POST ConfigurationItems/query/count')).toEqual([{ filter }]);
  });

  it.each([{}, { queryCount: null }, { queryCount: -1 }, { queryCount: '7' }])(
    '%j is unreadable',
    async (body) => {
      const { client: autotask } = await client(() => ({ body }));
      await expect(countRows(autotask, 'ConfigurationItems', filter, signal)).rejects.toMatchObject({
        failure: 'unreadable',
      });
    },
  );
});
