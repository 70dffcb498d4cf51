import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SingleTable } from '#aws/single-table';
import { connectionSchema } from '#connections/connection';
import { cursorOf } from '#lambda/cursor';
import { PublishError } from '#runs/ports';
import { runLeg } from '#runs/run-leg';
import { syncRequestSchema } from '#runs/sync-request';
import { type LocalSecrets, startSecretsManager } from '../aws/local-secrets.ts';
import { type LocalDynamo, startDynamo } from '../aws/local-table.ts';
import { Refusal } from '../permissions/in-memory-access.ts';
import { lineOf, reportOf, settingsOf } from '../runs/world.ts';
import { apiOn } from './api.ts';

// The logger reads this when it is loaded: faults are made here on purpose.
vi.hoisted(() => vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT'));

let dynamo: LocalDynamo;
let secrets: LocalSecrets;
let table: SingleTable;
let api: ReturnType<typeof apiOn>;
beforeAll(async () => {
  [dynamo, secrets] = await Promise.all([startDynamo(), startSecretsManager()]);
});
afterAll(() => Promise.all([dynamo.close(), secrets.close()]));
beforeEach(async () => {
  table = await dynamo.newTable();
  api = apiOn(table, secrets.url);
});

const user = { username: 'u@acme.example', secret: 'hunter2', trackingIdentifier: 'ABCDEFG' };
const key = { apiKey: 'addigy-key' };
const ids = (body: { connections: Array<{ id: string }> }) => body.connections.map(({ id }) => id);
const fieldsOf = (body: { errors?: Array<{ field: string }> }) => body.errors?.map(({ field }) => field);
/** Everything in the table, and how many calls changed a secret. */
async function written() {
  const found = [];
  for (const pk of ['connections', 'lease#acme', 'runs#acme', 'missing#acme']) {
    const { Items } = await table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
      }),
    );
    found.push(...(Items ?? []));
  }
  const touched = secrets.journal.filter(
    ({ operation }) => !['GetSecretValue', 'DescribeSecret'].includes(operation),
  ).length;
  return { found, touched, events: api.events.length };
}
const ready = async (sync: object = { policy: 'sync' }) => {
  const { status } = await api.ask('GET', '/connections/acme');
  const headers: Record<string, string> = status === 200 ? { 'if-match': '*' } : {};
  await api.ask('PUT', '/connections/acme', { body: { name: 'Acme', sync }, headers });
  await api.ask('PUT', '/connections/acme/api-users/device-sync', { body: user });
  await api.ask('PUT', '/connections/acme/addigy-key', { body: key });
};

const start = async (body?: object) => {
  const answer = await api.ask('POST', '/connections/acme/runs', body === undefined ? {} : { body });
  const event = api.events.at(-1);
  return { answer, event: event?.type === 'Device Sync Requested' ? event.detail : undefined };
};
const finish = async (event: Parameters<typeof runLeg>[0] | undefined) => {
  if (event === undefined) throw new Error('no run was asked for');
  await runLeg(event, api.world, new AbortController().signal);
  api.control.now += 1_000;
};

