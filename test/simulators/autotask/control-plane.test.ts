import { describe, expect, it } from 'vitest';
import { type Json, startApi } from './api-client.ts';
import { defaultSeed } from './seed.ts';

const draft = { companyID: 175, productID: 29_681_001, isActive: true };
const all = [{ op: 'gte', field: 'id', value: 0 }];

async function started() {
  const api = await startApi();
  const control = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${api.simulator.url}/_sim/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, json: (await answer.json()) as Json };
  };
  return { ...api, control };
}

describe('over HTTP alone', () => {
  it('the world is replaced and read', async () => {
    const { control, ids } = await started();
    await control('POST', 'seed', {
      ...defaultSeed,
      items: [{ id: 7, ...draft, udfs: { 'Addigy Agent ID': 'a' } }],
    });
    expect(await ids('ConfigurationItems', all[0])).toEqual([7]);
    const { json } = await control('GET', 'state');
    expect(json.items).toMatchObject([{ id: 7, udfs: { 'Addigy Agent ID': 'a', 'Recovery Key': null } }]);
    expect(json).toMatchObject({ threshold: { limit: 10_000, used: 1 }, secretsSentToZone: 0 });
  });

  it('a person edits, deactivates, merges and creates items, and changes permissions', async () => {
    const { control, call } = await started();
    const username = defaultSeed.users[0]!.username;
    const { json } = await control('POST', 'edit', [
      { kind: 'add-item', item: { ...draft, referenceTitle: 'One' } },
      { kind: 'add-item', item: { ...draft, referenceTitle: 'Two' } },
      { kind: 'edit-item', id: 1000, patch: { referenceTitle: 'Uno', udfs: { 'Addigy Agent ID': 'x' } } },
      { kind: 'merge-items', source: 1000, target: 1001 },
      { kind: 'deactivate-item', id: 1001 },
      { kind: 'add-item', item: { ...draft, referenceTitle: 'Three' } },
      { kind: 'delete-item', id: 1002 },
      { kind: 'lock-user', username },
    ]);
    expect(json.result[1]).toMatchObject({ id: 1001 });
    expect((await control('GET', 'state')).json.items).toMatchObject([
      { id: 1000, isActive: false, referenceTitle: 'Uno', versions: 3 },
      { id: 1001, isActive: false, referenceTitle: 'Two' },
    ]);
    expect((await call('GET', 'Version')).status).toBe(401);
  });

  it('a person makes an API user, who works after a while, and ticks a box', async () => {
    const { control, call, simulator } = await started();
    const user = { ...defaultSeed.users[0]!, username: 'new@msp.example', readyInMs: 300_000 };
    await control('POST', 'edit', { kind: 'add-user', user });
    const status = async () => (await call('GET', 'Version', undefined, { UserName: user.username })).status;
    expect(await status()).toBe(401);
    const box = {
      kind: 'set-permission',
      username: user.username,
      protectedData: { viewUnprotected: false },
    };
    const rights = {
      kind: 'set-permission',
      username: user.username,
      rights: { Tickets: { create: false } },
    };
    await control('POST', 'edit', [{ kind: 'advance-clock', ms: 300_001 }, box, rights]);
    expect(await status()).toBe(200);
    expect(simulator.world.user(user.username)).toMatchObject({
      protectedData: { viewUnprotected: false, editUnprotected: true },
      rights: { Tickets: { create: false } },
    });
  });

  it('the journal is read, filtered, counted and cleared, and does not hold the control plane', async () => {
    const { control, call } = await started();
    await call('POST', 'ConfigurationItems', draft);
    await call('GET', 'Version');
    const { json } = await control('GET', 'journal?method=POST&path=configurationitems$');
    expect(json.entries).toMatchObject([
      {
        method: 'POST',
        body: draft,
        status: 200,
        answer: { itemId: 1000 },
        headers: { secret: expect.anything() },
      },
    ]);
    expect((await control('GET', 'journal?count')).json).toEqual({ count: 2 });
    await control('POST', 'journal', { keepBodies: false });
    await call('POST', 'ConfigurationItems', draft);
    expect((await control('GET', 'journal')).json.entries[2]).toMatchObject({
      body: null,
      answer: null,
      status: 200,
    });
    await control('DELETE', 'journal');
    expect((await control('GET', 'journal?count')).json).toEqual({ count: 0 });
  });

  it.each<[string, string, unknown]>([
    ['POST', 'edit', { kind: 'nonsense' }],
    ['POST', 'edit', { kind: 'edit-item', id: 404, patch: {} }],
    ['POST', 'edit', { kind: 'set-quirks', quirks: { nonsense: true } }],
    ['POST', 'edit', { kind: 'set-quirks', quirks: { missingRecord: '405' } }],
    ['POST', 'seed', { users: [] }],
    ['POST', 'faults', [{ do: { kind: 'nonsense' } }]],
    ['POST', 'faults', [{ do: { kind: 'delay' } }]],
    ['POST', 'faults', [{ match: { url: 'x' }, do: { kind: 'lose-answer' } }]],
    ['POST', 'latency', { ms: 'x' }],
  ])('%s %s %j is refused', async (method, path, body) => {
    const { control } = await started();
    expect(await control(method, path, body)).toMatchObject({
      status: 400,
      json: { error: expect.anything() },
    });
  });

  it('what it does not know is 404', async () => {
    const { control } = await started();
    expect((await control('GET', 'nonsense')).status).toBe(404);
  });
});

