import { describe, expect, it } from 'vitest';
import { startApi } from './api-client.ts';
import { defaultSeed, leastPrivilege } from './seed.ts';
import type { AutotaskQuirks } from './server.ts';

const anyone = { UserName: '', Secret: '', ApiIntegrationCode: '' };
const username = defaultSeed.users[0]!.username;

describe('zone discovery', () => {
  it('needs no credentials, and answers with a trailing slash', async () => {
    const { simulator } = await startApi();
    const answer = await fetch(
      `${simulator.url}/atservicesrest/v1.0/ZoneInformation?user=${encodeURIComponent(username)}`,
    );
    expect(await answer.json()).toMatchObject({
      url: `${simulator.url}/ATServicesRest/`,
      webUrl: 'https://ww0.autotask.net/',
    });
    expect(simulator.journal.count({ flag: 'secret-to-zone-information' })).toBe(0);
  });

  it('answers 500 with a message for an unknown user', async () => {
    const { call } = await startApi();
    const answer = await call('GET', 'zoneInformation?user=nobody@x.example', undefined, anyone);
    expect(answer.status).toBe(500);
    expect(answer.json).toEqual({ errors: ['Zone information could not be determined'] });
  });

  it.each([
    ['in the header', '', { Secret: 'whatever' }],
    ['in the query', `&secret=${defaultSeed.users[0]!.secret}`, { Secret: undefined }],
  ])('journals a secret that came along %s', async (_where, query, headers) => {
    const { simulator } = await startApi();
    const sent = Object.entries(headers).filter(([, value]) => value !== undefined) as [string, string][];
    await fetch(`${simulator.url}/ATServicesRest/V1.0/zoneInformation?user=${username}${query}`, {
      headers: Object.fromEntries(sent),
    });
    expect(simulator.journal.count({ flag: 'secret-to-zone-information' })).toBe(1);
    expect(simulator.world.secretsSentToZone).toBe(1);
  });

  it('tells of the zone that the database has moved to', async () => {
    const { call, simulator } = await startApi();
    simulator.edit({ kind: 'move-zone', url: 'https://evil.example/ATServicesRest/' });
    const answer = await call('GET', `zoneInformation?user=${username}`);
    expect(answer.json.url).toBe('https://evil.example/ATServicesRest/');
  });

  it('tells the versions without credentials', async () => {
    const { simulator } = await startApi();
    const answer = await fetch(`${simulator.url}/atservicesrest/versioninformation`);
    expect(await answer.json()).toEqual({ apiVersions: ['1.0'] });
  });
});

describe('credentials', () => {
  it.each([
    ['no username', { UserName: '' }],
    ['no secret', { Secret: '' }],
    ['no tracking identifier', { ApiIntegrationCode: '' }],
    ['an unknown user', { UserName: 'nobody@x.example' }],
    ['a wrong secret', { Secret: 'wrong' }],
    ['a wrong tracking identifier', { ApiIntegrationCode: 'WRONG' }],
  ])('%s is 401 with an empty body', async (_what, headers) => {
    const { call } = await startApi();
    const answer = await call('GET', 'Version', undefined, headers);
    expect([answer.status, answer.text]).toEqual([401, '']);
  });

  it('a good user is told the version', async () => {
    const { call } = await startApi();
    const answer = await call('GET', 'version');
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.json)).toEqual(['majorVersion', 'minorVersion', 'build', 'customerType']);
  });

  it('quirks choose the older answers', async () => {
    const { call } = await startApi({
      quirks: { wrongTrackingIdentifier: '500-message', unknownUser: '500-empty' },
    });
    const wrong = await call('GET', 'Version', undefined, { ApiIntegrationCode: 'WRONG' });
    expect([wrong.status, wrong.json]).toEqual([500, { errors: ['IntegrationCode is invalid'] }]);
    const unknown = await call('GET', 'Version', undefined, { UserName: 'nobody' });
    expect([unknown.status, unknown.text]).toEqual([500, '']);
  });

  it('locks the user after so many wrong secrets, the right one then being refused too', async () => {
    const { call, simulator } = await startApi({ quirks: { lockAfter: 3 } });
    const wrong = () => call('GET', 'Version', undefined, { Secret: 'wrong' });
    await wrong();
    await wrong();
    expect((await call('GET', 'Version')).status).toBe(200);
    // In a row: the right one in between began the count again.
    await wrong();
    await wrong();
    expect((await call('GET', 'Version')).status).toBe(200);
    for (let time = 0; time < 3; time += 1) await wrong();
    expect((await call('GET', 'Version')).status).toBe(401);
    simulator.world.unlock(username);
    expect((await call('GET', 'Version')).status).toBe(200);
  });

  it('ten wrong secrets lock by default', async () => {
    const { call, simulator } = await startApi();
    for (let time = 0; time < 9; time += 1) await call('GET', 'Version', undefined, { Secret: 'wrong' });
    expect(simulator.world.user(username)?.locked).toBe(false);
    await call('GET', 'Version', undefined, { Secret: 'wrong' });
    expect(simulator.world.user(username)?.locked).toBe(true);
  });

  it('refuses a user who is locked, inactive, or too new', async () => {
    const { call, simulator } = await startApi();
    const status = async () => (await call('GET', 'Version')).status;
    simulator.world.lock(username);
    expect(await status()).toBe(401);
    simulator.world.unlock(username);
    simulator.world.setUser(username, { active: false });
    expect(await status()).toBe(401);
    simulator.world.setUser(username, { active: true });
    expect(await status()).toBe(200);
    const late = { ...defaultSeed.users[0]!, username: 'late@msp.example', readyInMs: 300_000 };
    simulator.world.addUser(late);
    const asLate = async () => (await call('GET', 'Version', undefined, { UserName: late.username })).status;
    expect(await asLate()).toBe(401);
    simulator.world.advanceClock(300_001);
    expect(await asLate()).toBe(200);
  });
});

