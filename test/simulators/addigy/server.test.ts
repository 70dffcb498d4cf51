import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AddigySeed, usualQuirks } from './seed.ts';
import { type AddigySimulator, startAddigySimulator } from './server.ts';

const seed: AddigySeed = {
  organizationId: 'org-1',
  apiKeys: ['key'],
  policies: [
    { policyId: 'p-1', name: 'Client', parent: null, autotask_account_id: 7001 },
    { policyId: 'p-2', name: 'Staff', parent: 'p-1', autotask_account_id: 0 },
    { policyId: 'p-3', name: 'Child organisation', parent: null, orgid: 'org-2' },
  ],
  devices: [
    {
      agentid: 'a-1',
      audit_date: '2025-01-01T00:00:00.1Z',
      facts: {
        serial_number: { type: 'string', value: 'BBB' },
        device_name: { type: 'string', value: 'Adam’s iPad' },
        last_online: { type: 'date', value: null },
        mdm_last_connected: { type: 'date', value: '2025-01-01T00:00:00.12Z' },
        current_user: { type: 'string', value: null, error_msg: 'script failed' },
        policy_id: { type: 'string', value: 'p-2' },
      },
    },
    {
      agentid: 'a-2',
      audit_date: '2025-01-01T00:00:00Z',
      facts: {
        serial_number: { type: 'string', value: 'AAA' },
        last_online: { type: 'date', value: '2025-01-02T00:00:00Z' },
      },
    },
  ],
  autotaskAccounts: [
    { id: 7001, name: 'Acme' },
    { id: 7002, name: 'Beta' },
  ],
};

let addigy: AddigySimulator;

interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the answer of an HTTP call, looked at freely
  body: any;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Reply> {
  const answer = await fetch(`${addigy.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(headers ?? { 'x-api-key': 'key' }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
}
const api = (method: string, path: string, body?: unknown) => call(method, `/api/v2${path}`, body);
const search = (body: unknown) => api('POST', '/devices', body);
const edit = (body: unknown) => call('POST', '/_sim/edit', body, {});

beforeAll(async () => {
  addigy = await startAddigySimulator();
});
afterAll(() => addigy.close());
beforeEach(() => {
  addigy.world.replace(seed);
  addigy.keyLimit.clear();
  Object.assign(addigy.quirks, usualQuirks);
});
afterEach(() => {
  addigy.journal.clear();
  addigy.faults.clear();
});

describe('the key', () => {
  it.each([
    ['none', {}],
    ['a wrong one', { 'x-api-key': 'other' }],
    ['a bearer token', { authorization: 'Bearer key' }],
  ])('%s is a 401', async (_, headers) => {
    const { status, body } = await call('POST', '/api/v2/devices', {}, headers);
    expect(status).toBe(401);
    expect(body).toEqual({ code: 401, message: 'unauthorized', error_chain: {} });
  });

  it('is locked for 24 hours beyond the limit', async () => {
    addigy.quirks.limit = { requests: 3, withinMs: 10_000, lockMs: 86_400_000 };
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await api('GET', '/configuration/permissions')).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect((await call('GET', '/_sim/state')).body.lockedKeys).toEqual(['key']);
    await edit({ op: 'unlock', key: 'key' });
    expect((await api('GET', '/configuration/permissions')).status).toBe(200);
    await edit({ op: 'lock', key: 'key' });
    addigy.quirks.lockStatus = 403;
    expect((await api('GET', '/configuration/permissions')).status).toBe(403);
  });
});

describe('the search of devices', () => {
  it('gives a few facts unless they are named', async () => {
    const few = await search({});
    expect(Object.keys(few.body.items[0].facts)).toEqual(['serial_number', 'device_name']);
    const named = await search({ desired_fact_identifiers: ['last_online', 'current_user', 'no_such_fact'] });
    expect(named.body.items[0]).toEqual({
      agentid: 'a-1',
      orgid: 'org-1',
      audit_date: '2025-01-01T00:00:00.1Z',
      facts: {
        last_online: { type: 'date', value: null, error_msg: '' },
        current_user: { type: 'string', value: null, error_msg: 'script failed' },
      },
    });
  });

  it('pages, caps the page size, and says null for nothing', async () => {
    for (let i = 0; i < 110; i += 1) addigy.world.enrol({ serial: `S${i}` });
    const first = await search({
      page: 1,
      per_page: 500,
      sort_field: 'serial_number',
      sort_direction: 'asc',
    });
    expect(first.body.metadata).toEqual({
      page: 1,
      page_count: 2,
      per_page: 100,
      result_count: 100,
      total: 112,
    });
    expect(first.body.items[0].agentid).toBe('a-2');
    const second = await search({ page: 2, per_page: 100, sort_field: 'serial_number' });
    expect(second.body.items).toHaveLength(12);
    const third = await search({ page: 3, per_page: 100 });
    expect(third.body.items).toBeNull();
    expect(third.body.metadata.total).toBe(112);
  });

  it('does not filter by policy, as was reported', async () => {
    const all = await search({});
    expect(await search({ query: { policy_id: 'p-1' } })).toEqual(all);
    expect(
      await search({
        query: { filters: [{ audit_field: 'serial_number', operation: 'equals', value: 'AAA' }] },
      }),
    ).toEqual(all);
    expect((await search({ query: { search_any: 'adam' } })).body.items).toHaveLength(1);
  });

  it.each([
    ['an unknown field', { perPage: 100 }],
    ['a page as text', { page: '1' }],
    ['page 0', { page: 0 }],
    ['facts as text', { desired_fact_identifiers: 'serial_number' }],
    ['a fact that is a number', { desired_fact_identifiers: [1] }],
    ['an unknown field inside', { query: { policy: 'p-1' } }],
    ['a list', []],
    ['null', 'null'],
    ['no JSON', '{'],
    ['nothing', undefined],
  ])('refuses %s', async (_, body) => {
    expect(await search(body)).toMatchObject({ status: 400, body: { code: 400 } });
  });

  it('needs a permission', async () => {
    addigy.quirks.permissions = ['View Policies'];
    expect(await search({})).toMatchObject({ status: 403, body: { code: 403 } });
    expect((await api('GET', '/configuration/permissions')).body).toEqual(['View Policies']);
  });

  it('scopes by organisation', async () => {
    addigy.world.enrol({ agentid: 'a-3', orgid: 'org-2' });
    const ids = (reply: Reply) => reply.body.items.map((item: { agentid: string }) => item.agentid);
    expect(ids(await search({}))).toEqual(['a-1', 'a-2']);
    expect(ids(await api('POST', '/o/org-2/devices', {}))).toEqual(['a-3']);
    expect((await api('POST', '/o/org-9/devices', {})).status).toBe(403);
  });
});

describe('policies, facts and the native integration', () => {
  const ids = (reply: Reply) => reply.body.map((policy: { policyId: string }) => policy.policyId);

  it('answers policies as a bare list', async () => {
    const all = await api('POST', '/oa/policies/query', {});
    expect(ids(all)).toEqual(['p-1', 'p-2']);
    expect(all.body[0]).toMatchObject({ parent: null, orgid: 'org-1', autotask_account_id: 7001 });
    expect(ids(await api('POST', '/oa/policies/query', { policies: ['p-2'] }))).toEqual(['p-2']);
    expect(ids(await api('POST', '/oa/policies/query?multitenancy=true', {}))).toEqual(['p-1', 'p-2', 'p-3']);
    expect((await api('POST', '/oa/policies/query', { ids: [] })).status).toBe(400);
  });

  it('lists the facts there are', async () => {
    const { body } = await api('GET', '/o/org-1/facts');
    expect(body).toContainEqual(expect.objectContaining({ identifier: 'last_online', return_type: 'date' }));
  });

  it('looks companies up while the pasted credentials work', async () => {
    expect((await api('GET', '/o/org-1/integrations/autotask/accounts?phrase=ac')).body).toEqual([
      { id: 7001, name: 'Acme' },
    ]);
    expect((await api('GET', '/o/org-1/integrations/autotask/accounts/7002')).body).toEqual({
      id: 7002,
      name: 'Beta',
    });
    const missing = await api('GET', '/o/org-1/integrations/autotask/accounts/9');
    expect(missing).toMatchObject({ status: 500, body: { error_chain: { '1': 'account not found' } } });
    await edit({ op: 'quirks', quirks: { autotaskCredentialsWork: false } });
    expect((await api('GET', '/o/org-1/integrations/autotask/accounts')).status).toBe(500);
    await edit({ op: 'quirks', quirks: { autotaskFailureStatus: 400 } });
    expect((await api('GET', '/o/org-1/integrations/autotask/accounts/7001')).status).toBe(400);
    expect((await api('GET', '/o/org-9/integrations/autotask/accounts')).status).toBe(403);
  });

  it('takes a native sync for a linked policy', async () => {
    const sync = (body: unknown) => api('POST', '/o/org-1/integrations/autotask/policy/device/sync', body);
    expect(await sync({ policy_id: 'p-1' })).toEqual({ status: 200, body: null });
    expect((await sync({ policy_id: 'p-2' })).status).toBe(400);
    expect((await sync({ policy_id: 'p-9' })).status).toBe(500);
    expect((await sync({})).status).toBe(400);
    expect(addigy.world.syncRequests).toEqual(['p-1']);
    addigy.quirks.permissions = ['View Devices', 'View Policies'];
    expect((await sync({ policy_id: 'p-1' })).status).toBe(403);
    expect(addigy.world.syncRequests).toEqual(['p-1']);
  });

  it.each([
    ['GET', '/devices'],
    ['POST', '/nowhere'],
    ['GET', '/o/org-1/devices/a-1/policy-assignments'],
  ])('does not know %s %s', async (method, path) => {
    expect((await api(method, path, method === 'POST' ? {} : undefined)).status).toBe(404);
  });
});

describe('the control plane', () => {
  it('edits the world', async () => {
    const facts = async () => {
      const { body } = await search({
        desired_fact_identifiers: [
          'serial_number',
          'device_name',
          'policy_id',
          'last_online',
          'mdm_last_connected',
        ],
      });
      const items = body.items as Array<{ agentid: string; facts: Record<string, { value: unknown }> }>;
      return new Map(
        items.map((item) => [item.agentid, Object.values(item.facts).map((fact) => fact.value)] as const),
      );
    };
    const { body } = await edit([
      { op: 'rename', agentid: 'a-1', name: 'Renamed' },
      { op: 'move', serial: ' bbb', policyId: 'p-1' },
      { op: 'silence', agentid: 'a-1', since: '2024-01-01T00:00:00Z' },
      { op: 'enrol', device: { agentid: 'a-3', serial: 'CCC', name: 'New', policyId: 'p-2' } },
      { op: 'retire', agentid: 'a-2' },
    ]);
    expect(body.result).toHaveLength(5);
    const after = await facts();
    expect([...after.keys()]).toEqual(['a-1', 'a-3']);
    // An iPad has no agent: its last_online stays null.
    expect(after.get('a-1')).toEqual(['BBB', 'Renamed', 'p-1', null, '2024-01-01T00:00:00Z']);
    expect(after.get('a-3')).toEqual(['CCC', 'New', 'p-2', expect.any(String)]);
  });

  it('re-enrols: a new agent id, the same serial, and the old record stays', async () => {
    const { body } = await edit({ op: 'reEnrol', agentid: 'a-1', at: '2025-06-01T00:00:00Z' });
    expect(addigy.world.bySerial('BBB').sort()).toEqual([body.result.agentid, 'a-1'].sort());
    await edit({ op: 'reEnrol', agentid: 'a-1', forgetOld: true });
    expect(addigy.world.device('a-1')).toBeUndefined();
    expect(addigy.world.bySerial('BBB')).toHaveLength(2);
    expect((await edit({ op: 'rename', serial: 'BBB', name: 'Which?' })).status).toBe(400);
  });

  it('refuses what it does not understand', async () => {
    expect((await edit({ op: 'explode' })).status).toBe(400);
    expect((await edit({ op: 'retire', agentid: 'nobody' })).status).toBe(400);
    expect((await call('POST', '/_sim/seed', { organizationId: 'x' }, {})).status).toBe(400);
  });

  it('seeds, and the world is another', async () => {
    expect((await call('POST', '/_sim/seed', { ...seed, devices: [] }, {})).status).toBe(200);
    expect((await search({})).body).toMatchObject({ items: null, metadata: { total: 0 } });
    expect((await call('GET', '/_sim/state', undefined, {})).body.devices).toEqual([]);
  });

  it('journals what was asked, without its own calls', async () => {
    await search({ page: 1 });
    await call('GET', '/_sim/journal', undefined, {});
    expect(addigy.journal.entries()).toMatchObject([
      { method: 'POST', path: '/api/v2/devices', body: { page: 1 }, status: 200 },
    ]);
  });

  it('cuts a page as a fault, and leaves its metadata', async () => {
    addigy.faults.add({ do: { kind: 'cut-page', keep: 1 } }, { do: { kind: 'cut-page', keep: 1 } });
    expect((await search({})).body).toMatchObject({
      items: { length: 1 },
      metadata: { total: 2, result_count: 2 },
    });
    expect((await api('POST', '/oa/policies/query', {})).body).toHaveLength(1);
  });
});
