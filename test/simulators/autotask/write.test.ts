import { describe, expect, it } from 'vitest';
import { startApi } from './api-client.ts';
import { defaultSeed } from './seed.ts';

const product = 29_681_001;
const inactiveProduct = 29_681_002;
const draft = { companyID: 175, productID: product, isActive: true };
const seed = {
  ...defaultSeed,
  categories: [
    { id: 2, name: 'Retired', isActive: false },
    { id: 3, name: 'Standard', isActive: true },
  ],
  types: [{ id: 4, name: 'Old', isActive: false }],
  items: [{ id: 10, ...draft, serialNumber: 'C02AAA', referenceTitle: 'Ann' }],
};
const started = (quirks = {}) => startApi({ seed, quirks });
const username = seed.users[0]!.username;

describe('create', () => {
  it('answers 200 with the id alone, and fills in what Autotask sets', async () => {
    const { call, simulator } = await started();
    const answer = await call('POST', 'ConfigurationItems', { id: 0, ...draft, referenceTitle: 'Bob' });
    expect([answer.status, answer.json]).toEqual([200, { itemId: 1000 }]);
    const { resourceId } = simulator.world.user(username)!;
    expect(simulator.world.item(1000)).toMatchObject({
      ...draft,
      referenceTitle: 'Bob',
      configurationItemCategoryID: 3,
      createdByPersonID: resourceId,
      versions: 1,
    });
    expect(simulator.world.item(1000)?.createDate).toBe(simulator.world.item(1000)?.lastModifiedTime);
  });

  it.each(['companyID', 'productID', 'isActive'])('needs %s', async (name) => {
    const { call, simulator } = await started();
    const answer = await call('POST', 'ConfigurationItems', { ...draft, [name]: undefined });
    expect([answer.status, answer.json.errors[0]]).toEqual([500, `Missing Required Field: ${name}`]);
    expect(simulator.world.items()).toHaveLength(1);
  });

  const invalid = 'does not exist or is invalid.';
  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown company', { companyID: 404 }, invalid],
    ['an inactive company', { companyID: 176 }, invalid],
    ['an unknown product', { productID: 404 }, invalid],
    ['an inactive product', { productID: inactiveProduct }, invalid],
    ['an unknown category', { configurationItemCategoryID: 404 }, invalid],
    ['an inactive category', { configurationItemCategoryID: 2 }, invalid],
    ['an inactive type', { configurationItemType: 4 }, invalid],
    ['a contact', { contactID: 1 }, invalid],
    [
      'a serial number of 101',
      { serialNumber: 'x'.repeat(101) },
      'exceeds maximum length (field:serialNumber)',
    ],
    ['a field of the RMM', { rmmDeviceAuditHostname: 'x' }, 'The field rmmDeviceAuditHostname is read-only.'],
    ['a Datto field', { dattoHostname: 'x' }, 'read-only'],
    ['createDate', { createDate: '2024-01-01T00:00:00' }, 'read-only'],
    ['rmmIsMobileDeviceManagementEnrolled', { rmmIsMobileDeviceManagementEnrolled: true }, 'read-only'],
    ['an unknown field', { hostname: 'x' }, 'Unable to find hostname in the ConfigurationItem Entity.'],
    ['a number as text', { productID: String(product) }, 'Error converting value'],
    ['a text as number', { referenceTitle: 5 }, 'Error converting value'],
    ['a bad date', { installDate: 'yesterday' }, 'Error converting value'],
    ['a date that is none', { installDate: '2024-02-40' }, 'Error converting value'],
    ['an unknown user-defined field', { userDefinedFields: [{ name: 'X', value: '1' }] }, invalid],
    [
      'a number in a user-defined field',
      { userDefinedFields: [{ name: 'Addigy Agent ID', value: 1 }] },
      'Error',
    ],
    [
      'a long user-defined field',
      { userDefinedFields: [{ name: 'Addigy Agent ID', value: 'x'.repeat(256) }] },
      'String value exceeds maximum length (field:Addigy Agent ID)',
    ],
  ])('refuses %s with 500 and leaves nothing behind', async (_what, more, text) => {
    const { call, simulator } = await started();
    const answer = await call('POST', 'ConfigurationItems', { ...draft, ...more });
    expect(answer.status).toBe(500);
    expect(answer.json.errors[0]).toContain(text);
    expect(answer.json.errors.at(-1)).toBe('Error creating entity for record number [1].');
    expect(simulator.world.items()).toHaveLength(1);
  });

  it('takes lengths to the last character, and dates with and without Z', async () => {
    const { call, simulator } = await started();
    const answer = await call('POST', 'ConfigurationItems', {
      ...draft,
      serialNumber: 'x'.repeat(100),
      installDate: '2024-01-31T23:30:00-05:00',
      warrantyExpirationDate: '2027-05-01T12:00:00Z',
    });
    expect(simulator.world.item(answer.json.itemId)).toMatchObject({
      serialNumber: 'x'.repeat(100),
      // Midnight of the date as it was sent.
      installDate: '2024-01-31T00:00:00',
      warrantyExpirationDate: '2027-05-01T00:00:00',
    });
  });

  it('an inactive company may be allowed', async () => {
    const { call } = await started({ createIntoInactiveCompany: 'allowed' });
    expect((await call('POST', 'ConfigurationItems', { ...draft, companyID: 176 })).status).toBe(200);
  });

  it('does it twice when asked twice: there is no idempotency, and serials are not unique', async () => {
    const { call, simulator } = await started();
    await call('POST', 'ConfigurationItems', { ...draft, serialNumber: 'C02AAA' });
    await call('POST', 'ConfigurationItems', { ...draft, serialNumber: 'C02AAA' });
    expect(simulator.world.items().filter((item) => item.serialNumber === 'C02AAA')).toHaveLength(3);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'Products',
      { name: 'New', isActive: true, isSerialized: true, productBillingCodeID: 1 },
      { billingType: 1 },
    ],
    ['ConfigurationItemCategories', { name: 'New', isActive: true }, { name: 'New' }],
    ['ConfigurationItemTypes', { name: 'New', isActive: true }, { name: 'New' }],
  ])('works for %s', async (entity, body, expected) => {
    const { call } = await started();
    const { itemId } = (await call('POST', entity, body)).json;
    expect((await call('GET', `${entity}/${itemId}`)).json.item).toMatchObject(expected);
    expect((await call('POST', entity, { ...body, name: undefined })).json.errors[0]).toBe(
      'Missing Required Field: name',
    );
  });
});