describe('a locked user, by quirk', () => {
  const words = { errors: ['The user account has been locked.'] };

  it.each<[AutotaskQuirks['lockedUser'], number, object | null]>([
    ['401-empty', 401, null],
    ['401-message', 401, words],
    ['500-message', 500, words],
  ])('%s', async (lockedUser, status, json) => {
    const { call, simulator } = await startApi({ quirks: { lockedUser } });
    simulator.world.lock(username);
    const answer = await call('GET', 'Version');
    expect([answer.status, answer.json]).toEqual([status, json]);
    // Whoever has not the secret is told nothing.
    const stranger = await call('GET', 'Version', undefined, { Secret: 'wrong' });
    expect([stranger.status, stranger.text]).toEqual([401, '']);
  });
});

describe('the security level', () => {
  it('without the right to query, lists are empty and nothing is forbidden', async () => {
    const { ids, call, simulator } = await startApi();
    expect(await ids('Companies', { op: 'gte', field: 'id', value: 0 })).toEqual([0, 175, 176]);
    simulator.world.setPermission(username, { rights: { Companies: { query: false } } });
    expect(await ids('Companies', { op: 'gte', field: 'id', value: 0 })).toEqual([]);
    const counted = await call('POST', 'Companies/query/count', {
      filter: [{ op: 'gte', field: 'id', value: 0 }],
    });
    expect(counted.json).toEqual({ queryCount: 0 });
    expect((await call('GET', 'Companies/175')).status).toBe(404);
    const info = await call('GET', 'Companies/entityInformation');
    expect(info.json.info).toMatchObject({ canQuery: true, userAccessForQuery: 'None' });
  });

  it.each([
    ['create', 'POST', { companyID: 175, productID: 29_681_001, isActive: true }],
    ['update', 'PATCH', { id: 1, isActive: false }],
  ] as const)('without the right to %s, a write is refused', async (right, method, body) => {
    const { call, simulator } = await startApi();
    simulator.world.addItem({ id: 1, companyID: 175, productID: 29_681_001, isActive: true });
    simulator.world.setPermission(username, { rights: { ConfigurationItems: { [right]: false } } });
    const answer = await call(method, 'ConfigurationItems', body);
    expect([answer.status, answer.json.errors[0]]).toEqual([500, expect.stringContaining('permissions')]);
    simulator.setQuirks({ refusedWrite: '403' });
    expect((await call(method, 'ConfigurationItems', body)).status).toBe(403);
    expect(simulator.world.items()).toMatchObject([{ id: 1, isActive: true, versions: 1 }]);
  });
});

describe('least privilege', () => {
  it('is what a sync needs, and the metadata shows nothing beyond it', async () => {
    const { call, ids, simulator } = await startApi();
    simulator.world.setPermission(username, { rights: leastPrivilege });
    const { entityDescriptions } = (await call('GET', 'EntityInformation')).json;
    const rights = entityDescriptions.flatMap(({ info }: { info: Record<string, unknown> }) => {
      const may = ['Query', 'Create', 'Update', 'Delete'].filter(
        (action) => info[`userAccessFor${action}`] !== 'None',
      );
      return may.length === 0 ? [] : [[info.name, may.join(' ')]];
    });
    expect(rights).toEqual([
      ['Company', 'Query'],
      ['ConfigurationItem', 'Query Create Update'],
      ['Product', 'Query'],
      ['UserDefinedFieldDefinition', 'Query'],
    ]);
    const draft = { companyID: 175, productID: 29_681_001, isActive: true };
    const { itemId } = (await call('POST', 'ConfigurationItems', draft)).json;
    expect((await call('PATCH', 'ConfigurationItems', { id: itemId, isActive: false })).status).toBe(200);
    expect(await ids('Products', { op: 'gte', field: 'id', value: 0 })).toHaveLength(2);
    expect(await ids('Resources', { op: 'gte', field: 'id', value: 0 })).toEqual([]);
    expect((await call('PATCH', 'Companies', { id: 175, phone: '1' })).status).toBe(500);
  });
});

describe('resources', () => {
  it('cannot be created, by nobody', async () => {
    const { call } = await startApi();
    const answer = await call('POST', 'Resources', { userName: 'x', isActive: true });
    expect([answer.status, answer.json]).toEqual([
      405,
      { Message: "The requested resource does not support http method 'POST'." },
    ]);
    const info = await call('GET', 'Resources/entityInformation');
    expect(info.json.info).toMatchObject({ canCreate: false, userAccessForCreate: 'None' });
  });

  it('can be queried, and changed only with Admin access to Resources/Users (HR)', async () => {
    const { ids, call, simulator } = await startApi();
    const [id] = await ids('Resources', { op: 'eq', field: 'email', value: username });
    expect((await call('PATCH', 'Resources', { id, firstName: 'Sync' })).status).toBe(500);
    simulator.world.setPermission(username, { rights: { Resources: { update: true } } });
    expect((await call('PATCH', 'Resources', { id, firstName: 'Sync' })).json).toEqual({ itemId: id });
    expect((await call('GET', `Resources/${id}`)).json.item).toMatchObject({ firstName: 'Sync' });
  });
});
