import { afterEach, describe, expect, it } from 'vitest';
import { createItemDirectory } from '#autotask/items';
import { ReadOnlyError } from '#autotask/refuse-writes';
import { isPortError } from '#sync/ports';
import type { Asked, Reply } from '../http/scripted-server.ts';
import { above, filterOf, page, type ScriptedAutotask, scriptAutotask, signal } from './scripted-autotask.ts';

const servers: ScriptedAutotask[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function directory(answer: (call: string, asked: Asked) => Reply, readOnly = false) {
  const server = await scriptAutotask(answer);
  servers.push(server);
  return { server, items: createItemDirectory({ ...server.options, readOnly }) };
}

const markField = 'Addigy Agent ID';
const item = (id: number, over: object = {}) => ({
  id,
  companyID: 1,
  isActive: true,
  serialNumber: `S${id}`,
  ...over,
});
const refused: Reply = { status: 500, body: { errors: ['no'] } };
const isProof = (asked: Asked) =>
  filterOf(asked).some(({ op, field }) => op === 'eq' && field === 'serialNumber');
/** The longest list that stands in the query. */
const longest = (asked: Asked) =>
  Math.max(0, ...filterOf(asked).map(({ value }) => (Array.isArray(value) ? value.length : 0)));
/** The ids of the list that a query begins with. */
const idsOf = (asked: Asked) => (filterOf(asked)[0]?.value ?? []) as number[];
const countCall = 'POST ConfigurationItems/query/count';
const queryCall = 'POST ConfigurationItems/query';

/** `total` items of company 1, by id. */
const estate =
  (total: number) =>
  (call: string, asked: Asked): Reply => {
    if (call === countCall) return { body: { queryCount: total } };
    if (call !== queryCall) return page([]);
    const from = above(asked) + 1;
    const size = Math.max(0, Math.min(500, total - from + 1));
    return page(
      Array.from({ length: size }, (_, n) => item(from + n)),
      from + size <= total,
    );
  };

describe('the calls of an unchanged run', () => {
  it('are 26 at 10,000 items', async () => {
    const serials = Array.from({ length: 10_000 }, (_, n) => `C02${n}`);
    const { server, items } = await directory((call, asked) => {
      if (call.startsWith('GET')) return { body: { fields: [{ name: markField, length: 100 }] } };
      return estate(10_000)(call, asked);
    });
    await items.describe(markField, signal);
    await items.companies([1, 2, 3], signal);
    await items.products({ ids: [4], names: ['Apple Mac'] }, signal);
    const read = await items.read({ companyIds: [1, 2, 3], serials, markField }, signal);
    expect(read).toHaveLength(10_000);
    expect(items.calls()).toBe(1 + 2 + 1 + 1 + 1 + 20);
    expect(server.asked).toHaveLength(26);
  });
});

describe('read', () => {
  it('asks nothing where there is no company', async () => {
    const { server, items } = await directory(() => ({}));
    expect(await items.read({ companyIds: [], serials: ['S1'], markField }, signal)).toEqual([]);
    expect(server.asked).toEqual([]);
  });

  it('asks for at most 490 companies at once, company 0 among them', async () => {
    const { server, items } = await directory(estate(0));
    const companyIds = Array.from({ length: 1000 }, (_, n) => n);
    await items.read({ companyIds: [...companyIds, 0], serials: [], markField }, signal);
    const asked = server
      .bodies(countCall)
      .map((body) => (body as { filter: [{ value: number[] }] }).filter[0].value);
    expect(asked.map((ids) => ids.length)).toEqual([490, 490, 20]);
    expect(asked.flat().sort((a, b) => a - b)).toEqual(companyIds);
  });

  it('reads the whole of the companies where that is asked for, although lookups were cheaper', async () => {
    const { server, items } = await directory((call, asked) => {
      if (call === countCall) return { body: { queryCount: 4_000 } };
      const first = above(asked) + 1;
      return page(first > 4_000 ? [] : Array.from({ length: 500 }, (_, n) => item(first + n)));
    });
    const read = await items.read({ companyIds: [1], serials: ['S2'], markField, whole: true }, signal);
    expect(read).toHaveLength(4_000);
    expect(server.calls().filter((call) => call === countCall)).toHaveLength(1);
  });

  it.each([
    ['counts', countCall],
    ['walks', queryCall],
  ])('reads the halves where a list of companies is refused in %s', async (_which, picky) => {
    const { items } = await directory((call, asked) => {
      if (call === picky && longest(asked) > 245) return refused;
      const ids = idsOf(asked);
      if (call === countCall) return { body: { queryCount: ids.length } };
      return page(ids.filter((id) => id > above(asked)).map((id) => item(id, { companyID: id })));
    });
    const companyIds = Array.from({ length: 490 }, (_, n) => n + 1);
    const read = await items.read({ companyIds, serials: [], markField }, signal);
    expect(read.map((one) => one.id).sort((a, b) => a - b)).toEqual(companyIds);
  });

  it('reads all marks where the list of companies to leave out is refused', async () => {
    const marked = item(8, { userDefinedFields: [{ name: markField, value: 'ours' }] });
    const { server, items } = await directory((call, asked) => {
      if (call === countCall) return { body: { queryCount: 0 } };
      return filterOf(asked).some(({ op }) => op === 'notIn') ? refused : page([marked]);
    });
    const agentIdsElsewhere = new Set(['ours']);
    const read = (companyIds: number[]) =>
      items.read({ companyIds, serials: [], markField, agentIdsElsewhere }, signal);
    expect((await read(Array.from({ length: 300 }, (_, n) => n))).map((one) => one.id)).toEqual([8]);
    expect(server.bodies(queryCall)).toHaveLength(2);
    // So few are not refused for their number: the marks cannot be asked for.
    expect(await read([1, 2])).toEqual([]);
    expect(server.bodies(queryCall)).toHaveLength(3);
  });

  it('reads marks of other companies where that is asked for, and only those that are asked for', async () => {
    const isElsewhere = (asked: { body: unknown }) => JSON.stringify(asked.body ?? '').includes('notIn');
    const { server, items } = await directory((call, asked) => {
      if (call === countCall) return { body: { queryCount: 1 } };
      if (!isElsewhere(asked)) return page([item(1)]);
      const marked = (id: number, value: string) =>
        item(id, { userDefinedFields: [{ name: markField, value }] });
      return page([marked(8, 'ours'), marked(9, 'theirs')]);
    });
    const agentIdsElsewhere = new Set(['ours']);
    const read = await items.read({ companyIds: [1, 2], serials: [], markField, agentIdsElsewhere }, signal);
    expect(read.map((one) => one.id).sort()).toEqual([1, 8]);
    expect(filterOf(server.asked.find(isElsewhere)!)).toEqual([
      { op: 'exist', field: markField, udf: true },
      { op: 'notIn', field: 'companyID', value: [1, 2] },
    ]);
  });

  it.each<[string, number[], object[]]>([
    [
      'beside some companies',
      [1, 2],
      [
        { op: 'exist', field: markField, udf: true },
        { op: 'notIn', field: 'companyID', value: [1, 2] },
      ],
    ],
    ['where no company is known', [], [{ op: 'exist', field: markField, udf: true }]],
  ])('reads every marked item %s', async (_, companyIds, filter) => {
    const isMarked = (asked: { body: unknown }) => JSON.stringify(asked.body ?? '').includes('exist');
    const { server, items } = await directory((call, asked) => {
      if (call === countCall) return { body: { queryCount: 1 } };
      if (!isMarked(asked)) return page([item(1)]);
      const marked = (id: number, value: string) =>
        item(id, { userDefinedFields: [{ name: markField, value }] });
      return page([marked(8, 'ours'), marked(9, 'theirs'), item(10)]);
    });
    const read = await items.read({ companyIds, serials: [], markField, allMarked: true }, signal);
    expect(read.map((one) => one.id).filter((id) => id > 1)).toEqual([8, 9]);
    expect(filterOf(server.asked.find(isMarked)!)).toEqual(filter);
  });

  it('looks up serials and marks where the companies hold far more', async () => {
    const { server, items } = await directory((call, asked) => {
      const [first] = filterOf(asked);
      const byMark = first?.op === 'exist';
      if (isProof(asked)) return { body: { queryCount: 1 } };
      if (call === countCall) return { body: { queryCount: byMark ? 3 : 50_000 } };
      if (byMark) return page([item(1, { serialNumber: '111' }), item(2), item(3)]);
      return page([item(2), item(3), item(4, { serialNumber: 'XS3X' })]);
    });
    const read = await items.read({ companyIds: [1], serials: ['S2', ' s3'], markField }, signal);
    expect(read.map((one) => one.id).sort()).toEqual([1, 2, 3]);
    expect(server.calls().sort()).toEqual([queryCall, queryCall, countCall, countCall, countCall]);
    expect(filterOf(server.asked.find(isProof)!)).toEqual([
      { op: 'eq', field: 'serialNumber', value: 's2' },
      { op: 'eq', field: 'id', value: 2 },
    ]);
    expect(filterOf(server.asked.find((asked) => filterOf(asked)[0]?.op === 'exist')!)).toEqual([
      { op: 'exist', field: markField, udf: true },
    ]);
  });

  it.each<[string, Reply]>([
    ['a filter by marks is refused', refused],
    ['the marks are as many as the items', { body: { queryCount: 4000 } }],
    ['nothing is marked, so that nothing proves how text is compared', { body: { queryCount: 0 } }],
  ])('walks where %s', async (_why, marks) => {
    const { server, items } = await directory((call, asked) =>
      call === countCall && filterOf(asked)[0]?.op === 'exist' ? marks : estate(4000)(call, asked),
    );
    expect(await items.read({ companyIds: [1], serials: ['S1'], markField }, signal)).toHaveLength(4000);
    expect(server.bodies(countCall)).toHaveLength(2);
    expect(server.bodies(queryCall)).toHaveLength(8);
  });

  it.each<[string, string, Reply, number]>([
    ['Autotask compares text with case', 'C02ABC', { body: { queryCount: 0 } }, 1],
    ['the proof is refused', 'C02ABC', refused, 1],
    ['no marked item has a letter to prove it by', '123456', { body: { queryCount: 1 } }, 0],
  ])('walks where %s, and looks up nothing', async (_why, serialNumber, proof, proofs) => {
    const { server, items } = await directory((call, asked) => {
      if (isProof(asked)) return proof;
      if (filterOf(asked)[0]?.op !== 'exist') return estate(4000)(call, asked);
      return call === countCall ? { body: { queryCount: 1 } } : page([item(1, { serialNumber })]);
    });
    expect(await items.read({ companyIds: [1], serials: ['S1'], markField }, signal)).toHaveLength(4000);
    expect(server.asked.filter(isProof)).toHaveLength(proofs);
    expect(server.bodies(queryCall)).toHaveLength(1 + 8);
  });

  it.each([
    [3999, 2],
    [3500, 1],
  ])('asks for marks only where lookups could cost half of the walk: %i items', async (total, counts) => {
    const { server, items } = await directory((call, asked) =>
      call === countCall && filterOf(asked)[0]?.op === 'exist' ? refused : estate(total)(call, asked),
    );
    await items.read({ companyIds: [1], serials: ['S1'], markField }, signal);
    expect(server.bodies(countCall)).toHaveLength(counts);
  });

  it('asks for whole items: how fields of users are asked for is not documented', async () => {
    const { server, items } = await directory(estate(3));
    await items.read({ companyIds: [1], serials: [], markField }, signal);
    expect(server.bodies(queryCall)[0]).not.toHaveProperty('includeFields');
  });

  it('rejects rather than return fewer than were counted', async () => {
    const { items } = await directory((call, asked) =>
      call === countCall ? { body: { queryCount: 3 } } : page(above(asked) > 0 ? [] : [item(1), item(2)]),
    );
    await expect(items.read({ companyIds: [1], serials: [], markField }, signal)).rejects.toMatchObject({
      failure: 'unreadable',
    });
  });
});

describe('find', () => {
  it('asks by serial in any case, and by mark, each one once', async () => {
    const { server, items } = await directory((_call, asked) =>
      filterOf(asked)[0]?.udf
        ? page([
            item(2, { userDefinedFields: [{ name: markField, value: 'A-1' }] }),
            item(5, { userDefinedFields: [{ name: markField, value: 'else' }] }),
          ])
        : page([
            item(1, { serialNumber: ' c02xyz1 ' }),
            item(2, { serialNumber: 'C02XYZ1' }),
            item(3, { serialNumber: 'AC02XYZ1' }),
          ]),
    );
    const found = await items.find({ serials: ['C02xyz1'], agentIds: ['a-1'], markField }, signal);
    expect(found.map((one) => one.id)).toEqual([1, 2]);
    expect(server.calls()).toEqual([queryCall, queryCall]);
  });

  it('keeps what Autotask found by a mark that it hides from us', async () => {
    const { items } = await directory(() =>
      page([item(2, { userDefinedFields: [{ name: markField, value: '*****' }] }), item(3)]),
    );
    const found = await items.find({ serials: [], agentIds: ['a-1'], markField }, signal);
    expect(found.map((one) => one.mark.kind)).toEqual(['masked', 'unseen']);
  });

  it('goes by serials alone where a filter by marks is refused', async () => {
    const { items } = await directory((_call, asked) =>
      filterOf(asked)[0]?.udf ? { status: 500, body: { errors: ['no'] } } : page([item(1)]),
    );
    expect(await items.find({ serials: ['S1'], agentIds: ['a-1'], markField }, signal)).toHaveLength(1);
  });

  it('asks nothing for nothing', async () => {
    const { server, items } = await directory(() => ({}));
    expect(await items.find({ serials: ['', ' '], agentIds: [''], markField }, signal)).toEqual([]);
    expect(server.asked).toEqual([]);
  });

  it('never has more than three lookups under way', async () => {
    const { server, items } = await directory(() => ({ ...page([]), delayMs: 10 }));
    const serials = Array.from({ length: 2000 }, (_, n) => `C02XX${n}`);
    await items.find({ serials, agentIds: serials, markField }, signal);
    expect(server.calls()).toHaveLength(20);
    expect(server.busiest()).toBe(3);
  });
});

describe('item', () => {
  it.each<[string, Reply, number | null]>([
    ['is there', { body: { item: item(7) } }, 7],
    ['is a 404', { status: 404, body: '' }, null],
    ['is null', { body: { item: null } }, null],
  ])('%s', async (_why, reply, id) => {
    const { server, items } = await directory(() => reply);
    expect((await items.item(7, markField, signal))?.id ?? null).toBe(id);
    expect(server.calls()).toEqual(['GET ConfigurationItems/7']);
  });

  it.each<[string, unknown]>([
    ['another one', { item: item(8) }],
    ['none, and no null for it', { Item: item(7) }],
  ])('%s is unreadable', async (_what, body) => {
    const { items } = await directory(() => ({ body }));
    await expect(items.item(7, markField, signal)).rejects.toMatchObject({ failure: 'unreadable' });
  });
});

describe('writes', () => {
  const draft = { companyId: 1, productId: 2, fields: { serial: 'S' }, udfs: { 'addigy agent id': 'a' } };

  it('create POSTs, with the name of the field as Autotask writes it, and tells the id', async () => {
    const { server, items } = await directory((call) =>
      call.startsWith('GET') ? { body: { fields: [{ name: markField }] } } : { body: { itemId: 9 } },
    );
    await items.describe('addigy agent id', signal);
    expect(await items.create(draft, signal)).toBe(9);
    expect(server.bodies('POST ConfigurationItems')).toEqual([
      {
        companyID: 1,
        productID: 2,
        isActive: true,
        serialNumber: 'S',
        userDefinedFields: [{ name: markField, value: 'a' }],
      },
    ]);
  });

  it('update PATCHes the collection, and nothing where nothing changes', async () => {
    const { server, items } = await directory(() => ({ body: { itemId: 7 } }));
    await items.update(7, { active: false }, signal);
    await items.update(7, {}, signal);
    expect(server.calls()).toEqual(['PATCH ConfigurationItems']);
    expect(server.bodies('PATCH ConfigurationItems')).toEqual([{ id: 7, isActive: false }]);
  });

  it.each<[string, Reply, string]>([
    ['no id', { body: {} }, 'lost'],
    ['id 0', { body: { itemId: 0 } }, 'lost'],
    ['a page', { body: '<html>' }, 'lost'],
    ['nothing', { body: '' }, 'lost'],
    ['a hang-up', { hangUp: true }, 'lost'],
    ['a refusal', { status: 500, body: { errors: ['no'] } }, 'refused'],
  ])('a create that answers with %s', async (_why, reply, failure) => {
    const { server, items } = await directory(() => reply);
    const error: unknown = await items.create(draft, signal).catch((reason: unknown) => reason);
    expect(isPortError(error)).toBe(true);
    expect(error).toMatchObject({ failure });
    expect(server.calls()).toHaveLength(1);
  });

  it('leave no directory that only reads, not even as a port error', async () => {
    const { server, items } = await directory(() => ({ body: { itemId: 7 } }), true);
    const error = await items.create(draft, signal).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ReadOnlyError);
    expect(isPortError(error)).toBe(false);
    await expect(items.update(7, { active: false }, signal)).rejects.toThrow(ReadOnlyError);
    expect(server.calls()).toEqual([]);
  });
});