describe('scripted faults', () => {
  it('answer instead: maintenance as 200 with HTML, once', async () => {
    const { control, call } = await started();
    const html = '<html><body>Autotask is being maintained</body></html>';
    await control('POST', 'faults', [
      { match: { path: '/version$' }, do: { kind: 'answer', status: 200, body: html } },
    ]);
    const answer = await call('GET', 'Version');
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([
      200,
      html,
      'text/html; charset=utf-8',
    ]);
    expect((await call('GET', 'Version')).json).toMatchObject({ customerType: 'Production' });
  });

  it('skip lets some pass, times strikes more than once, and pending tells what is left', async () => {
    const { simulator, call } = await started();
    const status = async () => (await call('GET', 'Version')).status;
    simulator.faults.add({
      skip: 1,
      times: 2,
      do: { kind: 'answer', status: 503, headers: { 'retry-after': '1' } },
    });
    expect(simulator.faults.pending()).toBe(2);
    expect([await status(), await status(), await status(), await status()]).toEqual([200, 503, 503, 200]);
    expect(simulator.faults.pending()).toBe(0);
  });

  it('a lost request does nothing, a lost answer has done it', async () => {
    const { simulator, call } = await started();
    const post = { method: 'POST', path: 'configurationitems$', body: '"companyID":175' };
    simulator.faults.add({ match: post, do: { kind: 'lose-request' } });
    await expect(call('POST', 'ConfigurationItems', draft)).rejects.toThrow();
    expect(simulator.world.items()).toHaveLength(0);
    simulator.faults.add({ match: post, do: { kind: 'lose-answer' } });
    await expect(call('POST', 'ConfigurationItems', draft)).rejects.toThrow();
    expect(simulator.world.items()).toHaveLength(1);
    expect(simulator.journal.entries({ method: 'POST' }).map(({ status, fault }) => [status, fault])).toEqual(
      [
        [0, 'lose-request'],
        [0, 'lose-answer'],
      ],
    );
  });

  it('a cut page keeps everything but its items', async () => {
    const { simulator, query } = await started();
    for (let item = 0; item < 3; item += 1) simulator.world.addItem(draft);
    simulator.faults.add({ do: { kind: 'cut-page', keep: 1 } });
    const cut = await query('ConfigurationItems', all);
    expect([cut.json.items.length, cut.json.pageDetails.count]).toEqual([1, 3]);
  });

  it('a delay takes its time, and the call is under way meanwhile', async () => {
    const { simulator, call } = await started();
    simulator.faults.add({ times: 4, do: { kind: 'delay', ms: 40 } });
    const answers = await Promise.all([1, 2, 3, 4].map(() => call('GET', 'Products/1')));
    expect(answers.map((answer) => answer.status).sort()).toEqual([404, 404, 404, 429]);
    expect(Math.max(...simulator.journal.entries().map((entry) => entry.ms))).toBeGreaterThanOrEqual(35);
  });

  it('latency is set while it runs', async () => {
    const { control, call, simulator } = await started();
    await control('POST', 'latency', { ms: 50 });
    await call('GET', 'Version');
    expect(simulator.journal.entries()[0]?.ms).toBeGreaterThanOrEqual(45);
  });

  it('a client that goes away leaves the call to end by itself', async () => {
    const { simulator, call } = await started();
    simulator.setLatency(60);
    const { secret, trackingIdentifier, username } = simulator.world.users()[0]!;
    const gone = fetch(`${simulator.url}/ATServicesRest/V1.0/ConfigurationItems`, {
      method: 'POST',
      headers: {
        UserName: username,
        Secret: secret,
        ApiIntegrationCode: trackingIdentifier,
        'content-type': 'application/json',
      },
      body: JSON.stringify(draft),
      signal: AbortSignal.timeout(20),
    });
    await expect(gone).rejects.toThrow();
    expect((await call('GET', 'ConfigurationItems/1000')).status).toBe(200);
  });
});
