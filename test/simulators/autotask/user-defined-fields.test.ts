import { describe, expect, it } from 'vitest';
import { startApi } from './api-client.ts';
import { defaultSeed, type ProtectedData } from './seed.ts';

const draft = { companyID: 175, productID: 29_681_001, isActive: true };
const mark = 'Addigy Agent ID';
const key = 'Recovery Key';
const none: ProtectedData = {
  viewUnprotected: false,
  editUnprotected: false,
  viewProtected: false,
  editProtected: false,
};
const every: ProtectedData = {
  viewUnprotected: true,
  editUnprotected: true,
  viewProtected: true,
  editProtected: true,
};
const seed = {
  ...defaultSeed,
  items: [
    { id: 1, ...draft },
    { id: 2, ...draft, udfs: { [mark]: 'agent', [key]: 'secret' } },
  ],
};
const withBoxes = (protectedData: ProtectedData, quirks = {}) =>
  startApi({ seed: { ...seed, users: [{ ...seed.users[0]!, protectedData }] }, quirks });

const udfs = (markValue: string | null, keyValue: string | null) => [
  { name: mark, value: markValue },
  { name: key, value: keyValue },
];

describe('what a user sees', () => {
  const page = [{ op: 'gte', field: 'id', value: 0 }];

  it.each<[string, Partial<ProtectedData>, unknown, unknown]>([
    ['every box', every, udfs(null, null), udfs('agent', 'secret')],
    [
      'both unprotected',
      { viewUnprotected: true, editUnprotected: true },
      udfs(null, '*****'),
      udfs('agent', '*****'),
    ],
    ['view unprotected', { viewUnprotected: true }, udfs(null, '*****'), udfs('agent', '*****')],
    // Not to be had in the UI, where View Protected ticks View Unprotected: so the mask can be tried by itself.
    ['view protected', { viewProtected: true }, udfs('*****', null), udfs('*****', 'secret')],
    ['edit alone', { editUnprotected: true }, udfs('*****', '*****'), udfs('*****', '*****')],
    ['no box', {}, undefined, undefined],
  ])('with %s', async (_what, boxes, first, second) => {
    const { query } = await withBoxes({ ...none, ...boxes });
    const { items } = (await query('ConfigurationItems', page)).json;
    expect(items.map((item: { userDefinedFields: unknown }) => item.userDefinedFields)).toEqual([
      first,
      second,
    ]);
  });

  it('with no box may be masks, too', async () => {
    const { call } = await withBoxes(none, { withoutAnyBox: 'masked' });
    expect((await call('GET', 'ConfigurationItems/1')).json.item.userDefinedFields).toEqual(
      udfs('*****', '*****'),
    );
  });

  it('nothing at all where no record of the page has a value', async () => {
    const { query, call } = await withBoxes(every);
    const empty = await query('ConfigurationItems', [{ op: 'eq', field: 'id', value: 1 }]);
    expect(empty.json.items[0]).not.toHaveProperty('userDefinedFields');
    expect((await call('GET', 'ConfigurationItems/1')).json.item).not.toHaveProperty('userDefinedFields');
    // Beside a record with a value, the same record has the array.
    const both = await query('ConfigurationItems', page);
    expect(both.json.items[0].userDefinedFields).toEqual(udfs(null, null));
  });

  it('the mask, on a page without values, or nothing', async () => {
    const { call, simulator } = await withBoxes({ ...none, viewUnprotected: true });
    expect((await call('GET', 'ConfigurationItems/1')).json.item.userDefinedFields).toEqual(
      udfs(null, '*****'),
    );
    simulator.setQuirks({ emptyMaskedPage: 'omitted' });
    expect((await call('GET', 'ConfigurationItems/1')).json.item).not.toHaveProperty('userDefinedFields');
  });

  it('follows a change of the boxes at once', async () => {
    const { call, simulator } = await withBoxes(every);
    simulator.world.setPermission(seed.users[0]!.username, { protectedData: { viewUnprotected: false } });
    expect((await call('GET', 'ConfigurationItems/2')).json.item.userDefinedFields).toEqual(
      udfs('*****', 'secret'),
    );
  });
});

