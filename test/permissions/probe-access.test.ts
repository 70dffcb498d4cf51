/** What is asked of Autotask, and in which order; and the canary where Autotask shows less than there is, or another test got there first. */
import { describe, expect, it } from 'vitest';
import type { Access } from '#permissions/access';
import { type Findings, seen, unasked } from '#permissions/findings';
import { canarySerial, type ProbeRequest, probeAccess } from '#permissions/probe-access';
import { inMemoryAutotask, Refusal } from './in-memory-access.ts';
import { definition, itemOf, markField, refused, rights, silent } from './sample-findings.ts';

const request: ProbeRequest = { markField, writes: true, canary: true, canaryItemId: null, word: 'word' };
const { signal } = new AbortController();
const credentials = { username: 'u', secret: 's', trackingIdentifier: 't' };

async function start(change: (access: Access) => Partial<Access> = () => ({})) {
  const autotask = inMemoryAutotask();
  const access = await autotask.openAccess(credentials, signal);
  return { autotask, access: { ...access, ...change(access) } };
}
const idOf = (found: Awaited<ReturnType<typeof probeAccess>>) =>
  found.canary.kind === 'seen' ? found.canary.value.itemId : found.canary;

describe('the canary', () => {
  it('is made once, put to sleep, and found again', async () => {
    const { autotask, access } = await start();
    const first = await probeAccess(access, request, signal);
    expect(idOf(first)).toBe(1);
    expect(autotask.items.get(1)).toMatchObject({
      active: false,
      companyId: 0,
      fields: { serial: canarySerial },
    });
    expect(idOf(await probeAccess(access, request, signal))).toBe(1);
    expect(autotask.items.size).toBe(1);
  });

  it('is known by its id, also where a list does not show it', async () => {
    const { autotask, access } = await start();
    await probeAccess(access, request, signal);
    const blind: Access = { ...access, itemsBySerial: async () => [] };
    expect(idOf(await probeAccess(blind, { ...request, canaryItemId: 1 }, signal))).toBe(1);
    const blinder: Access = { ...blind, item: async () => null };
    expect(idOf(await probeAccess(blinder, { ...request, canaryItemId: 1 }, signal))).toMatchObject({
      kind: 'unasked',
    });
    expect(autotask.items.size).toBe(1);
  });

  it.each<[what: string, query: 'none' | 'restricted' | 'unknown' | 'all', made: number]>([
    ['the level says None', 'none', 0],
    ['the level says Restricted, and no item is shown', 'restricted', 0],
    ['the level is not told, and no item is shown', 'unknown', 0],
    ['the level says All', 'all', 1],
  ])('is not made where it may be there unseen: %s', async (_, query, made) => {
    const entities = async () => [rights('ConfigurationItems', { query, create: 'all', update: 'all' })];
    const { autotask, access } = await start(() => ({ entities }));
    await probeAccess(access, request, signal);
    expect(autotask.items.size).toBe(made);
  });

  it('of two that were made at once the older one is in use; the other says that it is not', async () => {
    let asked = 0;
    const { autotask, access } = await start((real) => ({
      // The other test's item is not there yet when we look, and is when we have made ours.
      itemsBySerial: async (...question) => {
        asked += 1;
        return asked === 1 ? [] : real.itemsBySerial(...question);
      },
      createItem: async (draft) => {
        await real.createItem(draft, signal);
        return real.createItem(draft, signal);
      },
    }));
    const found = await probeAccess(access, request, signal);
    expect(idOf(found)).toBe(1);
    expect(autotask.items.get(1)).toMatchObject({ active: false, mark: { kind: 'agent' } });
    expect(autotask.items.get(2)).toMatchObject({ active: false, mark: { kind: 'empty' } });
    expect(found.canary).toMatchObject(seen({ made: false }));
    expect(autotask.items.get(2)?.fields.title).toMatch(/not in use/u);
  });
});

