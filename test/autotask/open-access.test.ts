/** An API user's access against the stateful simulator: what each question costs, and what it is answered. */
import { afterEach, describe, expect, it } from 'vitest';
import { createOpenAccess } from '#autotask/open-access';
import type { Access } from '#permissions/access';
import { masked } from '#sync/configuration-item';
import {
  type AutotaskSeed,
  defaultSeed,
  leastPrivilege,
  type SeededUser,
} from '../simulators/autotask/seed.ts';
import {
  type AutotaskQuirks,
  type AutotaskSimulator,
  startAutotaskSimulator,
} from '../simulators/autotask/server.ts';

const { signal } = new AbortController();
const mark = 'Addigy Agent ID';
const mac = 29_681_001;
const user = defaultSeed.users[0]!;
const draft = { companyID: 175, productID: mac, isActive: true };
const items = [
  { ...draft, id: 10, serialNumber: 'C02AAA', udfs: { [mark]: 'agent-1', 'Recovery Key': 'secret' } },
  { ...draft, id: 11, serialNumber: 'c02aaa' },
  { ...draft, id: 12, companyID: 0, isActive: false, serialNumber: 'C02AAA' },
];

let simulator: AutotaskSimulator | undefined;
afterEach(async () => {
  await simulator?.close();
  simulator = undefined;
});

interface World {
  readonly user?: Partial<SeededUser>;
  readonly seed?: Partial<AutotaskSeed>;
  readonly quirks?: Partial<AutotaskQuirks>;
}

async function start(world: World = {}) {
  const seed = { ...defaultSeed, items, users: [{ ...user, ...world.user }], ...world.seed };
  const started = await startAutotaskSimulator({ seed, quirks: world.quirks ?? {} });
  simulator = started;
  const openAccess = createOpenAccess({
    baseUrl: started.url,
    random: () => 0,
    now: () => Date.now(),
    timeoutMs: 5000,
  });
  const { username, secret, trackingIdentifier } = user;
  const open = (over: object = {}) => openAccess({ username, secret, trackingIdentifier, ...over }, signal);
  const asked = () =>
    started.journal.entries().map(({ method, path }) => `${method} ${path.replace(/^.*?\/V1\.0\//u, '')}`);
  return { simulator: started, open, asked };
}

describe('the login', () => {
  it('asks for the zone without the secret, then once for the version', async () => {
    const { simulator, open, asked } = await start();
    const access = await open();
    expect(access.zone).toEqual({
      name: 'Simulated Zone',
      url: `${simulator.url}/ATServicesRest/`,
      webUrl: 'https://ww0.autotask.net/',
    });
    expect(asked()).toEqual(['GET zoneInformation?user=api-sync%40msp.example', 'GET Version']);
    expect(simulator.world.secretsSentToZone).toBe(0);
    expect(access.calls()).toBe(2);
  });

  it('counts what it had to ask again', async () => {
    const { simulator, open } = await start();
    simulator.faults.add(
      { match: { path: 'zoneInformation' }, do: { kind: 'answer', status: 503 } },
      { match: { path: 'Version$' }, do: { kind: 'answer', status: 404 } },
    );
    // Two for the zone, Version, and ThresholdInformation in its place.
    expect((await open()).calls()).toBe(4);
  });

  it.each<[string, World, object, object]>([
    ['a wrong secret', {}, { secret: 'wrong' }, { kind: 'unauthorised', locked: false }],
    ['a wrong identifier', {}, { trackingIdentifier: 'WRONG' }, { kind: 'unauthorised', locked: false }],
    [
      'a wrong identifier, told as a 500',
      { quirks: { wrongTrackingIdentifier: '500-message' } },
      { trackingIdentifier: 'WRONG' },
      { kind: 'unauthorised', locked: false },
    ],
    ['a new user', { user: { readyInMs: 60_000 } }, {}, { kind: 'unauthorised', locked: false }],
    ['an inactive user', { user: { active: false } }, {}, { kind: 'unauthorised', locked: false }],
    ['a locked user', { user: { locked: true } }, {}, { kind: 'unauthorised', locked: false }],
    [
      'a locked user, told by a 401',
      { user: { locked: true }, quirks: { lockedUser: '401-message' } },
      {},
      { kind: 'unauthorised', locked: true },
    ],
    [
      'a locked user, told by a 500',
      { user: { locked: true }, quirks: { lockedUser: '500-message' } },
      {},
      { kind: 'unauthorised', locked: true },
    ],
  ])('%s is refused, and tried once', async (_who, world, over, error) => {
    const { open, asked } = await start(world);
    await expect(open(over)).rejects.toMatchObject({ failure: 'unauthorised', ...error });
    expect(asked()).toHaveLength(2);
  });

  it('an unknown user has no zone, and is not tried', async () => {
    const { open, asked } = await start();
    const refused = open({ username: 'nobody@msp.example' });
    await expect(refused).rejects.toMatchObject({ failure: 'unauthorised', kind: 'unknown-user' });
    expect(asked()).toHaveLength(1);
  });
});