describe('PATCH', () => {
  it('on the collection changes what it names, and is a version each time', async () => {
    const { call, simulator } = await started();
    simulator.world.advanceClock(5000);
    const before = simulator.world.item(10)!;
    const answer = await call('PATCH', 'ConfigurationItems', { id: 10, referenceTitle: 'Carl' });
    expect([answer.status, answer.json]).toEqual([200, { itemId: 10 }]);
    const after = simulator.world.item(10)!;
    expect(after).toMatchObject({ referenceTitle: 'Carl', serialNumber: 'C02AAA', versions: 2 });
    expect(after.lastModifiedTime > before.lastModifiedTime).toBe(true);
    await call('PATCH', 'ConfigurationItems', { id: 10, referenceTitle: 'Carl' });
    expect(simulator.world.item(10)?.versions).toBe(3);
  });

  it('ignores companyID silently', async () => {
    const { call, simulator } = await started();
    const answer = await call('PATCH', 'ConfigurationItems', { id: 10, companyID: 0, notes: 'n' });
    expect(answer.status).toBe(200);
    expect(simulator.world.item(10)).toMatchObject({ companyID: 175, notes: 'n' });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no id', { notes: 'n' }, 'Missing Required Field: id'],
    ['an unknown id', { id: 404, notes: 'n' }, 'does not exist'],
    ['a required field as null', { id: 10, productID: null }, 'Missing Required Field: productID'],
    ['an inactive product', { id: 10, productID: inactiveProduct }, 'does not exist or is invalid.'],
    ['lastModifiedTime', { id: 10, lastModifiedTime: '2024-01-01T00:00:00' }, 'read-only'],
    ['a long title', { id: 10, referenceTitle: 'x'.repeat(201) }, '(field:referenceTitle)'],
  ])('refuses %s', async (_what, body, text) => {
    const { call, simulator } = await started();
    const answer = await call('PATCH', 'ConfigurationItems', body);
    expect(answer.status).toBe(500);
    expect(answer.json.errors[0]).toContain(text);
    expect(answer.json.errors.at(-1)).toBe('Error updating entity for record number [1].');
    expect(simulator.world.item(10)?.versions).toBe(1);
  });

  it('null clears, or answers 200 and does not', async () => {
    const { call, simulator } = await started();
    simulator.world.edit(10, { udfs: { 'Addigy Agent ID': 'A' }, contractID: 5 });
    const clear = {
      id: 10,
      referenceTitle: null,
      userDefinedFields: [{ name: 'Addigy Agent ID', value: null }],
    };
    simulator.setQuirks({ nullIsIgnored: true });
    expect((await call('PATCH', 'ConfigurationItems', clear)).status).toBe(200);
    expect(simulator.world.item(10)).toMatchObject({
      referenceTitle: 'Ann',
      udfs: { 'Addigy Agent ID': 'A' },
    });
    simulator.setQuirks({ nullIsIgnored: false });
    await call('PATCH', 'ConfigurationItems', { ...clear, contractID: null });
    const item = simulator.world.item(10);
    expect(item).toMatchObject({ contractID: 5, udfs: { 'Addigy Agent ID': null } });
    expect(item?.referenceTitle).toBeUndefined();
  });

  it('of other fields passes over a product that is inactive by now, or does not', async () => {
    const { call, simulator } = await started();
    simulator.edit({ kind: 'edit-record', entity: 'Products', id: product, patch: { isActive: false } });
    expect((await call('PATCH', 'ConfigurationItems', { id: 10, notes: 'n' })).status).toBe(200);
    simulator.setQuirks({ unchangedInactiveReferenceBlocks: true });
    const blocked = await call('PATCH', 'ConfigurationItems', { id: 10, notes: 'm' });
    expect(blocked.json.errors[0]).toContain('productID');
    expect(simulator.world.item(10)?.notes).toBe('n');
  });
});