describe('a connection', () => {
  it('is created, replaced, read, listed and taken out of service', async () => {
    const created = await api.ask('PUT', '/connections/acme', { body: { name: 'Acme' } });
    expect(created).toMatchObject({
      status: 201,
      body: {
        id: 'acme',
        sync: connectionSchema.parse({ name: 'x' }).sync,
        credentials: { deviceSync: 'missing' },
      },
    });
    expect(await api.ask('PUT', '/connections/acme', { body: { name: 'Acme' } })).toMatchObject({
      status: 200,
      body: created.body,
    });
    const replaced = await api.ask('PUT', '/connections/acme', {
      body: { name: 'New', schedule: { enabled: false } },
      headers: { 'if-match': created.headers.etag as string },
    });
    expect(replaced).toMatchObject({ status: 200, body: { name: 'New', dueAt: null } });
    expect(await api.ask('GET', '/connections/acme')).toMatchObject({ status: 200, body: replaced.body });
    expect(ids((await api.ask('GET', '/connections')).body)).toEqual(['acme']);
    const out = { status: 200, body: { state: 'offboarded', deactivate: [] } };
    expect(await api.ask('DELETE', '/connections/acme')).toMatchObject(out);
    expect((await api.ask('GET', '/connections/acme')).status).toBe(200);
    expect(await api.ask('DELETE', '/connections/acme')).toMatchObject(out);
  });

  it('on its way out is not declared again; out, it is, and starts anew', async () => {
    const body = { name: 'Acme' };
    await api.ask('PUT', '/connections/acme', { body });
    await api.world.connections.beginOffboarding('acme', null, 1);
    expect(await api.ask('PUT', '/connections/acme', { body })).toMatchObject({
      status: 409,
      body: { code: 'offboarding-in-progress' },
    });
    await api.world.connections.endOffboarding('acme', 2);
    expect(await api.ask('PUT', '/connections/acme', { body })).toMatchObject({
      status: 200,
      body: { name: 'Acme', dueAt: expect.any(String) },
    });
  });

  it('of many is listed in pages', async () => {
    const all = Array.from({ length: 25 }, (_, n) => `c-${String(n).padStart(2, '0')}`);
    for (const id of all) await api.world.connections.declare(id, settingsOf(), 1);
    const seen: string[] = [];
    let query: Record<string, string> = { limit: '10' };
    for (;;) {
      const { body } = await api.ask('GET', '/connections', { query });
      seen.push(...ids(body));
      if (body.next === null) break;
      query = { limit: '10', cursor: body.next };
    }
    expect(seen).toEqual(all);
  });
});

