import { describe, expect, it } from 'vitest';
import { type Api, startApi } from './api-client.ts';
import { type AutotaskSeed, defaultSeed } from './seed.ts';

const product = 29_681_001;
const all = [{ op: 'gte', field: 'id', value: 0 }];

const items: AutotaskSeed['items'] = [
  {
    id: 10,
    companyID: 175,
    productID: product,
    isActive: true,
    serialNumber: 'C02AAA',
    referenceTitle: 'Ann',
  },
  {
    id: 11,
    companyID: 175,
    productID: product,
    isActive: false,
    serialNumber: 'c02aaa ',
    referenceTitle: 'Bob',
  },
  {
    id: 12,
    companyID: 0,
    productID: product,
    isActive: true,
    serialNumber: 'FVFBBB',
    warrantyExpirationDate: '2027-05-01',
    udfs: { 'Addigy Agent ID': 'Agent-1', 'Recovery Key': 'secret' },
  },
  { id: 13, companyID: 176, productID: product, isActive: true, installDate: '2024-02-03' },
];
const seed: AutotaskSeed = { ...defaultSeed, items };

const many = (count: number): AutotaskSeed => ({
  ...defaultSeed,
  items: Array.from({ length: count }, (_, index) => ({
    companyID: index % 2 === 0 ? 175 : 0,
    productID: product,
    isActive: true,
    serialNumber: `S${index}`,
  })),
});

describe('operators', () => {
  it.each([
    ['eq', 'serialNumber', 'C02AAA', [10]],
    ['eq', 'serialNumber', 'c02aaa', [10]],
    ['eq', 'SERIALNUMBER', 'C02AAA', [10]],
    ['noteq', 'serialNumber', 'C02AAA', [11, 12]],
    ['gt', 'id', 11, [12, 13]],
    ['gte', 'id', 11, [11, 12, 13]],
    ['lt', 'id', 11, [10]],
    ['lte', 'id', 11, [10, 11]],
    ['beginsWith', 'serialNumber', 'C02', [10, 11]],
    ['endsWith', 'serialNumber', 'bbb', [12]],
    ['contains', 'serialNumber', '02a', [10, 11]],
    ['exist', 'serialNumber', undefined, [10, 11, 12]],
    ['notExist', 'serialNumber', undefined, [13]],
    ['in', 'serialNumber', ['C02AAA', 'FVFBBB', 'X'], [10, 12]],
    ['notIn', 'companyID', [175], [12, 13]],
    ['in', 'companyID', [0, 176], [12, 13]],
    ['in', 'companyID', [176, 175, 175], [10, 11, 13]],
    ['eq', 'companyID', 0, [12]],
    ['eq', 'isActive', false, [11]],
    ['eq', 'id', 12, [12]],
    ['in', 'id', [13, 10], [10, 13]],
    ['lt', 'warrantyExpirationDate', '2027-05-02T00:00:00Z', [12]],
    ['gte', 'installDate', '2024-02-03T00:00:00', [13]],
    ['gt', 'createDate', '2020-01-01', [10, 11, 12, 13]],
  ])('%s %s %j', async (op, field, value, expected) => {
    const { ids } = await startApi({ seed });
    expect(await ids('ConfigurationItems', { op, field, value })).toEqual(expected);
  });

  it('groups nest, and the top array is an and', async () => {
    const { ids } = await startApi({ seed });
    const found = await ids(
      'ConfigurationItems',
      { op: 'eq', field: 'isActive', value: true },
      {
        op: 'or',
        items: [
          { op: 'notExist', field: 'serialNumber' },
          {
            op: 'and',
            items: [
              { op: 'eq', field: 'companyID', value: 0 },
              { op: 'gt', field: 'id', value: 1 },
            ],
          },
        ],
      },
    );
    expect(found).toEqual([12, 13]);
  });

  it('text against a number finds nothing, silently; null does too', async () => {
    const { ids } = await startApi({ seed });
    expect(await ids('ConfigurationItems', { op: 'eq', field: 'id', value: '10' })).toEqual([]);
    expect(await ids('ConfigurationItems', { op: 'gte', field: 'id', value: '0' })).toEqual([]);
    expect(await ids('ConfigurationItems', { op: 'in', field: 'companyID', value: ['175'] })).toEqual([]);
    expect(await ids('ConfigurationItems', { op: 'eq', field: 'serialNumber', value: null })).toEqual([]);
  });

  it('quirks choose how text is compared', async () => {
    const eq = { op: 'eq', field: 'serialNumber', value: 'C02AAA' };
    const api = await startApi({ seed, quirks: { caseSensitive: true } });
    expect(await api.ids('ConfigurationItems', { ...eq, value: 'c02aaa' })).toEqual([]);
    api.simulator.setQuirks({ caseSensitive: false, trailingSpaces: 'ignored' });
    expect(await api.ids('ConfigurationItems', eq)).toEqual([10, 11]);
    api.simulator.setQuirks({ unequalMatchesEmpty: true });
    expect(await api.ids('ConfigurationItems', { ...eq, op: 'noteq' })).toEqual([12, 13]);
  });
});

