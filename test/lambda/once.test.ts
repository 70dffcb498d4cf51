/** Requests that come twice, as callers send them who lost an answer. */
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { requestRecordsIn } from '#aws/request-records';
import type { SingleTable } from '#aws/single-table';
import { httpDoor } from '#lambda/http-door';
import { once } from '#lambda/once';
import { Problem } from '#lambda/problem';
import { PublishError } from '#runs/ports';
import { type LocalSecrets, startSecretsManager } from '../aws/local-secrets.ts';
import { type LocalDynamo, startDynamo } from '../aws/local-table.ts';
import { apiOn } from './api.ts';

// The logger reads this when it is loaded: faults are made here on purpose.
vi.hoisted(() => vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT'));

let dynamo: LocalDynamo;
let secrets: LocalSecrets;
let table: SingleTable;
beforeAll(async () => {
  [dynamo, secrets] = await Promise.all([startDynamo(), startSecretsManager()]);
});
afterAll(() => Promise.all([dynamo.close(), secrets.close()]));
beforeEach(async () => {
  table = await dynamo.newTable();
});

const scan = async (): Promise<readonly Record<string, unknown>[]> =>
  (await table.client.send(new ScanCommand({ TableName: table.tableName }))).Items ?? [];
/** What is kept of requests. */
const records = async () => (await scan()).filter(({ pk }) => String(pk).startsWith('requests#'));

const route = 'POST /connections/{connectionId}/runs';
const otherRoute = 'POST /connections/{connectionId}/api-users/{purpose}/validations';
const key = 'CANARY ticket/4711';

interface Sent {
  readonly key?: string;
  readonly caller?: string;
  readonly routeKey?: string;
  readonly connectionId?: string;
  readonly query?: Record<string, string>;
  readonly body?: string;
  readonly remainingMs?: number;
}

/** A door of which `deed` says what its two POSTs do. */
function doorOf(deed: () => Promise<Record<string, string>>) {
  const post = once(
    { carryOut: deed, tell: async (kept) => ({ status: 202, body: kept }) },
    { requestRecords: requestRecordsIn(table) },
  );
  const door = httpDoor({ [route]: post, [otherRoute]: post });
  return async (sent: Sent = {}) => {
    const event = {
      routeKey: sent.routeKey ?? route,
      headers: { 'idempotency-key': sent.key ?? key },
      pathParameters: { connectionId: sent.connectionId ?? 'acme' },
      queryStringParameters: sent.query,
      requestContext: {
        requestId: 'request-1',
        authorizer: { lambda: { caller: sent.caller ?? 'pipeline', scopes: 'onboard sync' } },
      },
      body: sent.body,
    } as unknown as APIGatewayProxyEventV2;
    const remaining = sent.remainingMs ?? 29_000;
    const context = { getRemainingTimeInMillis: () => remaining, awsRequestId: 'a' } as unknown as Context;
    const { statusCode = 0, headers = {}, body = '{}' } = await door(event, context);
    const told = JSON.parse(body) as { code?: string; n?: string };
    return { status: statusCode, headers, told: told.code ?? told.n ?? '' };
  };
}
const counted = () => {
  const count = { carriedOut: 0 };
  const send = doorOf(async () => ({ n: String(++count.carriedOut) }));
  return { count, send };
};

describe('a request with an Idempotency-Key', () => {
  const otherwise: ReadonlyArray<readonly [what: string, sent: Sent, status: number, told: string]> = [
    ['as it was', {}, 202, '1'],
    ['with another body', { body: '{"apply":true}' }, 422, 'idempotency-key-reused'],
    ['with another query', { query: { a: 'b' } }, 422, 'idempotency-key-reused'],
    ['by another caller', { caller: 'other' }, 202, '2'],
    ['of another connection', { connectionId: 'globex' }, 202, '2'],
    ['of another route', { routeKey: otherRoute }, 202, '2'],
    ['under another key', { key: `${key}!` }, 202, '2'],
  ];
  it.each(otherwise)('that comes again %s', async (_, sent, status, told) => {
    const { send } = counted();
    const first = await send();
    expect([first.status, first.told, first.headers['idempotency-replayed']]).toEqual([202, '1', undefined]);
    const again = await send(sent);
    const replayed = told === '1' ? 'true' : undefined;
    expect([again.status, again.told, again.headers['idempotency-replayed']]).toEqual([
      status,
      told,
      replayed,
    ]);
  });

  it.each([
    ['', 400],
    ['é', 400],
    ['a\tb', 400],
    ['k'.repeat(256), 400],
    ['k'.repeat(255), 202],
    [' ', 202],
    ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', 202],
  ])('%j is answered %i', async (odd, status) => {
    const { count, send } = counted();
    const answer = await send({ key: odd });
    expect([answer.status, answer.told]).toEqual([status, status === 400 ? 'invalid-request' : '1']);
    expect([count.carriedOut, (await records()).length]).toEqual(status === 400 ? [0, 0] : [1, 1]);
  });

  it('of many at once is carried out once', async () => {
    let open = () => {};
    const opened = new Promise<void>((done) => {
      open = done;
    });
    let carriedOut = 0;
    const send = doorOf(async () => {
      carriedOut += 1;
      await opened;
      return { n: '1' };
    });
    const first = send();
    await vi.waitFor(() => expect(carriedOut).toBe(1));
    const others = await Promise.all([send(), send(), send({ body: '{}' })]);
    expect(others.map(({ status, told }) => [status, told])).toEqual([
      [409, 'request-in-progress'],
      [409, 'request-in-progress'],
      [422, 'idempotency-key-reused'],
    ]);
    expect(others.map(({ headers }) => headers['retry-after'])).toEqual(['2', '2', undefined]);
    open();
    expect([(await first).told, (await send()).told, carriedOut]).toEqual(['1', '1', 1]);
  });

  it.each([
    ['refused', () => new Problem('run-in-progress', 'Wait.'), 409],
    ['not announced', () => new PublishError('the bus is away', new Set([0])), 503],
    ['failed', () => new Error('a bug'), 500],
  ])('that was %s leaves nothing, and is carried out when it comes again', async (_, fault, status) => {
    let tries = 0;
    const send = doorOf(async () => {
      tries += 1;
      if (tries === 1) throw fault();
      return { n: String(tries) };
    });
    expect((await send()).status).toBe(status);
    expect(await records()).toEqual([]);
    const again = await send();
    expect([again.told, again.headers['idempotency-replayed']]).toEqual(['2', undefined]);
  });

  it('that its Lambda had no time for can come again when that Lambda is over', async () => {
    let tries = 0;
    const send = doorOf(async () => {
      tries += 1;
      return tries === 1 ? new Promise<never>(() => {}) : { n: String(tries) };
    });
    // It is answered half a second before its end.
    expect((await send({ remainingMs: 900 })).status).toBe(503);
    expect((await send()).told).toBe('request-in-progress');
    await vi.waitFor(async () => expect((await send()).told).toBe('2'), { timeout: 3_000, interval: 100 });
  });

  it('is forgotten after a day', async () => {
    const { send } = counted();
    await send();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 24 * 3_600_000 - 10_000 });
    try {
      expect((await send()).told).toBe('1');
      vi.setSystemTime(Date.now() + 20_000);
      expect((await send()).told).toBe('2');
    } finally {
      vi.useRealTimers();
    }
    const [record] = await records();
    // The table's time to live, in epoch seconds, takes it away.
    expect(Math.abs(Number(record?.expiresAt) - Date.now() / 1000 - 2 * 24 * 3_600)).toBeLessThan(60);
  });

  it.each([
    ['carried out', async () => ({ n: '1' }), [202, '1']],
    ['refused', async () => Promise.reject(new Problem('not-trusted', 'No.')), [409, 'not-trusted']],
  ])('is answered as what it is, %s, though the table goes away meanwhile', async (_, deed, answer) => {
    const whole = table;
    let isAway = false;
    table = {
      ...whole,
      client: new Proxy(whole.client, {
        get: (client, name) =>
          name === 'send' && isAway
            ? async () => Promise.reject(new Error('the table is away'))
            : Reflect.get(client, name),
      }),
    };
    const send = doorOf(async () => {
      isAway = true;
      return deed();
    });
    const { status, told } = await send();
    expect([status, told]).toEqual(answer);
  });
});

