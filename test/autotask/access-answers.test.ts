/** An API user's access where Autotask answers otherwise than the simulator does. */
import { afterEach, describe, expect, it } from 'vitest';
import { createOpenAccess } from '#autotask/open-access';
import type { Access } from '#permissions/access';
import type { Reply } from '../http/scripted-server.ts';
import { page, type ScriptedAutotask, scriptAutotask, signal, usual } from './scripted-autotask.ts';

const servers: ScriptedAutotask[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const credentials = { username: 'u@example.com', secret: 'S3cret!value', trackingIdentifier: 'TRACK0ID' };

/** Logged in to an Autotask that answers the call as told, and nothing else. */
async function open(replies: Readonly<Record<string, Reply>>, version: Reply = usual) {
  const server = await scriptAutotask((call) => {
    if (call.startsWith('GET zoneInformation')) return { body: { url: server.options.zoneUrl } };
    if (call === 'GET Version') return version;
    return replies[call] ?? { status: 500, body: { errors: [`not scripted: ${call}`] } };
  });
  servers.push(server);
  const openAccess = createOpenAccess({
    baseUrl: server.url,
    random: () => 0,
    now: () => 0,
    timeoutMs: 2000,
  });
  return { server, access: await openAccess(credentials, signal) };
}

const html = { status: 404, body: '<html>not found</html>' };
const refusal = { status: 500, body: { errors: ['You may not do this.'] } };

describe('a login that is refused', () => {
  it.each<[string, Reply, boolean]>([
    ['an empty 401', { status: 401, body: '' }, false],
    ['a 401 in plain text', { status: 401, body: 'The user account has been locked.' }, true],
    ['a 401 in ASP.NET’s shape', { status: 401, body: { Message: 'The user account is locked' } }, true],
    [
      'a user bound to a vendor is no locked one',
      { status: 401, body: { errors: ['This user is locked to another vendor'] } },
      false,
    ],
    ['an invalid code', { status: 500, body: { errors: ['IntegrationCode is invalid'] } }, false],
  ])('%s', async (_what, version, locked) => {
    await expect(open({}, version)).rejects.toMatchObject({ failure: 'unauthorised', locked });
    expect(servers[0]?.calls()).toHaveLength(2);
  });

  it.each<[string, object]>([
    ['The user account has been locked.', { failure: 'unauthorised', locked: true }],
    ['The account is locked.', { failure: 'refused', locked: false }],
  ])('and a write whose answer says: %s', async (words, error) => {
    const { access } = await open({ 'POST ConfigurationItems': { status: 500, body: { errors: [words] } } });
    const creating = access.createItem({ companyId: 1, productId: 1, fields: {}, udfs: {} }, signal);
    await expect(creating).rejects.toMatchObject(error);
  });
});

describe('levels', () => {
  const told = (info: object): Reply => ({ body: { info: { name: 'Product', ...info } } });

  it.each<[unknown, string]>([
    [0, 'none'],
    [1, 'all'],
    [2, 'restricted'],
    [3, 'unknown'],
    [-1, 'unknown'],
    ['None', 'none'],
    ['All', 'all'],
    ['Restricted', 'restricted'],
    ['RESTRICTED', 'restricted'],
    ['Unknown', 'unknown'],
    ['Some', 'unknown'],
    ['', 'unknown'],
    [null, 'unknown'],
    [undefined, 'unknown'],
    [true, 'unknown'],
  ])('%j is %s', async (level, query) => {
    const { access } = await open({
      'GET Products/entityInformation': told({
        userAccessForQuery: level,
        canCreate: true,
        canUpdate: 'yes',
      }),
    });
    expect(await access.entity('Products', signal)).toEqual({
      entity: 'Products',
      offers: { create: true, update: false, delete: false },
      query,
      create: 'unknown',
      update: 'unknown',
      delete: 'unknown',
    });
  });

  it.each([
    ['Company', 'Companies'],
    ['companies', 'Companies'],
    ['Product', 'Products'],
    ['ConfigurationItem', 'ConfigurationItems'],
    ['ConfigurationItems', 'ConfigurationItems'],
    ['UserDefinedFieldDefinition', 'UserDefinedFieldDefinitions'],
    ['Resource', 'Resources'],
    ['ConfigurationItemCategory', 'ConfigurationItemCategories'],
    ['ConfigurationItemType', 'ConfigurationItemTypes'],
    ['Ticket', 'Ticket'],
    ['TicketNotes', 'TicketNotes'],
  ])('the entity %s is %s', async (name, entity) => {
    const { access } = await open({
      'GET EntityInformation': { body: { entityDescriptions: [{ info: { name } }] } },
    });
    expect(await access.entities(signal)).toMatchObject([{ entity }]);
  });

  it('an entry that is not understood is left out', async () => {
    const entityDescriptions = [null, {}, { info: {} }, { info: { name: 'Product', userAccessForQuery: 1 } }];
    const { access } = await open({ 'GET EntityInformation': { body: { entityDescriptions } } });
    expect(await access.entities(signal)).toMatchObject([{ entity: 'Products', query: 'all' }]);
  });
});

type Ask = (access: Access) => Promise<unknown>;
const tolerant: Array<[call: string, ask: Ask]> = [
  ['GET EntityInformation', (access) => access.entities(signal)],
  ['GET Products/entityInformation', (access) => access.entity('Products', signal)],
  ['POST UserDefinedFieldDefinitions/query', (access) => access.fieldDefinitions(signal)],
  ['GET ConfigurationItems/entityInformation/userDefinedFields', (access) => access.listedFields(signal)],
];

describe.each(tolerant)('%s', (call, ask) => {
  it.each<[string, Reply]>([
    ['refused', refusal],
    ['forbidden', { status: 403, body: '' }],
    ['not there', html],
    ['of another shape', { body: { something: 'else' } }],
  ])('%s tells nothing', async (_what, reply) => {
    const { access } = await open({ [call]: reply });
    expect(await ask(access)).toBeNull();
    expect(access.calls()).toBe(3);
  });

  it.each<[string, Reply, string]>([
    ['a refused login', { status: 401, body: '' }, 'unauthorised'],
    ['maintenance', { body: '<html>' }, 'unavailable'],
    ['an exhausted hour', { status: 429, body: 'The hourly threshold has been exceeded' }, 'exhausted'],
  ])('%s rejects', async (_what, reply, failure) => {
    const { access } = await open({ [call]: reply });
    await expect(ask(access)).rejects.toMatchObject({ failure });
    expect(access.calls()).toBe(3);
  });
});

describe('pages', () => {
  it('a page that says there is more, or brings too much, is not asked for again', async () => {
    const rows = [1, 2, 3].map((id) => ({ id, companyName: `Company ${id}`, isActive: true }));
    const { access, server } = await open({ 'POST Companies/query': page(rows, true) });
    expect((await access.someCompanies(2, signal)).map(({ id }) => id)).toEqual([1, 2]);
    expect(server.calls()).toHaveLength(3);
    expect(server.bodies('POST Companies/query')).toEqual([
      {
        maxRecords: 2,
        includeFields: ['id', 'companyName', 'isActive'],
        filter: [{ op: 'gte', field: 'id', value: 0 }],
      },
    ]);
  });

  it('a definition without a name is left out', async () => {
    const rows = [
      { id: 1, name: null },
      { id: 2, name: 'Mark', isActive: false },
    ];
    const { access } = await open({ 'POST UserDefinedFieldDefinitions/query': page(rows) });
    expect(await access.fieldDefinitions(signal)).toEqual([
      { name: 'Mark', active: false, isProtected: false, text: null },
    ]);
  });

  it('definitions without any name tell nothing', async () => {
    const { access } = await open({
      'POST UserDefinedFieldDefinitions/query': page([{ id: 1, name: null }]),
    });
    expect(await access.fieldDefinitions(signal)).toBeNull();
  });

  it('an item of another company or serial is no answer to a serial', async () => {
    const item = { id: 1, companyID: 0, serialNumber: 'CANARY' };
    const rows = [item, { ...item, id: 2, companyID: 1 }, { ...item, id: 3, serialNumber: 'canary' }];
    const { access } = await open({ 'POST ConfigurationItems/query': page(rows) });
    expect(await access.itemsBySerial('CANARY', 0, 'Mark', signal)).toMatchObject([{ id: 1 }]);
  });
});

describe('the data type of a new field', () => {
  const lookup = 'GET UserDefinedFieldDefinitions/entityInformation/fields';
  const listing = (picklistValues: unknown): Reply => ({
    body: { fields: [{ name: 'name' }, { name: 'dataType', picklistValues }] },
  });

  it.each<[string, unknown, number]>([
    [
      'the only text',
      [
        { value: '7', label: 'Text' },
        { value: '8', label: 'Date' },
      ],
      7,
    ],
    [
      'one line rather than several',
      [
        { value: '2', label: 'Text (Multi-Line)' },
        { value: '1', label: 'Text (Single Line)' },
      ],
      1,
    ],
    ['several lines where there is no other', [{ value: '2', label: 'Multi-line text' }], 2],
    ['a value that is a number', [{ value: 3, label: 'Single-Line Text' }], 3],
    [
      'an active one',
      [
        { value: '1', label: 'Text', isActive: false },
        { value: '5', label: 'Text' },
      ],
      5,
    ],
  ])('%s', async (_what, picklist, dataType) => {
    const { access, server } = await open({
      [lookup]: listing(picklist),
      'POST UserDefinedFieldDefinitions': { body: { itemId: 9 } },
    });
    await access.defineField('Mark', signal);
    expect(server.bodies('POST UserDefinedFieldDefinitions')).toEqual([
      { name: 'Mark', udfType: 6, dataType, isActive: true, isProtected: false },
    ]);
  });

  it.each<[string, Reply, string]>([
    [
      'no label speaks of text',
      listing([
        { value: '4', label: 'Date' },
        { value: 'x', label: 'Text' },
      ]),
      'unreadable',
    ],
    ['there is no picklist', listing(null), 'unreadable'],
    ...['', null, true, 1.5, ['1']].map((value, nth): [string, Reply, string] => [
      `the text's value is no number (${nth})`,
      listing([{ value, label: 'Text' }]),
      'unreadable',
    ]),
    ['the metadata is refused', refusal, 'refused'],
  ])('where %s, nothing is written', async (_what, reply, failure) => {
    const { access, server } = await open({ [lookup]: reply });
    await expect(access.defineField('Mark', signal)).rejects.toMatchObject({ failure });
    expect(server.bodies('POST UserDefinedFieldDefinitions')).toEqual([]);
  });

  it('a lost answer is told as one, and not asked again', async () => {
    const { access, server } = await open({
      [lookup]: listing([{ value: '1', label: 'Text' }]),
      'POST UserDefinedFieldDefinitions': { hangUp: true },
    });
    await expect(access.defineField('Mark', signal)).rejects.toMatchObject({ failure: 'lost' });
    expect(server.bodies('POST UserDefinedFieldDefinitions')).toHaveLength(1);
  });
});