describe('credentials', () => {
  it('that are proved are current, and their secret is shown to nobody', async () => {
    await api.ask('PUT', '/connections/acme', { body: { name: 'Acme' } });
    expect(await api.ask('PUT', '/connections/acme/api-users/device-sync', { body: user })).toMatchObject({
      status: 200,
      body: { purpose: 'device-sync', state: 'trusted', zone: { name: 'Zone', url: 'https://zone.test/' } },
    });
    expect((await api.ask('PUT', '/connections/acme/addigy-key', { body: key })).body).toEqual({
      state: 'trusted',
      organizationId: 'org-1',
    });
    expect((await api.world.apiUserVault('acme', 'device-sync').current())?.value).toEqual(user);
    const { body } = await api.ask('GET', '/connections/acme');
    expect(body).toMatchObject({
      credentials: { deviceSync: 'trusted', addigyKey: 'trusted' },
      zone: { name: 'Zone' },
    });
    expect(JSON.stringify([body, await written(), api.said])).not.toMatch(/hunter2|addigy-key"/u);
  });

  it.each([
    ['api-users/device-sync', user, 'credentials-refused'],
    ['addigy-key', key, 'addigy-key-refused'],
  ] as const)('%s that are refused leave the current ones in place', async (path, body, code) => {
    await ready();
    const vault =
      path === 'addigy-key'
        ? api.world.addigyKeyVault('acme')
        : api.world.apiUserVault('acme', 'device-sync');
    const before = await vault.current();
    api.autotask.login = new Refusal('unauthorised', 'The vendor answered 401.');
    api.proofs.proveAddigyKey = async () => ({ kind: 'refused', detail: 'The vendor answered 401.' });
    const other = Object.fromEntries(Object.keys(body).map((name) => [name, 'other']));
    expect(await api.ask('PUT', `/connections/acme/${path}`, { body: other })).toMatchObject({
      status: 422,
      body: { code },
    });
    expect(await vault.current()).toEqual(before);
    expect((await api.ask('GET', '/connections/acme')).body.credentials).toEqual({
      deviceSync: 'trusted',
      addigyKey: 'trusted',
    });
    api.autotask.login = new Refusal('unavailable', 'The vendor is down.');
    api.proofs.proveAddigyKey = async () => ({ kind: 'unproved', detail: 'The vendor is down.' });
    expect(await api.ask('PUT', `/connections/acme/${path}`, { body: other })).toMatchObject({
      status: 503,
      body: { code: 'vendor-unavailable' },
    });
    expect(await vault.current()).toEqual(before);
  });

  it('of a connection that was removed meanwhile are put out of use', async () => {
    await api.ask('PUT', '/connections/acme', { body: { name: 'Acme' } });
    api.proofs.proveAddigyKey = async () => {
      await api.world.connections.remove('acme');
      return { kind: 'trusted', evidence: { organizationId: null } };
    };
    expect((await api.ask('PUT', '/connections/acme/addigy-key', { body: key })).status).toBe(404);
    expect(await api.world.addigyKeyVault('acme').current()).toBeNull();
  });

  it('of a connection that is out of service are not those of a later one', async () => {
    await ready();
    await api.ask('DELETE', '/connections/acme');
    const { body } = await api.ask('PUT', '/connections/acme', { body: { name: 'Acme' } });
    expect(body.credentials).toEqual({ deviceSync: 'missing', addigyKey: 'missing' });
    api.autotask.login = new Refusal('unauthorised', 'no');
    await api.ask('PUT', '/connections/acme/api-users/device-sync', { body: user });
    expect(await api.world.apiUserVault('acme', 'device-sync').current()).toBeNull();
  });

  it('that only Addigy can use are not taken', async () => {
    await ready();
    const before = await written();
    expect(await api.ask('PUT', '/connections/acme/api-users/addigy', { body: user })).toMatchObject({
      status: 422,
      body: { code: 'purpose-not-supported' },
    });
    expect(await written()).toEqual(before);
  });
});

describe('a link', () => {
  it('is a key: whoever may only look does not see it', async () => {
    const body = { name: 'Acme', provision: ['device-sync'] };
    const { link } = (await api.ask('PUT', '/connections/acme', { body })).body.apiUsers[0];
    expect(link).toContain('https://pages.test/');
    for (const scopes of ['read', 'sync read', 'onboard']) {
      const caller = { caller: 'c', scopes };
      const one = (await api.ask('GET', '/connections/acme/api-users/device-sync', { caller })).body;
      const [listed] = (await api.ask('GET', '/connections/acme/api-users', { caller })).body.apiUsers;
      expect([one.link, listed.link]).toEqual(scopes === 'onboard' ? [link, link] : [null, null]);
    }
  });
});

describe('a run', () => {
  it('is asked for, goes, is listed and read line by line', async () => {
    await ready();
    const { answer, event } = await start();
    const { runId } = answer.body;
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'queued' },
      headers: { location: `/connections/acme/runs/${runId}` },
    });
    expect(event).toEqual({
      connectionId: 'acme',
      runId,
      trigger: 'request',
      correlationId: 'corr-1',
      purpose: 'sync',
      apply: false,
      planId: null,
      leg: 1,
    });
    expect((await api.ask('GET', `/connections/acme/runs/${runId}`)).body).toMatchObject({
      status: 'queued',
      changes: [],
      next: null,
    });
    api.control.sync = async () =>
      reportOf({
        applied: false,
        changes: Array.from({ length: 1_500 }, (_, n) => lineOf(`k${n}`, 'planned')),
        notes: ['a note'],
      });
    await finish(event);
    const first = (await api.ask('GET', `/connections/acme/runs/${runId}`)).body;
    expect(first).toMatchObject({ status: 'succeeded', notes: ['a note'] });
    const keys = first.changes.map((line: { key: string }) => line.key);
    for (let next = first.next; next !== null; ) {
      const page = (await api.ask('GET', `/connections/acme/runs/${runId}`, { query: { cursor: next } }))
        .body;
      keys.push(...page.changes.map((line: { key: string }) => line.key));
      next = page.next;
    }
    expect(keys).toEqual(Array.from({ length: 1_500 }, (_, n) => `k${n}`));
    const listed = (await api.ask('GET', '/connections/acme/runs')).body;
    expect(listed).toMatchObject({ runs: [{ runId, status: 'succeeded', planId: 'plan-1' }], next: null });
    expect((await api.ask('GET', '/connections/acme')).body).toMatchObject({
      lastPlanId: 'plan-1',
      lastRun: { runId, status: 'succeeded' },
    });
  });

  it('of many is listed newest first, in pages', async () => {
    await ready();
    const all: string[] = [];
    for (let n = 0; n < 5; n++) {
      const { answer, event } = await start();
      all.unshift(answer.body.runId);
      await finish(event);
    }
    const first = (await api.ask('GET', '/connections/acme/runs', { query: { limit: '3' } })).body;
    const second = (
      await api.ask('GET', '/connections/acme/runs', { query: { limit: '3', cursor: first.next } })
    ).body;
    expect([...first.runs, ...second.runs].map((run: { runId: string }) => run.runId)).toEqual(all);
    expect(second.next).toBeNull();
  });

  it('while one is going is refused with its id, and so is removing the connection', async () => {
    await ready();
    const { answer } = await start();
    const before = await written();
    const conflict = { status: 409, body: { code: 'run-in-progress', runId: answer.body.runId } };
    expect((await start()).answer).toMatchObject(conflict);
    expect(await api.ask('DELETE', '/connections/acme')).toMatchObject(conflict);
    expect(await written()).toEqual(before);
  });

  it('of two at once one is taken', async () => {
    await ready();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => api.ask('POST', '/connections/acme/runs')),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409, 409, 409]);
    expect(api.events.filter(({ type }) => type === 'Device Sync Requested')).toHaveLength(1);
  });

  it('of a plan that is no longer the plan is refused with both ids', async () => {
    await ready();
    await finish((await start()).event);
    const before = await written();
    expect((await start({ apply: true, planId: 'plan-0' })).answer).toMatchObject({
      status: 409,
      body: { code: 'plan-changed', planId: 'plan-0', currentPlanId: 'plan-1' },
    });
    expect(await written()).toEqual(before);
    expect((await start({ apply: true, planId: 'plan-1' })).answer.status).toBe(202);
  });

  it.each([
    ['policy-observes', { policy: 'observe' }, { apply: true }],
    ['plan-changed', { policy: 'sync' }, { apply: true, planId: 'never-seen' }],
  ])('%s', async (code, sync, body) => {
    await ready(sync);
    const before = await written();
    expect((await start(body)).answer).toMatchObject({ status: 409, body: { code } });
    expect(await written()).toEqual(before);
  });

  it.each(['deviceSync', 'addigyKey'] as const)(
    'without %s is refused, also after it was refused',
    async (credential) => {
      await api.ask('PUT', '/connections/acme', { body: { name: 'Acme' } });
      expect((await start()).answer).toMatchObject({ status: 409, body: { code: 'credentials-missing' } });
      await ready();
      await api.world.connections.trust('acme', credential, { version: 'v' }, 1);
      await api.world.connections.refuse('acme', credential, 'v');
      expect((await start()).answer).toMatchObject({ status: 409, body: { code: 'credentials-missing' } });
    },
  );

  it('that cannot be announced is over, and the next may be asked for', async () => {
    await ready();
    const { publish } = api.control;
    api.control.publish = async () => {
      throw new PublishError('the bus did not take it', new Set([0]));
    };
    expect((await start()).answer).toMatchObject({ status: 503, body: { code: 'temporarily-unavailable' } });
    expect((await api.ask('GET', '/connections/acme/runs')).body.runs).toMatchObject([{ status: 'failed' }]);
    api.control.publish = publish;
    api.control.now += 1_000;
    expect((await start()).answer.status).toBe(202);
  });

  it('of a connection that is out of service can be read still', async () => {
    await ready();
    const { answer, event } = await start();
    await finish(event);
    await api.ask('DELETE', '/connections/acme', { query: { items: 'keep' } });
    api.control.now += 60_000;
    const { runId } = answer.body;
    expect((await api.ask('GET', '/connections/acme/runs')).body.runs).toMatchObject([{ runId }]);
    expect((await api.ask('GET', `/connections/acme/runs/${runId}`)).body).toMatchObject({
      purpose: 'sync',
      deactivationsPercent: null,
    });
    await api.ask('PUT', '/connections/acme', { body: { name: 'Acme' } });
    expect((await api.ask('GET', `/connections/acme/runs/${runId}`)).status).toBe(200);
  });
});