/** The same, and what was asked of it: the question's name and what was said with it. */
function watched(access: Access): { access: Access; asked: string[] } {
  const asked: string[] = [];
  const get = (target: Access, name: keyof Access) => {
    const member = target[name];
    if (typeof member !== 'function' || name === 'calls') return member;
    return (...said: unknown[]) => {
      const words = said.slice(0, -1).map((one) => JSON.stringify(one));
      asked.push([name, ...words].join(' '));
      return Reflect.apply(member, target, said);
    };
  };
  return { access: new Proxy(access, { get: (target, name) => get(target, name as keyof Access) }), asked };
}

const reads = [
  'entities',
  'someCompanies 1',
  'someProducts 1',
  'someItems 1 "Addigy Agent ID"',
  'fieldDefinitions',
  'listedFields',
];
const valueIn = (field: string) => `itemWithValue "${field}" "Addigy Agent ID"`;
const find = 'itemsBySerial "ADDIGY-AUTOTASK-CANARY" 0 "Addigy Agent ID"';
const make =
  'createItem {"companyId":0,"productId":1,"fields":{"title":"Addigy sync canary: do not delete","serial":"ADDIGY-AUTOTASK-CANARY"},"udfs":{}}';
const sleep = (id: number) => `updateItem ${id} {"active":false}`;
const mark = (id: number) => `updateItem ${id} {"udfs":{"Addigy Agent ID":"addigy-autotask-canary:word"}}`;
const title = (id: number) => `updateItem ${id} {"fields":{"title":"Addigy sync canary: do not delete"}}`;
const read = (id: number) => `item ${id} "Addigy Agent ID"`;

const no = new Refusal('refused', 'Autotask refused the request.');
const down = new Refusal('unavailable', 'Autotask failed.');
const rejects = (error: Error) => async () => {
  throw error;
};
const asleep = (id: number) => ({ ...itemOf({ kind: 'empty' }), id });
const there = async () => [asleep(7)];
const other = async () => [definition({ name: 'Other' })];
const absent = { fieldDefinitions: other, listedFields: async () => ['Other'] };
const onlyMarkRefused: Access['updateItem'] = async (_id, patch) => {
  if (patch.udfs !== undefined) throw no;
};
const nothingSeen = 'whether there is a canary already cannot be seen';

type Row = [
  what: string,
  answers: Partial<Access>,
  request: Partial<ProbeRequest>,
  asked: string[],
  found: { readonly [Key in keyof Findings]?: unknown },
];