describe('companies, products, categories, types', () => {
  it('companies: at most 490 at once, none twice, none that was not asked for', async () => {
    const { server, items } = await directory(() =>
      page([{ id: 0, companyName: 'Us', isActive: true }, { id: 999 }]),
    );
    const ids = Array.from({ length: 491 }, (_, n) => n);
    const found = await items.companies([...ids, 0], signal);
    expect(found[0]).toEqual({ id: 0, name: 'Us', active: true });
    expect(found.every((company) => company.id !== 999)).toBe(true);
    expect(server.bodies('POST Companies/query')).toHaveLength(2);
  });

  it('companies: where a list is refused, its halves', async () => {
    const { server, items } = await directory((_call, asked) =>
      longest(asked) > 200 ? refused : page(idsOf(asked).map((id) => ({ id, companyName: `${id}` }))),
    );
    const ids = Array.from({ length: 490 }, (_, n) => n);
    const found = await items.companies(ids, signal);
    expect(found.map((company) => company.id)).toEqual(ids);
    expect(server.asked.map(longest).filter((size) => size > 0)).toEqual([490, 245, 123, 122, 245, 123, 122]);
  });

  it('companies: gives up where even a short list is refused', async () => {
    const { server, items } = await directory(() => refused);
    const ids = Array.from({ length: 490 }, (_, n) => n);
    await expect(items.companies(ids, signal)).rejects.toMatchObject({ failure: 'refused' });
    expect(server.asked.map(longest).filter((size) => size > 0)).toEqual([490, 245, 123, 62]);
  });

  it.each([
    ['products', 'POST Products/query'],
    ['categories', 'POST ConfigurationItemCategories/query'],
    ['types', 'POST ConfigurationItemTypes/query'],
  ] as const)('%s by id and by name, whatever its case, in one call', async (which, call) => {
    const { server, items } = await directory(() =>
      page([
        { id: 4, name: 'Four', isActive: false },
        { id: 5, name: 'apple MAC' },
        { id: 6, name: 'Apple Macintosh', isActive: true },
      ]),
    );
    expect(await items[which]({ ids: [4], names: ['Apple Mac'] }, signal)).toEqual([
      { id: 4, name: 'Four', active: false },
      { id: 5, name: 'apple MAC', active: true },
    ]);
    expect(server.calls()).toEqual([call]);
    expect(server.bodies(call)).toEqual([
      {
        maxRecords: 500,
        includeFields: ['id', 'name', 'isActive'],
        filter: [
          {
            op: 'or',
            items: [
              { op: 'in', field: 'id', value: [4] },
              { op: 'in', field: 'name', value: ['Apple Mac', 'apple mac', 'APPLE MAC'] },
            ],
          },
        ],
      },
    ]);
  });

  it('asks nothing for nothing', async () => {
    const { server, items } = await directory(() => ({}));
    expect(await items.products({ ids: [], names: [] }, signal)).toEqual([]);
    expect(await items.companies([], signal)).toEqual([]);
    expect(server.asked).toEqual([]);
  });
});
