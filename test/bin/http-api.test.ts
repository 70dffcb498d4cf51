import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runStacks } from '../../bin/local/run-stacks.ts';
import type { RunningStacks } from '../../bin/local/running-stacks.ts';
import { fixtureStack } from './fixture-stack.ts';
import { isAlive, until } from './until.ts';

let host: RunningStacks;
beforeAll(async () => {
  host = await runStacks([fixtureStack()]);
});
afterAll(() => host.close());

const get = (path: string, init: RequestInit = {}) =>
  fetch(`${host.apiUrl}${path}`, { ...init, headers: { authorization: 'good', ...init.headers } });

const jsonOf = async (path: string, init?: RequestInit) =>
  (await (await get(path, init)).json()) as Record<string, never>;

describe('what API Gateway says itself', () => {
  it.each([
    ['no Authorization header', '/text', '', 401, 'Unauthorized'],
    ['the authorizer throws Unauthorized', '/text', 'bad', 401, 'Unauthorized'],
    ['the authorizer says no', '/text', 'forbidden', 403, 'Forbidden'],
    ['the authorizer throws something else', '/text', 'ill', 500, 'Internal Server Error'],
    ['the authorizer answers strangely', '/text', 'strange', 500, 'Internal Server Error'],
    ['an unknown route, even without a key', '/nothing', '', 404, 'Not Found'],
    ['an unknown method', '/echo', 'good', 404, 'Not Found'],
    ['a trailing slash', '/text/', 'good', 404, 'Not Found'],
    ['an empty path parameter', '/echo/', 'good', 404, 'Not Found'],
    ['a function that throws', '/throw', 'good', 500, 'Internal Server Error'],
    ['a function that ends its process', '/exit', 'good', 500, 'Internal Server Error'],
    ['an answer in no known format', '/malformed', 'good', 500, 'Internal Server Error'],
    ['an answer over 6 MB', '/too-much', 'good', 500, 'Internal Server Error'],
  ])('%s', async (_, path, authorization, status, message) => {
    const answer = await fetch(`${host.apiUrl}${path}`, { headers: authorization ? { authorization } : {} });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ message });
  });

  it('refuses a body of more than 10 MB with 413', async () => {
    const answer = await get('/echo/x', { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toEqual({ message: 'Request Entity Too Large' });
  });

  it('writes the access log in the format of the stage', async () => {
    await get('/text');
    await until('its line', () => host.logs('http-api').includes('{"route":"GET /text","status":"200"}'));
  });
});

describe('payload format 2.0', () => {
  it('tells the request', async () => {
    const event = await jsonOf('/echo/a%20b?q=1&q=2&r=%C3%A9', {
      headers: { 'X-Own': 'Value', cookie: 'c=1; d=2' },
    });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /echo/{name}',
      rawQueryString: 'q=1&q=2&r=%C3%A9',
      queryStringParameters: { q: '1,2', r: 'é' },
      cookies: ['c=1', 'd=2'],
      isBase64Encoded: false,
      requestContext: {
        stage: '$default',
        routeKey: 'GET /echo/{name}',
        http: { method: 'GET', sourceIp: '127.0.0.1' },
        authorizer: { lambda: { caller: 'good', source: ['good'] } },
      },
    });
    expect(event.headers).toMatchObject({ 'x-own': 'Value', authorization: 'good' });
    expect(event).not.toHaveProperty('body');
  });

  it('decodes the path before it routes, as HTTP APIs do', async () => {
    const event = await jsonOf('/echo/a%20b');
    expect(event).toMatchObject({ rawPath: '/echo/a b', pathParameters: { name: 'a b' } });
    expect((await get('/echo/%E0%A4%A')).status).toBe(400);
  });

  it('takes a literal part before a parameter', async () => {
    // The fixture door knows no `/echo/fixed`, and fails on it.
    expect((await get('/echo/fixed')).status).toBe(500);
  });

  it.each([
    ['application/json', '{"a":"é"}', '{"a":"é"}', false],
    ['application/problem+json; charset=utf-8', '{}', '{}', false],
    ['text/plain', 'é', 'é', false],
    ['application/octet-stream', 'abc', 'YWJj', true],
    ['application/x-www-form-urlencoded', 'a=1', 'YT0x', true],
  ])('hands over a body of %s', async (type, sent, body, isBase64Encoded) => {
    const event = await jsonOf('/echo/x', { method: 'POST', body: sent, headers: { 'content-type': type } });
    expect(event).toMatchObject({ body, isBase64Encoded });
  });

  it.each([
    [
      'an answer with headers and cookies',
      '/echo/x',
      200,
      { 'content-type': 'application/json', 'x-mixed-case': '1' },
    ],
    ['any value as a JSON body', '/served', 200, { 'content-type': 'application/json' }],
    ['a body without a type', '/text', 200, { 'content-type': 'text/plain; charset=utf-8' }],
    ['no body', '/empty', 204, {}],
  ])('reads %s', async (_, path, status, headers) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject(headers);
    expect(answer.headers.get('apigw-requestid')).toBeTruthy();
  });

  it('sends each cookie in a header of its own, and bytes as bytes', async () => {
    expect((await get('/echo/x')).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect([...new Uint8Array(await (await get('/bytes')).arrayBuffer())]).toEqual([0, 255, 1]);
  });
});