it('PUT sets to null every writable field that it leaves out', async () => {
  const { call, simulator } = await started();
  const body = { id: 10, productID: product, isActive: true };
  expect((await call('PUT', 'ConfigurationItems', { id: 10, isActive: true })).status).toBe(500);
  expect((await call('PUT', 'ConfigurationItems', body)).json).toEqual({ itemId: 10 });
  const item = simulator.world.item(10)!;
  expect(item).toMatchObject({ companyID: 175, productID: product });
  expect([item.serialNumber, item.referenceTitle]).toEqual([undefined, undefined]);
});

describe('what a body may be', () => {
  it('one record: no array', async () => {
    const { call } = await started();
    expect((await call('POST', 'ConfigurationItems', [draft])).status).toBe(500);
  });

  it.each<[string, string, Record<string, string>, number]>([
    ['not JSON', '{"companyID":', { 'Content-Type': 'application/json' }, 400],
    ['of another type', JSON.stringify(draft), { 'Content-Type': 'text/plain' }, 415],
    [
      'said to be compressed',
      JSON.stringify(draft),
      { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      500,
    ],
  ])('refused: %s', async (_what, body, headers, status) => {
    const { simulator } = await started();
    const { secret, trackingIdentifier } = simulator.world.user(username)!;
    const answer = await fetch(`${simulator.url}/atservicesrest/v1.0/configurationitems`, {
      method: 'POST',
      headers: { UserName: username, Secret: secret, ApiIntegrationCode: trackingIdentifier, ...headers },
      body,
    });
    expect(answer.status).toBe(status);
    expect(simulator.world.items()).toHaveLength(1);
  });
});