describe('offboarding', () => {
  const offboard = (query: Record<string, string> = {}) => {
    api.control.now += 1_000;
    return api.ask('DELETE', '/connections/acme', { query });
  };
  const asked = () => syncRequestSchema.parse(api.events.at(-1)?.detail);

  it('answers with the run that it asks for, and with the users to deactivate when it is done', async () => {
    await ready();
    const { event } = await start();
    await finish(event);
    const looking = await offboard();
    const { runId } = asked();
    expect(looking).toMatchObject({
      status: 202,
      headers: { location: `/connections/acme/runs/${runId}` },
      body: { state: 'offboarding', runId },
    });
    expect(asked()).toMatchObject({ purpose: 'offboarding', apply: false, planId: null });
    expect((await api.ask('GET', looking.headers.location as string)).body).toMatchObject({
      purpose: 'offboarding',
      status: 'queued',
    });
    expect(await offboard({ apply: 'false' })).toMatchObject({ status: 202, body: { runId } });
    expect(await offboard({ apply: 'true' })).toMatchObject({
      status: 409,
      body: { code: 'run-in-progress', runId },
    });
    api.control.now += 3_600_000;
    expect((await offboard({ apply: 'true', planId: 'p', limit: '100' })).status).toBe(202);
    expect(asked()).toMatchObject({ apply: true, planId: 'p' });
    expect((await api.ask('GET', `/connections/acme/runs/${asked().runId}`)).body).toMatchObject({
      reviewedPlanId: 'p',
      deactivationsPercent: 100,
    });
    expect((await start()).answer).toMatchObject({
      status: 409,
      body: { code: 'offboarding-in-progress' },
    });
    api.control.now += 3_600_000;
    expect(await offboard({ items: 'keep' })).toMatchObject({
      status: 200,
      body: {
        state: 'offboarded',
        deactivate: [{ purpose: 'device-sync', firstName: 'Device Sync', lastName: 'acme 1' }],
      },
    });
    expect(await api.vault.apiUser('acme', 'device-sync').current()).toBeNull();
    expect(await api.world.addigyKeyVault('acme').current()).toBeNull();
  });

  it.each<[string, Record<string, string>, string]>([
    ['a word that is no answer', { apply: 'yes' }, 'apply'],
    ['a plan without apply', { planId: 'p' }, 'planId'],
    ['an empty plan', { apply: 'true', planId: '' }, 'planId'],
    ['more than all', { limit: '101' }, 'limit'],
    ['a limit in words', { limit: 'all' }, 'limit'],
    ['items that are not kept', { items: 'drop' }, 'items'],
    ['items kept and deactivated', { items: 'keep', apply: 'true' }, 'items'],
    ['items kept within a limit', { items: 'keep', limit: '100' }, 'items'],
    ['what is not known', { force: 'true' }, 'force'],
  ])('refuses %s, and does nothing', async (_, query, field) => {
    await ready();
    const before = await written();
    const answer = await offboard(query);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(JSON.stringify(answer.body.errors)).toContain(field);
    expect(await written()).toEqual(before);
  });
});

