import { expect, it } from 'vitest';
import { startApi } from './api-client.ts';

it('entityInformation in words or numbers, All or Restricted', async () => {
  const { call, simulator } = await startApi();
  const info = async () => (await call('GET', 'ConfigurationItems/EntityInformation')).json.info;
  expect(await info()).toEqual({
    name: 'ConfigurationItem',
    canCreate: true,
    canDelete: false,
    canQuery: true,
    canUpdate: true,
    userAccessForCreate: 'All',
    userAccessForDelete: 'None',
    userAccessForQuery: 'All',
    userAccessForUpdate: 'All',
    hasUserDefinedFields: true,
    supportsWebhookCallouts: true,
  });
  simulator.setQuirks({ accessLevels: 'numbers', allowedAccess: 'Restricted' });
  expect(await info()).toMatchObject({ userAccessForCreate: 2, userAccessForDelete: 0 });
});

it('fields tell their lengths, what is required, read-only, queryable, and their pick lists', async () => {
  const { call } = await startApi();
  const { fields } = (await call('GET', 'ConfigurationItems/entityInformation/fields')).json;
  const field = (name: string) => fields.find((each: { name: string }) => each.name === name);
  expect(field('companyID')).toMatchObject({
    isRequired: true,
    isReadOnly: true,
    referenceEntityType: 'Company',
  });
  expect(field('serialNumber')).toMatchObject({ dataType: 'string', length: 100, isReadOnly: false });
  expect(field('rmmDeviceID')).toMatchObject({ isReadOnly: true, dataType: 'long' });
  expect(field('rmmDeviceAuditOperatingSystem')).toMatchObject({ isQueryable: false });
  expect(field('installDate')).toMatchObject({ dataType: 'datetime', isRequired: false });
  expect(field('configurationItemType').picklistValues).toMatchObject([{ value: '1', label: 'Workstation' }]);
});

it('user-defined fields come with their lengths, and without a word about protection', async () => {
  const { call } = await startApi();
  const { fields } = (await call('GET', 'ConfigurationItems/entityInformation/userDefinedFields')).json;
  expect(fields).toMatchObject([
    { name: 'Addigy Agent ID', type: 'string', length: 255 },
    { name: 'Recovery Key' },
  ]);
  expect(fields[1]).not.toHaveProperty('isProtected');
  expect((await call('GET', 'Companies/entityInformation/userDefinedFields')).json).toEqual({ fields: [] });
});

it('all entities, and some that are only listed, so that rights beyond the job can be seen', async () => {
  const { call, simulator } = await startApi();
  const listed = async () =>
    (await call('GET', 'EntityInformation')).json.entityDescriptions.map(
      ({ info }: { info: Record<string, unknown> }) => [
        info.name,
        info.canDelete,
        info.userAccessForCreate,
        info.userAccessForUpdate,
        info.userAccessForDelete,
      ],
    );
  expect(await listed()).toEqual([
    ['Company', false, 'All', 'All', 'None'],
    ['ConfigurationItem', false, 'All', 'All', 'None'],
    ['ConfigurationItemCategory', false, 'All', 'All', 'None'],
    ['ConfigurationItemType', true, 'All', 'All', 'All'],
    ['Product', false, 'All', 'All', 'None'],
    ['Resource', false, 'None', 'None', 'None'],
    ['UserDefinedFieldDefinition', false, 'All', 'All', 'None'],
    ['ConfigurationItemWebhook', true, 'All', 'All', 'All'],
    ['InternalLocation', false, 'None', 'None', 'None'],
    ['Ticket', false, 'All', 'All', 'None'],
  ]);
  simulator.edit({
    kind: 'set-permission',
    username: simulator.world.users()[0]!.username,
    rights: { Tickets: { create: false, update: false } },
  });
  expect((await listed()).at(-1)).toEqual(['Ticket', false, 'None', 'None', 'None']);
  expect((await call('GET', 'Tickets/entityInformation')).status).toBe(501);
});

it('the modules', async () => {
  const { call } = await startApi();
  expect((await call('GET', 'Modules')).json).toEqual({ modules: [{ key: 1, value: true }] });
});