describe('a door', () => {
  it('keeps its process for the next invocation', async () => {
    const first = await jsonOf('/served');
    const second = await jsonOf('/served');
    // On the Node of whoever started the host: what the tests prove of one Node holds for the doors, too.
    const node = process.version;
    expect(second).toEqual({ served: Number(first.served) + 1, pid: first.pid, node });
    expect(host.doors.pids('answer')).toContain(second.pid);
  });

  it('sees the template’s environment and Lambda’s, and nothing of ours', async () => {
    process.env.OF_THE_DEVELOPER = 'yes';
    const environment = await jsonOf('/environment');
    expect(environment).toMatchObject({
      TABLE: 'Table',
      SECRET: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:fixture/secret-LocalX',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own
      GREETING: 'hello fixture ${Literal}',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Answer',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_ENDPOINT_URL_DYNAMODB: expect.stringContaining('http://127.0.0.1:'),
      AWS_ENDPOINT_URL_SECRETS_MANAGER: expect.stringContaining('http://127.0.0.1:'),
      AWS_ENDPOINT_URL_EVENTBRIDGE: expect.stringContaining('http://127.0.0.1:'),
    });
    for (const name of ['OF_THE_DEVELOPER', 'PATH', 'HOME', 'AWS_PROFILE'])
      expect(environment).not.toHaveProperty(name);
  });

  it('gets a context that knows its deadline', async () => {
    const context = await jsonOf('/context');
    expect(context).toMatchObject({ functionName: 'Answer', memoryLimitInMB: '128' });
    expect(Number(context.left)).toBeGreaterThan(1000);
    expect(Number(context.left)).toBeLessThanOrEqual(2000);
  });

  it('is killed at its deadline, and is another process afterwards', async () => {
    const { pid } = await jsonOf('/served');
    const answer = await get('/hang');
    expect(answer.status).toBe(500);
    await until('its end', () => !isAlive(Number(pid)));
    expect(host.logs('answer').at(-1)).toMatch(/Task timed out after 2\.00 seconds$/u);
    expect(await jsonOf('/served')).toMatchObject({ served: 1 });
  });

  it('can be killed in the middle of an invocation', async () => {
    await get('/served');
    const hanging = get('/hang');
    await until('the way', () => host.logs('answer').at(-1) === 'way GET /hang');
    const killed = host.doors.kill('answer');
    expect(killed.length).toBeGreaterThan(0);
    expect((await hanging).status).toBe(500);
    await until('their end', () => !killed.some(isAlive));
    expect(await jsonOf('/served')).toMatchObject({ served: 1 });
  });

  it('dies of too much memory, alone', async () => {
    expect((await get('/memory')).status).toBe(500);
    expect(host.logs('answer').join('\n')).toMatch(/heap out of memory|signal: SIGABRT|timed out/u);
    expect((await get('/text')).status).toBe(200);
  });

  it('that cannot load fails each invocation with its reason', async () => {
    expect(await host.doors.invoke('broken', {})).toEqual({
      ok: false,
      errorType: 'TypeError',
      errorMessage: 'cannot load',
    });
  });
});

it('throttles as the stage says', async () => {
  const small = await runStacks([
    fixtureStack({ throttle: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 0.001 } }),
  ]);
  try {
    const statuses: number[] = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await fetch(`${small.apiUrl}/text`)).status);
    expect(statuses).toEqual([401, 401, 429]);
  } finally {
    await small.close();
  }
});

it('closes every process and every port', async () => {
  const other = await runStacks([fixtureStack()]);
  await fetch(`${other.apiUrl}/text`, { headers: { authorization: 'good' } });
  const pids = other.doors.names.flatMap((door) => other.doors.pids(door));
  expect(pids).toHaveLength(2);
  await other.close();
  expect(pids.some(isAlive)).toBe(false);
  const refused = new Promise((done) => request(other.apiUrl).on('error', done).end());
  expect(await refused).toMatchObject({ code: 'ECONNREFUSED' });
});