describe('bad input', () => {
  const put = '/connections/acme';
  const big = JSON.stringify({ name: 'x'.repeat(70_000) });
  it.each<[string, string, string, object, number, readonly string[]]>([
    ['no body', 'PUT', put, {}, 400, ['body']],
    ['an empty body', 'PUT', put, { body: '' }, 400, ['body']],
    ['malformed JSON', 'PUT', put, { body: '{"name":' }, 400, ['body']],
    ['JSON that is no object', 'PUT', put, { body: '[1]' }, 400, ['body']],
    ['null', 'PUT', put, { body: 'null' }, 400, ['body']],
    ['an unknown field', 'PUT', put, { body: { name: 'A', nmae: 'B' } }, 400, ['nmae']],
    [
      'an unknown field within',
      'PUT',
      put,
      { body: { name: 'A', sync: { limits: { updates: { pct: 1 } } } } },
      400,
      ['sync.limits.updates.pct'],
    ],
    ['a wrong type', 'PUT', put, { body: { name: 7 } }, 400, ['name']],
    [
      'a wrong type within',
      'PUT',
      put,
      { body: { name: 'A', schedule: { everyMinutes: '60' } } },
      400,
      ['schedule.everyMinutes'],
    ],
    [
      'a number out of range',
      'PUT',
      put,
      { body: { name: 'A', schedule: { everyMinutes: 4 } } },
      400,
      ['schedule.everyMinutes'],
    ],
    [
      'a number that is none',
      'PUT',
      put,
      { body: '{"name":"A","sync":{"graceHours":1e999}}' },
      400,
      ['sync.graceHours'],
    ],
    ['a missing field', 'PUT', put, { body: {} }, 400, ['name']],
    [
      'a bad field of a mapping',
      'PUT',
      put,
      { body: { name: 'A', sync: { fields: [{ to: 'color', from: 'name', rule: 'never' }] } } },
      400,
      ['sync.fields.0.to'],
    ],
    ['several faults', 'PUT', put, { body: { name: '', x: 1 } }, 400, ['name', 'x']],
    ['an oversized body', 'PUT', put, { body: big }, 413, ['body']],
    ['an oversized body in base64', 'PUT', put, { body: big, base64: true }, 413, ['body']],
    [
      'a body that is nested too deep',
      'PUT',
      put,
      { body: `${'['.repeat(30_000)}${']'.repeat(30_000)}` },
      400,
      ['body'],
    ],
    [
      'a key named __proto__',
      'PUT',
      put,
      { body: '{"name":"A","sync":{"companies":{"__proto__":1}}}' },
      400,
      ['body'],
    ],
    ['half a surrogate pair', 'PUT', put, { body: '{"name":"\\ud83c"}' }, 400, ['body']],
    ['a NUL', 'PUT', put, { body: '{"name":"a\\u0000b"}' }, 400, ['body']],
    ['a form', 'PUT', put, { body: 'name=A', contentType: 'application/x-www-form-urlencoded' }, 415, []],
    ['an upper-case id', 'PUT', '/connections/Acme', { body: { name: 'A' } }, 400, ['connectionId']],
    ['an id with a slash', 'GET', '/connections/a%2Fb', {}, 400, ['connectionId']],
    ['an id of 64', 'GET', `/connections/${'a'.repeat(64)}`, {}, 400, ['connectionId']],
    ['an id with a hash', 'DELETE', '/connections/a%23b', {}, 400, ['connectionId']],
    ['an id before a body', 'PUT', '/connections/-a/addigy-key', { body: key }, 400, ['connectionId']],
    ['an unknown purpose', 'PUT', '/connections/acme/api-users/other', { body: user }, 400, ['purpose']],
    [
      'a header with a line break',
      'PUT',
      '/connections/acme/api-users/device-sync',
      { body: { ...user, secret: 'a\nb' } },
      400,
      ['secret'],
    ],
    [
      'a header with surrounding space',
      'PUT',
      '/connections/acme/addigy-key',
      { body: { apiKey: ' k' } },
      400,
      ['apiKey'],
    ],
    [
      'a header that is not Latin-1',
      'PUT',
      '/connections/acme/addigy-key',
      { body: { apiKey: 'k–k' } },
      400,
      ['apiKey'],
    ],
    ['an unknown field of a run', 'POST', '/connections/acme/runs', { body: { aply: true } }, 400, ['aply']],
    [
      'apply that is no boolean',
      'POST',
      '/connections/acme/runs',
      { body: { apply: 'yes' } },
      400,
      ['apply'],
    ],
    ['null as the wish of a run', 'POST', '/connections/acme/runs', { body: null }, 400, ['body']],
    ['an empty plan id', 'POST', '/connections/acme/runs', { body: { planId: '' } }, 400, ['planId']],
    [
      'an ETag without quotes',
      'PUT',
      put,
      { body: { name: 'A' }, headers: { 'if-match': 'abc-1' } },
      400,
      ['if-match'],
    ],
    [
      'a version as If-None-Match',
      'PUT',
      put,
      { body: { name: 'A' }, headers: { 'if-none-match': '"abc-1"' } },
      400,
      ['if-none-match'],
    ],
    [
      'both conditions',
      'PUT',
      put,
      { body: { name: 'A' }, headers: { 'if-match': '*', 'if-none-match': '*' } },
      400,
      ['if-match'],
    ],
    ['a bad run id', 'GET', '/connections/acme/runs/latest', {}, 400, ['runId']],
    ['a limit of 0', 'GET', '/connections', { query: { limit: '0' } }, 400, ['limit']],
    ['a limit of 101', 'GET', '/connections', { query: { limit: '101' } }, 400, ['limit']],
    ['a limit that is none', 'GET', '/connections', { query: { limit: '1e1' } }, 400, ['limit']],
    ['an unknown parameter', 'GET', '/connections', { query: { page: '2' } }, 400, ['page']],
    ['a bad cursor', 'GET', '/connections', { query: { cursor: 'AAAA' } }, 400, ['cursor']],
    ['a bad cursor of runs', 'GET', '/connections/acme/runs', { query: { cursor: 'e30' } }, 400, ['cursor']],
  ])('%s', async (_, method, path, asked, status, fields) => {
    await ready();
    const before = await written();
    const answer = await api.ask(method, path, asked);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    if (fields.length > 0) expect(fieldsOf(answer.body)?.toSorted()).toEqual(fields);
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
    expect(await written()).toEqual(before);
  });

  it.each([
    ['GET', '/connections/nobody', {}],
    ['DELETE', '/connections/nobody', {}],
    ['PUT', '/connections/nobody/api-users/device-sync', { body: user }],
    ['PUT', '/connections/nobody/addigy-key', { body: key }],
    ['POST', '/connections/nobody/runs', {}],
    ['GET', '/connections/nobody/runs', {}],
    ['GET', '/connections/nobody/runs/20261124T010203004Z-k3f9x0', {}],
    ['GET', '/connections/acme/runs/20261124T010203004Z-k3f9x0', {}],
  ])('%s %s is a 404', async (method, path, asked) => {
    await ready();
    const before = await written();
    expect(await api.ask(method, path, asked)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await written()).toEqual(before);
  });

  it('a cursor of another list is refused', async () => {
    await ready();
    await api.ask('PUT', '/connections/other', { body: { name: 'Other' } });
    const { next } = (await api.ask('GET', '/connections', { query: { limit: '1' } })).body;
    expect(
      fieldsOf((await api.ask('GET', '/connections/acme/runs', { query: { cursor: next } })).body),
    ).toEqual(['cursor']);
    for (const bent of [`${next}=`, `${next}A`, next.slice(1), ` ${next}`]) {
      expect(fieldsOf((await api.ask('GET', '/connections', { query: { cursor: bent } })).body)).toEqual([
        'cursor',
      ]);
    }
  });

  it('a cursor of another connection, or another run, is refused', async () => {
    await ready();
    await api.ask('PUT', '/connections/other', { body: { name: 'Other' } });
    const [one, two] = ['20261124T010203004Z-k3f9x0', '20261124T010203005Z-k3f9x0'];
    const cases = [
      ['/connections/acme/runs', cursorOf<'runs'>(['runs', 'other', one])],
      [`/connections/acme/runs/${one}`, cursorOf<'lines'>(['lines', 'other', one, 1, 0])],
      [`/connections/acme/runs/${one}`, cursorOf<'lines'>(['lines', 'acme', two, 1, 0])],
    ] as const;
    for (const [path, cursor] of cases) {
      expect(fieldsOf((await api.ask('GET', path, { query: { cursor } })).body)).toEqual(['cursor']);
    }
  });

  it('a fault of ours tells the caller nothing but where to look', async () => {
    await ready();
    api.world.connections.list = async () => {
      throw new Error('table arn:aws:dynamodb said hunter2');
    };
    const answer = await api.ask('GET', '/connections');
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal', requestId: 'request-1' } });
    expect(JSON.stringify(answer.body)).not.toMatch(/hunter2|arn:/u);
  });
});