const all = { create: 'all', update: 'all', query: 'all' };
const questions: Array<
  [what: string, ask: (access: Access) => Promise<unknown>, sent: string[], answer: unknown]
> = [
  [
    'entity',
    (access) => access.entity('ConfigurationItems', signal),
    ['GET ConfigurationItems/entityInformation'],
    {
      entity: 'ConfigurationItems',
      offers: { create: true, update: true, delete: false },
      ...all,
      delete: 'none',
    },
  ],
  [
    'someCompanies',
    (access) => access.someCompanies(2, signal),
    ['POST Companies/query'],
    [
      { id: 0, name: 'The MSP itself', active: true },
      { id: 175, name: 'Bakery Example', active: true },
    ],
  ],
  [
    'someProducts, the active ones',
    (access) => access.someProducts(5, signal),
    ['POST Products/query'],
    [{ id: mac, name: 'Apple Mac', active: true }],
  ],
  [
    'someItems',
    (access) => access.someItems(1, mark, signal),
    ['POST ConfigurationItems/query'],
    [expect.objectContaining({ id: 10, mark: { kind: 'agent', agentId: 'agent-1' } })],
  ],
  [
    'fieldDefinitions',
    (access) => access.fieldDefinitions(signal),
    ['POST UserDefinedFieldDefinitions/query'],
    [
      { name: mark, active: true, isProtected: false, text: null },
      { name: 'Recovery Key', active: true, isProtected: true, text: null },
    ],
  ],
  [
    'listedFields',
    (access) => access.listedFields(signal),
    ['GET ConfigurationItems/entityInformation/userDefinedFields'],
    [mark, 'Recovery Key'],
  ],
  [
    'itemWithValue',
    (access) => access.itemWithValue('Recovery Key', mark, signal),
    ['POST ConfigurationItems/query'],
    expect.objectContaining({
      id: 10,
      udfs: new Map<string, unknown>([
        [mark, 'agent-1'],
        ['Recovery Key', masked],
      ]),
    }),
  ],
  [
    'itemsBySerial, exactly so',
    (access) => access.itemsBySerial('C02AAA', 175, mark, signal),
    ['POST ConfigurationItems/query'],
    [expect.objectContaining({ id: 10, companyId: 175 })],
  ],
  [
    'itemsBySerial, the inactive ones too',
    (access) => access.itemsBySerial('C02AAA', 0, mark, signal),
    ['POST ConfigurationItems/query'],
    [expect.objectContaining({ id: 12, active: false })],
  ],
  [
    'item',
    (access) => access.item(11, mark, signal),
    ['GET ConfigurationItems/11'],
    expect.objectContaining({ id: 11 }),
  ],
  [
    'an item that is not there',
    (access) => access.item(99, mark, signal),
    ['GET ConfigurationItems/99'],
    null,
  ],
  [
    'createItem',
    (access) =>
      access.createItem({ companyId: 0, productId: mac, fields: { serial: 'NEW' }, udfs: {} }, signal),
    ['POST ConfigurationItems'],
    1000,
  ],
  [
    'updateItem',
    (access) => access.updateItem(10, { active: false }, signal),
    ['PATCH ConfigurationItems'],
    undefined,
  ],
  [
    'defineField, whose data type is looked up',
    (access) => access.defineField('Another', signal),
    ['GET UserDefinedFieldDefinitions/entityInformation/fields', 'POST UserDefinedFieldDefinitions'],
    undefined,
  ],
];