/** After the reads. */
const rows: Row[] = [
  [
    'a first validation makes the canary',
    {},
    {},
    [valueIn(markField), find, make, find, sleep(1), mark(1), read(1)],
    {
      companies: seen([{ id: 0, name: 'MSP', active: true }]),
      items: seen([]),
      definitions: seen([definition()]),
      listedFields: seen([markField]),
      defined: unasked('there is one'),
      valued: seen({ field: markField, item: null }),
      canary: seen({
        made: true,
        itemId: 1,
        edit: seen(true),
        markEdit: seen(true),
        readBack: seen(expect.objectContaining({ id: 1, active: false })),
        word: 'addigy-autotask-canary:word',
      }),
    },
  ],
  [
    'a canary that is there is written to, the oldest of two',
    { itemsBySerial: async () => [asleep(9), asleep(3), asleep(5)], updateItem: async () => {} },
    {},
    [valueIn(markField), find, mark(3), read(3)],
    {
      canary: seen(expect.objectContaining({ made: false, itemId: 3, edit: unasked('the mark was edited') })),
    },
  ],
  [
    'a canary that is known is not looked for',
    { item: async (id) => asleep(id), updateItem: async () => {} },
    { canaryItemId: 8 },
    [valueIn(markField), read(8), mark(8), read(8)],
    { canary: seen(expect.objectContaining({ made: false, itemId: 8, readBack: seen(asleep(8)) })) },
  ],
  [
    'a canary that is known, and not shown, is not made again',
    {},
    { canaryItemId: 8 },
    [valueIn(markField), read(8)],
    { canary: unasked('item 8, the canary, is not shown') },
  ],
  [
    'the known canary could not be asked for',
    { item: rejects(down) },
    { canaryItemId: 8 },
    [valueIn(markField), read(8)],
    { canary: silent },
  ],
  [
    'the canary could not be looked for',
    { itemsBySerial: rejects(down) },
    {},
    [valueIn(markField), find],
    { canary: silent },
  ],
  [
    'the canary could not be made',
    { createItem: rejects(no) },
    {},
    [valueIn(markField), find, make],
    { canary: refused() },
  ],
  [
    'there is no product',
    { someProducts: async () => [] },
    {},
    [valueIn(markField), find],
    { canary: unasked('no active product is seen, and an item cannot be made without one') },
  ],
  [
    'the products could not be asked for',
    { someProducts: rejects(no) },
    {},
    [valueIn(markField), find],
    {
      products: refused(),
      canary: unasked('no active product is seen, and an item cannot be made without one'),
    },
  ],
  [
    'no item is shown, and the rights on them are not told',
    { entities: async () => [], entity: async () => null },
    {},
    [
      ...['Companies', 'Products', 'ConfigurationItems', 'UserDefinedFieldDefinitions'].map(
        (one) => `entity "${one}"`,
      ),
      ...[valueIn(markField), find],
    ],
    { entities: new Map(), canary: unasked(nothingSeen) },
  ],
  [
    'items could not be asked for, and the rights on them are not told',
    {
      entities: async () => [rights('Companies'), rights('Products')],
      entity: rejects(no),
      someItems: rejects(no),
    },
    {},
    ['entity "ConfigurationItems"', 'entity "UserDefinedFieldDefinitions"', valueIn(markField), find],
    { canary: unasked(nothingSeen) },
  ],
  [
    'an item is shown, and the rights are told one by one',
    { entities: async () => null, entity: async (name) => rights(name), someItems: there },
    {},
    [
      ...['Companies', 'Products', 'ConfigurationItems', 'UserDefinedFieldDefinitions'].map(
        (one) => `entity "${one}"`,
      ),
      ...[valueIn(markField), find, make, find, sleep(1), mark(1), read(1)],
    ],
    {
      entities: new Map(
        ['Companies', 'Products', 'ConfigurationItems', 'UserDefinedFieldDefinitions'].map((one) => [
          one,
          rights(one),
        ]),
      ),
    },
  ],
  [
    'an item is shown, and the rights on them say None',
    {
      entities: async () => [
        ...['Companies', 'Products', 'UserDefinedFieldDefinitions'].map((one) => rights(one)),
        rights('ConfigurationItems', { query: 'none' }),
      ],
      someItems: there,
    },
    {},
    [valueIn(markField), find, make, find, sleep(1), mark(1), read(1)],
    {},
  ],
  [
    'what was made cannot be put to sleep: its mark is not tried',
    { updateItem: rejects(no) },
    {},
    [valueIn(markField), find, make, find, sleep(1), read(1)],
    {
      canary: seen(
        expect.objectContaining({ edit: refused(), markEdit: unasked('the item cannot be edited at all') }),
      ),
    },
  ],
  [
    'what was made is put to sleep, and its mark is refused: the two rights are told apart already',
    { updateItem: onlyMarkRefused },
    {},
    [valueIn(markField), find, make, find, sleep(1), mark(1), read(1)],
    { canary: seen(expect.objectContaining({ edit: seen(true), markEdit: refused() })) },
  ],
  [
    'a mark is refused: another edit tells which right is missing',
    { itemsBySerial: there, updateItem: onlyMarkRefused },
    {},
    [valueIn(markField), find, mark(7), title(7), read(7)],
    { canary: seen(expect.objectContaining({ edit: seen(true), markEdit: refused() })) },
  ],
  [
    'a mark’s edit gets no answer: another would tell nothing',
    { itemsBySerial: there, updateItem: rejects(down), item: rejects(down) },
    {},
    [valueIn(markField), find, mark(7), read(7)],
    {
      canary: seen(
        expect.objectContaining({ edit: unasked('the mark was edited'), markEdit: silent, readBack: silent }),
      ),
    },
  ],
  [
    'the native engine writes nothing',
    absent,
    { writes: false },
    [valueIn('Other')],
    {
      defined: unasked('there is one'),
      canary: unasked('with the native engine nothing is written with this user'),
    },
  ],
  [
    'the canary is switched off',
    {},
    { canary: false },
    [valueIn(markField)],
    { canary: unasked('the connection has switched the canary off (validation.canary)') },
  ],
  [
    'the mark’s field is made where there is none',
    { ...absent, itemsBySerial: there, updateItem: async () => {} },
    {},
    ['defineField "Addigy Agent ID"', valueIn(markField), valueIn('Other'), find, mark(7), read(7)],
    { defined: seen(true) },
  ],
  [
    'the mark’s field cannot be made',
    { ...absent, defineField: rejects(no) },
    {},
    ['defineField "Addigy Agent ID"', valueIn('Other')],
    { defined: refused(), canary: unasked('there is no field for the mark') },
  ],
  [
    'the mark’s field is only named',
    { fieldDefinitions: async () => null, itemsBySerial: there, updateItem: async () => {} },
    {},
    [valueIn(markField), find, mark(7), read(7)],
    { valued: seen({ field: markField, item: null }) },
  ],
  [
    'no field is told at all',
    { fieldDefinitions: rejects(no), listedFields: rejects(no) },
    {},
    [],
    {
      valued: unasked('no unprotected user-defined field of configuration items is known'),
      canary: unasked('there is no field for the mark'),
    },
  ],
  [
    'one other field is asked for a value: an active one, not protected, not the mark’s own',
    {
      fieldDefinitions: async () => [
        definition({ name: 'Sleeping', active: false }),
        definition({ name: 'Key', isProtected: true }),
        definition({ name: 'ADDIGY agent id' }),
        ...[definition({ name: 'Other' }), definition({ name: 'Another' })],
      ],
    },
    { canary: false },
    [valueIn(markField), valueIn('Other')],
    { valued: seen({ field: 'Other', item: null }) },
  ],
  [
    'the mark’s field has a value: no other is asked for',
    {
      fieldDefinitions: async () => [definition(), definition({ name: 'Other' })],
      itemWithValue: async () => asleep(7),
    },
    { canary: false },
    [valueIn(markField)],
    { valued: seen({ field: markField, item: asleep(7) }) },
  ],
  [
    'neither field could be asked for',
    {
      fieldDefinitions: async () => [definition(), definition({ name: 'Other' })],
      itemWithValue: rejects(no),
    },
    { canary: false },
    [valueIn(markField), valueIn('Other')],
    { valued: refused() },
  ],
];