describe('what a user may write', () => {
  it.each<[string, Partial<ProtectedData>, string, number]>([
    ['an unprotected field with Edit Unprotected', { editUnprotected: true }, mark, 200],
    ['an unprotected field without', { viewUnprotected: true, editProtected: true }, mark, 500],
    ['a protected field with Edit Protected', { editProtected: true }, key, 200],
    ['a protected field with Edit Unprotected alone', { editUnprotected: true }, key, 500],
    ['a field with no box', {}, mark, 500],
  ])('%s', async (_what, boxes, name, status) => {
    const { call, simulator } = await withBoxes({ ...none, ...boxes });
    const body = { id: 1, notes: 'n', userDefinedFields: [{ name, value: 'new' }] };
    const answer = await call('PATCH', 'ConfigurationItems', body);
    expect(answer.status).toBe(status);
    const item = simulator.world.item(1)!;
    // Refused as a whole.
    expect([item.udfs[name], item.notes]).toEqual(status === 200 ? ['new', 'n'] : [null, undefined]);
    if (status === 500) expect(answer.json.errors[0]).toMatch(/permission to edit/u);
  });

  it('those that are not named stay, and a mask that is written back is stored as it is', async () => {
    const { call, simulator } = await withBoxes({ ...every, viewUnprotected: false });
    const { item } = (await call('GET', 'ConfigurationItems/2')).json;
    const [masked] = item.userDefinedFields;
    await call('PATCH', 'ConfigurationItems', { id: 2, userDefinedFields: [masked] });
    expect(simulator.world.item(2)?.udfs).toEqual({ [mark]: '*****', [key]: 'secret' });
  });

  it('can be given on create', async () => {
    const { call, simulator } = await withBoxes(every);
    const body = { ...draft, userDefinedFields: [{ name: mark, value: 'a-1' }] };
    const { itemId } = (await call('POST', 'ConfigurationItems', body)).json;
    expect(simulator.world.item(itemId)?.udfs[mark]).toBe('a-1');
  });
});

describe('definitions', () => {
  it('tell what is protected', async () => {
    const { query } = await withBoxes(none);
    const filter = [
      { op: 'eq', field: 'udfType', value: 6 },
      { op: 'eq', field: 'isProtected', value: false },
    ];
    const { items } = (await query('UserDefinedFieldDefinitions', filter)).json;
    expect(items).toMatchObject([{ name: mark, isActive: true, udfType: 6 }]);
  });

  it('a new one is a field of every item at once; without the right to create it is refused', async () => {
    const { call, simulator } = await withBoxes(every);
    const body = { name: 'New', udfType: 6, dataType: 1, isActive: true, isProtected: false };
    const { username } = simulator.world.users()[0]!;
    const mayCreate = (create: boolean) =>
      simulator.world.setPermission(username, { rights: { UserDefinedFieldDefinitions: { create } } });
    mayCreate(false);
    expect((await call('POST', 'UserDefinedFieldDefinitions', body)).status).toBe(500);
    expect(simulator.world.item(1)?.udfs).not.toHaveProperty('New');
    mayCreate(true);
    expect((await call('POST', 'UserDefinedFieldDefinitions', body)).status).toBe(200);
    const { fields } = (await call('GET', 'ConfigurationItems/entityInformation/userDefinedFields')).json;
    expect(fields.at(-1)).toMatchObject({ name: 'New', length: 255 });
    const change = { id: 1, userDefinedFields: [{ name: 'New', value: 'v' }] };
    expect((await call('PATCH', 'ConfigurationItems', change)).status).toBe(200);
    const { userDefinedFields } = (await call('GET', 'ConfigurationItems/1')).json.item;
    expect(userDefinedFields).toContainEqual({ name: 'New', value: 'v' });
    const tooLong = { ...body, name: 'x'.repeat(46) };
    expect((await call('POST', 'UserDefinedFieldDefinitions', tooLong)).status).toBe(500);
  });

  it('can be created and changed; a field keeps its values when it is renamed, and hides when it is inactive', async () => {
    const { call, simulator, ids } = await withBoxes(every);
    const body = { name: 'New', udfType: 6, dataType: 1, isActive: true };
    const { itemId } = (await call('POST', 'UserDefinedFieldDefinitions', body)).json;
    expect((await call('POST', 'UserDefinedFieldDefinitions', body)).status).toBe(500);
    await call('PATCH', 'ConfigurationItems', { id: 1, userDefinedFields: [{ name: 'New', value: 'v' }] });
    await call('PATCH', 'UserDefinedFieldDefinitions', { id: itemId, name: 'Newer' });
    expect(simulator.world.item(1)?.udfs.Newer).toBe('v');
    expect(await ids('ConfigurationItems', { op: 'eq', field: 'Newer', udf: true, value: 'v' })).toEqual([1]);
    simulator.edit({ kind: 'edit-udf', name: 'Newer', patch: { isActive: false } });
    expect((await call('GET', 'ConfigurationItems/2')).json.item.userDefinedFields).toHaveLength(2);
    expect(
      (
        await call('PATCH', 'ConfigurationItems', {
          id: 1,
          userDefinedFields: [{ name: 'Newer', value: 'w' }],
        })
      ).status,
    ).toBe(500);
  });
});