describe('each question', () => {
  it.each(questions)('%s', async (_what, ask, sent, answer) => {
    const { open, asked } = await start();
    const access = await open();
    expect(await ask(access)).toEqual(answer);
    expect(asked().slice(2)).toEqual(sent);
    expect(access.calls()).toBe(2 + sent.length);
  });

  it('asks for no more rows than it was told to', async () => {
    const { simulator, open } = await start();
    const access = await open();
    await access.someCompanies(1, signal);
    await access.someProducts(3, signal);
    await access.someItems(2, mark, signal);
    await access.itemWithValue(mark, mark, signal);
    const sizes = simulator.journal.entries({ method: 'POST' }).map(({ body }) => body);
    expect(sizes).toMatchObject([{ maxRecords: 1 }, { maxRecords: 3 }, { maxRecords: 2 }, { maxRecords: 1 }]);
  });
});

describe('rights', () => {
  it.each<[string, Partial<AutotaskQuirks>]>([
    ['in words', {}],
    ['in numbers', { accessLevels: 'numbers' }],
  ])('every entity in one request, %s, the known ones by their paths', async (_how, quirks) => {
    const { open, asked } = await start({ quirks, user: { rights: leastPrivilege } });
    const entities = await (await open()).entities(signal);
    expect(asked().slice(2)).toEqual(['GET EntityInformation']);
    const may = entities?.map(({ entity, query, create, update, delete: remove }) =>
      [entity, query, create, update, remove].join(' '),
    );
    expect(may).toEqual([
      'Companies all none none none',
      'ConfigurationItems all all all none',
      'ConfigurationItemCategories none none none none',
      'ConfigurationItemTypes none none none none',
      'Products all none none none',
      'Resources none none none none',
      'UserDefinedFieldDefinitions all none none none',
      'ConfigurationItemWebhook none none none none',
      'InternalLocation none none none none',
      'Ticket none none none none',
    ]);
  });

  it.each<[Partial<AutotaskQuirks>]>([[{}], [{ accessLevels: 'numbers' }]])(
    'restricted, as %j',
    async (quirks) => {
      const { open } = await start({ quirks: { ...quirks, allowedAccess: 'Restricted' } });
      const entity = await (await open()).entity('Products', signal);
      expect(entity).toMatchObject({ entity: 'Products', query: 'restricted', delete: 'none' });
    },
  );
});

describe('user-defined fields', () => {
  it('a field that was made is an active, unprotected text field of every item', async () => {
    const { simulator, open } = await start({ seed: { udfs: [], items: [] } });
    const access = await open();
    expect(await access.fieldDefinitions(signal)).toEqual([]);
    await access.defineField('Mark', signal);
    expect(simulator.world.udfNamed('Mark')?.values).toMatchObject({
      dataType: 1,
      udfType: 6,
      isActive: true,
      isProtected: false,
    });
    const id = await access.createItem({ companyId: 0, productId: mac, fields: {}, udfs: {} }, signal);
    expect(await access.itemWithValue('Mark', 'Mark', signal)).toBeNull();
    await access.updateItem(id, { udfs: { mark: 'word' } }, signal);
    expect(await access.itemWithValue('mark', 'mark', signal)).toMatchObject({
      id,
      mark: { kind: 'agent', agentId: 'word' },
    });
  });

  it.each<[Partial<AutotaskQuirks>]>([[{}], [{ refusedWrite: '403' }]])(
    'cannot be made without the right, as %j',
    async (quirks) => {
      const { simulator, open } = await start({ quirks, user: { rights: leastPrivilege } });
      await expect((await open()).defineField('Mark', signal)).rejects.toMatchObject({ failure: 'refused' });
      expect(simulator.world.udfNamed('Mark')).toBeUndefined();
    },
  );

  it('a filter on a hidden field that is refused is a refusal', async () => {
    const protectedData = {
      viewUnprotected: false,
      editUnprotected: false,
      viewProtected: false,
      editProtected: false,
    };
    const { open } = await start({ user: { protectedData }, quirks: { hiddenUdfFilter: 'error' } });
    const asking = (await open()).itemWithValue(mark, mark, signal);
    await expect(asking).rejects.toMatchObject({ failure: 'refused' });
  });

  it('a write without the right to it is refused', async () => {
    const protectedData = { ...user.protectedData, editUnprotected: false };
    const { open } = await start({ user: { protectedData } });
    const writing = (await open()).updateItem(10, { udfs: { [mark]: 'word' } }, signal);
    await expect(writing).rejects.toMatchObject({ failure: 'refused' });
  });
});