describe('a validation', () => {
  it.each(rows)('%s', async (_, answers, more, asked, found) => {
    const autotask = inMemoryAutotask();
    const real = await autotask.openAccess(credentials, signal);
    const seenBy = watched({ ...real, ...answers });
    expect(await probeAccess(seenBy.access, { ...request, ...more }, signal)).toMatchObject(found);
    expect(seenBy.asked).toEqual([...reads, ...asked]);
  });

  it.each<[what: string, again: () => Promise<ReturnType<typeof asleep>[]>]>([
    ['was made cannot be looked for', rejects(down)],
    ['was made is not shown', async () => []],
  ])('writes to the item it made, where what %s', async (_, again) => {
    let looks = 0;
    const { autotask, access } = await start(() => ({
      itemsBySerial: () => {
        looks += 1;
        return looks === 1 ? Promise.resolve([]) : again();
      },
    }));
    expect((await probeAccess(access, request, signal)).canary).toMatchObject(
      seen({ made: true, itemId: 1 }),
    );
    expect(autotask.items.get(1)).toMatchObject({ active: false, mark: { kind: 'agent' } });
  });

  it.each<[what: string, error: Error]>([
    ['the credentials stop being accepted', new Refusal('unauthorised', 'No.')],
    ['of a defect', new Error('a defect')],
  ])('is given up where %s', async (_, error) => {
    const { access } = await start(() => ({ someItems: rejects(error) }));
    await expect(probeAccess(access, request, signal)).rejects.toBe(error);
  });
});