describe('refusals', () => {
  const or = (count: number) => ({
    op: 'or',
    items: Array.from({ length: count }, (_, id) => ({ op: 'eq', field: 'id', value: id })),
  });
  const list = (count: number) => ({
    op: 'in',
    field: 'id',
    value: Array.from({ length: count }, (_, id) => id),
  });
  const manyOr = "Queries are limited to 500 or fewer 'OR' conditions";

  it.each<[string, Record<string, unknown>, string]>([
    ['no filter', {}, 'A filter is required'],
    ['an empty filter', { filter: [] }, 'A filter is required'],
    [
      'MaxRecords 501',
      { filter: all, MaxRecords: 501 },
      'maxCountOfRecordsToReturn must be between 1 and 500',
    ],
    ['MaxRecords 0', { filter: all, maxRecords: 0 }, 'maxCountOfRecordsToReturn must be between 1 and 500'],
    ['501 or conditions', { filter: [or(501)] }, manyOr],
    ['an in list of 501', { filter: [list(501)] }, manyOr],
    ['both together', { filter: [or(300), list(300)] }, manyOr],
    [
      'an unknown field',
      { filter: [{ op: 'eq', field: 'serial', value: 'x' }] },
      'Unable to find serial in the ConfigurationItem Entity.',
    ],
    ['an operator in other case', { filter: [{ op: 'beginswith', field: 'notes', value: 'x' }] }, 'operator'],
    ['a boolean as text', { filter: [{ op: 'eq', field: 'isActive', value: 'true' }] }, 'true or false'],
    ['a boolean null', { filter: [{ op: 'eq', field: 'isActive', value: null }] }, 'true or false'],
    ['a bad date', { filter: [{ op: 'gt', field: 'createDate', value: 'yesterday' }] }, 'date'],
    [
      'a field that cannot be queried',
      { filter: [{ op: 'exist', field: 'rmmDeviceAuditOperatingSystem' }] },
      'cannot be queried',
    ],
    ['an unknown column', { filter: all, IncludeFields: ['id', 'nonsense'] }, 'Unable to find nonsense'],
    [
      'an unknown user-defined field',
      { filter: [{ op: 'exist', field: 'Nonsense', udf: true }] },
      'Unable to find Nonsense in the ConfigurationItem Entity.',
    ],
    [
      'two user-defined fields',
      {
        filter: [
          { op: 'exist', field: 'Addigy Agent ID', udf: true },
          { op: 'exist', field: 'Recovery Key', udf: true },
        ],
      },
      'one user-defined field',
    ],
  ])('%s is 500 with a text', async (_what, body, text) => {
    const { call } = await startApi({ seed });
    const answer = await call('POST', 'ConfigurationItems/query', body);
    expect(answer.status).toBe(500);
    expect(answer.json.errors[0]).toContain(text);
  });

  it('500 or conditions and 500 values pass', async () => {
    const { query } = await startApi({ seed });
    expect((await query('ConfigurationItems', [or(500)])).status).toBe(200);
    expect((await query('ConfigurationItems', [list(500)])).status).toBe(200);
  });

  it('a URL over 2,048 characters is a wrong path', async () => {
    const { call } = await startApi({ seed });
    const search = JSON.stringify({ filter: [{ op: 'eq', field: 'notes', value: 'x'.repeat(2100) }] });
    const answer = await call('GET', `ConfigurationItems/query?search=${encodeURIComponent(search)}`);
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('<html>');
  });
});

