/**
 * The simulator held to Autotask's own OpenAPI: every answer of status 200 is what the document says, with no
 * field that it does not know. So a misunderstanding that a client and the simulator share cannot hide in a shape.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entities } from '../simulators/autotask/entities.ts';
import { defaultSeed, entityNames } from '../simulators/autotask/seed.ts';
import { type AutotaskSimulator, startAutotaskSimulator } from '../simulators/autotask/server.ts';
import { autotaskDocument as document, autotaskFile as file } from './autotask-contract.ts';

const draft = { companyID: 175, productID: 29_681_001, isActive: true };
const all = { filter: [{ op: 'gte', field: 'id', value: 0 }] };

/** Method, path under `/V1.0`, body. */
type Call = [method: string, path: string, body?: unknown];
const calls: Call[] = [
  ['GET', '/Version'],
  ['GET', '/ThresholdInformation'],
  ['GET', '/EntityInformation'],
  ['GET', '/Modules'],
  ['GET', `/ZoneInformation?user=${defaultSeed.users[0]!.username}`],
  ...entityNames.flatMap((entity): Call[] => [
    ['POST', `/${entity}/query`, all],
    ['GET', `/${entity}/query?search=${encodeURIComponent(JSON.stringify(all))}`],
    ['POST', `/${entity}/query/count`, all],
    ['GET', `/${entity}/query/count?search=${encodeURIComponent(JSON.stringify(all))}`],
    ['GET', `/${entity}/entityInformation`],
    ['GET', `/${entity}/entityInformation/fields`],
    ['GET', `/${entity}/entityInformation/userDefinedFields`],
  ]),
  ['POST', '/ConfigurationItems/query', { ...all, maxRecords: 1, includeFields: ['id', 'serialNumber'] }],
  [
    'POST',
    '/ConfigurationItems/query',
    { filter: [{ op: 'or', items: [{ op: 'exist', field: 'Addigy Agent ID', udf: true }] }] },
  ],
  ['GET', '/ConfigurationItems/10'],
  ['GET', '/Companies/175'],
  ['GET', '/Products/29681001'],
  ['GET', '/ConfigurationItemCategories/1'],
  ['GET', '/ConfigurationItemTypes/1'],
  ['POST', '/ConfigurationItems', { ...draft, userDefinedFields: [{ name: 'Addigy Agent ID', value: 'a' }] }],
  ['PATCH', '/ConfigurationItems', { id: 10, referenceTitle: 'Ann', installDate: '2024-02-03T00:00:00' }],
  ['PUT', '/ConfigurationItems', { id: 10, productID: 29_681_001, isActive: true }],
  ['POST', '/Products', { name: 'New', isActive: true, isSerialized: true, productBillingCodeID: 1 }],
  ['PATCH', '/Products', { id: 29_681_001, description: 'A Mac' }],
  ['PATCH', '/Companies', { id: 175, phone: '555-0123' }],
  ['POST', '/ConfigurationItemCategories', { name: 'New', isActive: true }],
  ['POST', '/ConfigurationItemTypes', { name: 'New', isActive: true }],
  ['POST', '/UserDefinedFieldDefinitions', { name: 'New', udfType: 6, dataType: 1, isActive: true }],
  ['PATCH', '/Resources', { id: 29_682_885, firstName: 'Sync' }],
];

describe.skipIf(document === null)(`Autotask’s OpenAPI (skipped where ${file} is not present)`, () => {
  let simulator: AutotaskSimulator;
  beforeAll(async () => {
    const everything = {
      viewUnprotected: true,
      editUnprotected: true,
      viewProtected: true,
      editProtected: true,
    };
    const user = {
      ...defaultSeed.users[0]!,
      protectedData: everything,
      rights: { Resources: { update: true } },
    };
    const item = { ...draft, serialNumber: 'C02AAA', warrantyExpirationDate: '2027-05-01' };
    const items = [
      { ...item, id: 10, udfs: { 'Addigy Agent ID': 'agent' } },
      { ...item, id: 11 },
    ];
    simulator = await startAutotaskSimulator({ seed: { ...defaultSeed, users: [user], items } });
  });
  afterAll(() => simulator.close());

  async function call(method: string, path: string, body?: unknown) {
    const { username, secret, trackingIdentifier } = defaultSeed.users[0]!;
    const answer = await fetch(`${simulator.url}/ATServicesRest${path}`, {
      method,
      headers: {
        UserName: username,
        Secret: secret,
        ApiIntegrationCode: trackingIdentifier,
        'Content-Type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, json: (await answer.json()) as unknown };
  }

  it('says what VersionInformation is', async () => {
    const { status, json } = await call('GET', '/VersionInformation');
    expect(document?.answerFaults('GET', '/VersionInformation', status, json)).toEqual([]);
  });

  it.each(calls)('%s %s', async (method, path, body) => {
    expect(document?.requestFaults(method, `/V1.0${path}`, body)).toEqual([]);
    const { status, json } = await call(method, `/V1.0${path}`, body);
    const faults = document?.answerFaults(method, `/V1.0${path}`, status, json);
    expect({ status, faults }).toEqual({ status: 200, faults: [] });
  });

  it('has no way to create a resource or to delete an item', () => {
    expect(document?.hasOperation('POST', '/V1.0/Resources')).toBe(false);
    expect(document?.hasOperation('DELETE', '/V1.0/ConfigurationItems/10')).toBe(false);
    expect(document?.hasOperation('PATCH', '/V1.0/ConfigurationItems/10')).toBe(false);
  });

  it.each(Object.values(entities))('$name has every field of the document, and no other', (entity) => {
    const documented = document?.properties(`${entity.singular}Model`) ?? [];
    const fields = documented.filter((name) => name !== 'userDefinedFields' && name !== 'defaultValue');
    expect(entity.fields.map(({ name }) => name).sort()).toEqual(fields.sort());
    expect(entity.hasUserDefinedFields).toBe(documented.includes('userDefinedFields'));
  });

  it.each<[string, unknown, RegExp]>([
    ['an id as text', { items: [{ id: '10' }] }, /\/items\/0\/id/u],
    ['an id of null', { items: [{ id: null }] }, /\/items\/0\/id/u],
    ['a date with Z', { items: [{ createDate: '2024-01-01T00:00:00Z' }] }, /createDate/u],
    ['an unknown property', { items: [], total: 0 }, /unknown property total/u],
    [
      'a user-defined field that is a number',
      { items: [{ userDefinedFields: [{ name: 'x', value: 1 }] }] },
      /value/u,
    ],
  ])('refuses %s: the judge itself can say no', (_what, body, text) => {
    const faults = document?.answerFaults('POST', '/V1.0/ConfigurationItems/query', 200, body) ?? [];
    expect(faults.join('\n')).toMatch(text);
  });
});