describe('what is kept of a request', () => {
  const user = { username: 'u@acme.example', secret: 'hunter2', trackingIdentifier: 'ABCDEFG' };
  const headers = { 'idempotency-key': key };

  it('of a run is its id, and a repeat asks for no other', async () => {
    const api = apiOn(table, secrets.url);
    await api.ready();
    const post = () => api.ask('POST', '/connections/acme/runs', { body: { apply: false }, headers });
    const first = await post();
    const again = await post();
    expect(again).toEqual({ ...first, headers: { ...first.headers, 'idempotency-replayed': 'true' } });
    expect([first.status, api.events.length]).toEqual([202, 1]);
    const { runId } = first.body as { runId: string };
    expect((await records()).map(({ kept }) => kept)).toEqual([{ runId, status: 'queued' }]);
    // Without the key, it is a request of its own.
    expect(await api.ask('POST', '/connections/acme/runs')).toMatchObject({
      status: 409,
      body: { code: 'run-in-progress' },
    });
  });

  it('that makes a link is neither the link nor anything else that is secret', async () => {
    const api = apiOn(table, secrets.url);
    await api.ask('PUT', '/connections/acme', { body: { name: 'Acme' } });
    await api.ask('PUT', '/connections/acme/api-users/device-sync', { body: user });
    const path = '/connections/acme/api-users/device-sync';
    const tellings = [];
    for (const what of ['validations', 'rotations', 'hand-offs']) {
      const first = await api.ask('POST', `${path}/${what}`, { headers });
      const before = api.events.length;
      const again = await api.ask('POST', `${path}/${what}`, { headers });
      expect(again.body, what).toEqual(first.body);
      expect([again.status, again.headers['idempotency-replayed']]).toEqual([first.status, 'true']);
      expect(api.events.length, `${what} is not done again`).toBe(before);
      tellings.push(first.body);
    }
    const links = tellings.flatMap(({ link }) => (link === null ? [] : [String(link)]));
    expect(new Set(links).size).toBe(2);
    const kept = await records();
    expect(kept.map((record) => record.kept)).toEqual([{}, {}, {}]);
    const all = JSON.stringify(await scan());
    const tokens = links.map((link) => link.slice(link.lastIndexOf('/') + 1));
    for (const secret of [...tokens, 'hunter2', 'CANARY', ...links]) expect(all).not.toContain(secret);
  });
});