describe('a user-defined field in the filter', () => {
  const mark = (op: string, value?: unknown) => ({ op, field: 'Addigy Agent ID', udf: true, value });

  it('is compared as text', async () => {
    const { ids, simulator } = await startApi({ seed });
    expect(await ids('ConfigurationItems', mark('eq', 'agent-1'))).toEqual([12]);
    expect(await ids('ConfigurationItems', mark('exist'))).toEqual([12]);
    expect(await ids('ConfigurationItems', mark('notExist'))).toEqual([10, 11, 13]);
    const both = { op: 'or', items: [mark('eq', 'Agent-1'), mark('eq', 'Agent-2')] };
    expect(await ids('ConfigurationItems', both)).toEqual([12]);
    simulator.setQuirks({ udfPerQuery: 'one-condition' });
    await expect(ids('ConfigurationItems', both)).rejects.toThrow('one user-defined field');
  });

  it.each([
    ['evaluated', [12]],
    ['empty', []],
  ] as const)('that is hidden from the user is %s', async (hiddenUdfFilter, expected) => {
    const { ids } = await startApi({ seed, quirks: { hiddenUdfFilter } });
    expect(await ids('ConfigurationItems', { op: 'exist', field: 'Recovery Key', udf: true })).toEqual(
      expected,
    );
  });

  it('that is hidden from the user may be refused', async () => {
    const { ids } = await startApi({ seed, quirks: { hiddenUdfFilter: 'error' } });
    const hidden = ids('ConfigurationItems', { op: 'exist', field: 'Recovery Key', udf: true });
    await expect(hidden).rejects.toThrow('500');
  });
});

describe('columns', () => {
  it('all come, empty ones as null, dates without Z', async () => {
    const { call } = await startApi({ seed });
    const { item } = (await call('GET', 'ConfigurationItems/13')).json;
    expect(item).toMatchObject({
      id: 13,
      serialNumber: null,
      rmmDeviceID: null,
      installDate: '2024-02-03T00:00:00',
    });
    expect(item.createDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?$/u);
    expect(Object.keys(item).length).toBeGreaterThan(110);
  });

  it('IncludeFields really leaves out', async () => {
    const { query } = await startApi({ seed });
    const answer = await query('ConfigurationItems', all, { IncludeFields: ['ID', 'serialNumber'] });
    expect(answer.json.items[0]).toEqual({ id: 10, serialNumber: 'C02AAA' });
  });

  const names = (api: Api, fields: string[]) =>
    api
      .query('ConfigurationItems', [{ op: 'eq', field: 'id', value: 12 }], { IncludeFields: fields })
      .then(({ json }) => json.items?.[0].userDefinedFields?.map((udf: { name: string }) => udf.name));

  it('user-defined fields come by the word, by their names, or never', async () => {
    const api = await startApi({ seed });
    expect(await names(api, ['id', 'userDefinedFields'])).toEqual(['Addigy Agent ID', 'Recovery Key']);
    expect(await names(api, ['id'])).toBeUndefined();
    api.simulator.setQuirks({ includeUdfs: 'by-name' });
    expect(await names(api, ['id', 'Addigy Agent ID'])).toEqual(['Addigy Agent ID']);
    expect(await names(api, ['id', 'userDefinedFields'])).toBeUndefined();
    api.simulator.setQuirks({ includeUdfs: 'never', unknownIncludeField: 'ignored' });
    expect(await names(api, ['id', 'userDefinedFields', 'Addigy Agent ID'])).toBeUndefined();
  });
});

describe('pages', () => {
  it('are 500 by default, ordered by id, and go on by POST with the same body', async () => {
    const { call, query } = await startApi({ seed: many(1100) });
    const filter = [{ op: 'eq', field: 'companyID', value: 175 }];
    const first = await query('ConfigurationItems', filter, { MaxRecords: 500 });
    const details = first.json.pageDetails;
    expect(details).toMatchObject({ count: 500, requestCount: 500, prevPageUrl: null });
    const second = await call('POST', details.nextPageUrl, { filter, MaxRecords: 500 });
    expect(second.json.pageDetails).toMatchObject({ count: 50, nextPageUrl: null });
    const ids = [...first.json.items, ...second.json.items].map((item) => item.id);
    expect(new Set(ids).size).toBe(550);
    expect(ids).toEqual([...ids].sort((one, other) => one - other));
    const back = await call('POST', second.json.pageDetails.prevPageUrl, { filter, MaxRecords: 500 });
    expect(back.json.items).toEqual(first.json.items);
  });

  it('a GET on the next page is 200 with no items, or 405', async () => {
    const { call, query, simulator } = await startApi({ seed: many(501) });
    const { nextPageUrl } = (await query('ConfigurationItems', all)).json.pageDetails;
    const silent = await call('GET', nextPageUrl);
    expect([silent.status, silent.json.items]).toEqual([200, []]);
    simulator.setQuirks({ getNextPage: '405' });
    expect((await call('GET', nextPageUrl)).status).toBe(405);
  });

  it('a POST on the next page without the filter is refused', async () => {
    const { call, query } = await startApi({ seed: many(501) });
    const { nextPageUrl } = (await query('ConfigurationItems', all)).json.pageDetails;
    expect((await call('POST', nextPageUrl, {})).status).toBe(500);
  });

  it('a query by GET goes on by GET', async () => {
    const { call } = await startApi({ seed: many(501) });
    const search = encodeURIComponent(JSON.stringify({ filter: all }));
    const first = await call('GET', `ConfigurationItems/query?search=${search}`);
    expect(first.json.items).toHaveLength(500);
    const second = await call('GET', first.json.pageDetails.nextPageUrl);
    expect(second.json.items).toHaveLength(1);
  });

  it('an exact page has no next one, and id is needed where there is one', async () => {
    const { query } = await startApi({ seed: many(10) });
    const exact = await query('ConfigurationItems', all, { MaxRecords: 10 });
    expect(exact.json.pageDetails.nextPageUrl).toBeNull();
    const without = { MaxRecords: 5, IncludeFields: ['serialNumber'] };
    expect((await query('ConfigurationItems', all, without)).status).toBe(500);
  });

  it('can be walked by id', async () => {
    const { ids } = await startApi({ seed: many(1001) });
    const walked: number[] = [];
    for (let last = 0, page = [0]; page.length > 0; last = walked.at(-1) ?? 0) {
      page = await ids('ConfigurationItems', { op: 'gt', field: 'id', value: last });
      walked.push(...page);
    }
    expect(walked).toHaveLength(1001);
  });

  it('are counted by POST and GET', async () => {
    const { call } = await startApi({ seed: many(1001) });
    expect((await call('POST', 'ConfigurationItems/query/count', { filter: all })).json).toEqual({
      queryCount: 1001,
    });
    const search = encodeURIComponent(JSON.stringify({ filter: all }));
    const byGet = await call('GET', `ConfigurationItems/query/count?search=${search}`);
    expect(byGet.json).toEqual({ queryCount: 1001 });
  });
});

describe('a single record', () => {
  it('that is not there is 404, or null', async () => {
    const { call, simulator } = await startApi({ seed });
    expect((await call('GET', 'ConfigurationItems/999')).status).toBe(404);
    simulator.setQuirks({ missingRecord: 'null-item' });
    expect((await call('GET', 'ConfigurationItems/999')).json).toEqual({ item: null });
  });

  it.each([
    ['GET', 'ConfigurationItems'],
    ['DELETE', 'ConfigurationItems/10'],
    ['PATCH', 'ConfigurationItems/10'],
    ['PUT', 'ConfigurationItems/10'],
    ['DELETE', 'Products/29681001'],
    ['PATCH', 'ConfigurationItems/query'],
    ['POST', 'Version'],
  ])('%s %s is 405 in ASP.NET’s shape', async (method, path) => {
    const { call, simulator } = await startApi({ seed });
    const answer = await call(method, path, method === 'GET' ? undefined : { id: 10, isActive: false });
    expect(answer.status).toBe(405);
    expect(answer.json.Message).toContain(`'${method}'`);
    expect(simulator.world.item(10)?.isActive).toBe(true);
  });

  it.each(['Nonsense/query', 'ConfigurationItems/nonsense', '', 'Assets'])(
    'a wrong path %j is 404 with HTML',
    async (path) => {
      const { call } = await startApi({ seed });
      const answer = await call('GET', path);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toContain('text/html');
    },
  );

  it.each(['Contacts/query', 'ConfigurationItems/10/Notes', 'Tickets/query'])(
    'what is not simulated (%s) says so',
    async (path) => {
      const { call } = await startApi({ seed });
      expect(await call('POST', path, { filter: all })).toMatchObject({
        status: 501,
        text: expect.stringContaining('does not model'),
      });
    },
  );
});
