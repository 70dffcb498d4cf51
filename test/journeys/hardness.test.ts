/** The HTTP API against callers who are wrong, careless or hostile, over real HTTP against the running system. */
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeScopes } from '#callers/scope';
import { mintKey } from '../../bin/keys.ts';
import { answerFaults, routeKeyOf } from '../lambda/openapi.ts';
import { type LocalWorld, startLocalWorld } from './local-world.ts';
import {
  canary,
  type KeyKind,
  type OddRequest,
  oddRequest,
  present,
  randomOf,
  seldomAnswered,
} from './odd-requests.ts';

/** CI sends 20,000. */
const howMany = Number(process.env.HARDNESS_REQUESTS ?? 4_000);
const seed = Number(process.env.HARDNESS_SEED ?? Date.now() % 1_000_000);
/** Fewer than doors run at once on this machine, so that none waits for another. */
const atOnce = 8;

let world: LocalWorld;
let keys: Record<KeyKind, string | undefined>;
const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
beforeAll(async () => {
  // Throttling has a journey of its own, below.
  world = await startLocalWorld({ apiRate: 10_000, apiBurst: 5_000 });
  const secretId = world.host.callerSecretId;
  keys = {
    every: await mintKey({ name: 'hardness', secretId }),
    read: await mintKey({ name: 'reads', secretId, scopes: ['read'] }),
    sync: await mintKey({ name: 'syncs', secretId, scopes: ['sync'] }),
    strange: `aak_${'A'.repeat(43)}`,
    malformed: 'aak_short',
    none: undefined,
  };
  await world.api.declare(present, { name: 'Seen', schedule: { enabled: false } });
}, 180_000);
afterAll(async () => {
  agent.destroy();
  await world?.close();
});

/** All that could have been written: the table, the names and stages of secrets, the bus; and what vendors were asked. */
async function everything() {
  const client = new DynamoDBClient({});
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const tables = await Promise.all(
    TableNames.map(async (TableName) => (await client.send(new ScanCommand({ TableName }))).Items),
  );
  return {
    tables,
    secrets: world.host.secrets(),
    events: world.host.events().length,
    asked: [world.autotask.journal.count({}), world.addigy.journal.count({})],
  };
}

interface Heard {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

function send(odd: OddRequest): Promise<Heard> {
  const url = new URL(world.host.apiUrl);
  const key = keys[odd.key];
  return new Promise((done, fail) => {
    const asked = request({
      agent,
      host: url.hostname,
      port: url.port,
      method: odd.method,
      path: odd.path,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(odd.body === undefined ? {} : { 'content-length': String(odd.body.byteLength) }),
        ...odd.headers,
      },
      timeout: 60_000,
    });
    asked.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close a kept connection in the moment it is used again.
      if (asked.reusedSocket && error.code === 'ECONNRESET') done(send(odd));
      else fail(error);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in a minute')));
    asked.on('response', async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString('utf8');
      done({ status: answer.statusCode ?? 0, type: answer.headers['content-type'], text });
    });
    asked.end(odd.body);
  });
}

function routeOf(odd: OddRequest): keyof typeof routeScopes | undefined {
  const [path = ''] = odd.path.split('?');
  if (!path.startsWith('/')) return undefined;
  try {
    return routeKeyOf(odd.method, decodeURIComponent(path)) as keyof typeof routeScopes | undefined;
  } catch {
    return undefined;
  }
}

/** What API Gateway and the scopes make of it, before any door is asked. */
function rightStatuses(odd: OddRequest, route: keyof typeof routeScopes | undefined): readonly number[] {
  if (route === undefined || odd.expects.includes(431)) return odd.expects;
  if (['strange', 'none', 'malformed'].includes(odd.key)) return [401];
  const scope = routeScopes[route];
  return scope === 'read' || odd.key === 'every' || odd.key === scope ? odd.expects : [403];
}

/** '' where the answer is right. */
function wrong(odd: OddRequest, { status, type, text }: Heard): string {
  const route = routeOf(odd);
  const right = rightStatuses(odd, route);
  if (!right.includes(status)) return `${status} where ${right.join(' or ')} is right: ${text.slice(0, 200)}`;
  if (text.includes(canary) || Object.values(keys).some((key) => key !== undefined && text.includes(key)))
    return 'repeats a secret';
  // Of what is no HTTP request, the parser says no more than that.
  const isParsed = odd.path.startsWith('/') && status !== 431;
  if (text === '') return odd.method === 'HEAD' || !isParsed ? '' : 'says nothing';
  const body = JSON.parse(text) as { message?: string };
  if (route !== undefined) return answerFaults(String(route), status, type, body);
  return Object.keys(body).join() === 'message' ? '' : 'is no answer of API Gateway';
}

/** Until as many doors are there as are asked at once: on a busy machine the first can take longer than they may. */
async function warmUp(): Promise<void> {
  const look: OddRequest = {
    ...{ what: 'a look', method: 'GET', path: `/connections/${present}` },
    ...{ headers: {}, key: 'every', expects: [200] },
  };
  for (let tries = 0; tries < 10; tries += 1) {
    const answers = await Promise.all(Array.from({ length: 2 * atOnce }, () => send(look)));
    if (answers.every(({ status }) => status === 200)) return;
  }
  throw new Error('the doors do not answer');
}

/** Answers of whatever came over the socket until it was closed, or nothing came for a while. */
function raw(bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(world.host.apiUrl);
  return new Promise((done) => {
    let heard = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setTimeout(1_500, () => socket.destroy());
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => done(heard));
  });
}

describe('requests that no honest caller sends', () => {
  it(`of ${howMany} with seed ${seed}, each is answered with the right 4xx, and nothing is written`, {
    timeout: 500_000,
  }, async () => {
    await warmUp();
    const before = await everything();
    const random = randomOf(seed);
    const statuses: Record<number, number> = {};
    const faults: string[] = [];
    let left = howMany;
    const first = [...seldomAnswered];
    const began = performance.now();
    const cpu = process.cpuUsage();
    const worker = async (): Promise<void> => {
      while (left > 0 && faults.length < 20) {
        left -= 1;
        const odd = first.pop() ?? oddRequest(random);
        const heard = await send(odd).catch((error: Error) => ({
          status: 0,
          type: undefined,
          text: String(error),
        }));
        statuses[heard.status] = (statuses[heard.status] ?? 0) + 1;
        const fault = wrong(odd, heard);
        if (fault !== '') {
          const shown = odd.body === undefined ? '' : ` ${odd.body.toString('latin1').slice(0, 120)}`;
          faults.push(
            `${odd.what} ${odd.method} ${odd.path.slice(0, 200)} (${odd.key}) ${JSON.stringify(odd.headers).slice(0, 200)}${shown}: ${fault}`,
          );
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const { user, system } = process.cpuUsage(cpu);
    process.stdout.write(
      `hardness: ${howMany} requests, seed ${seed}, ${seconds} s (CPU here ${((user + system) / 1e6).toFixed(1)} s), by status ${JSON.stringify(statuses)}\n`,
    );
    expect(await everything()).toEqual(before);
    const ill = world.host.logs('http-api').filter((line) => line.includes('"status":"5'));
    expect([faults, ill.slice(0, 5)]).toEqual([[], []]);
    expect(Object.keys(statuses).filter((status) => Number(status) >= 500)).toEqual([]);
    // Every way of being wrong was met, or the generator makes less than it says.
    for (const status of [200, 400, 401, 403, 404, 409, 412, 413, 415, 428, 431])
      expect(statuses[status], `some ${status}`).toBeGreaterThan(0);
  });

  it('with bodies of megabytes are answered 413, by API Gateway or by the door', {
    timeout: 60_000,
  }, async () => {
    const before = await everything();
    const draft = { what: 'megabytes', headers: { 'content-type': 'application/json' }, expects: [413] };
    for (const megabytes of [1, 5, 7, 10]) {
      const body = Buffer.alloc(megabytes * 1024 * 1024 + 1, 0x20);
      for (const [method, path] of [
        ['PUT', `/connections/${present}`],
        ['POST', `/connections/${present}/runs`],
      ] as const) {
        const odd: OddRequest = { ...draft, method, path, body, key: 'every' };
        expect([megabytes, wrong(odd, await send(odd))]).toEqual([megabytes, '']);
      }
    }
    expect(await everything()).toEqual(before);
  });

  it('that two readers would read as two different ones are refused, once, and end the line', async () => {
    const before = await everything();
    const head = (line: string, ...headers: readonly string[]) =>
      [line, 'host: api', `authorization: Bearer ${keys.every}`, ...headers, '', ''].join('\r\n');
    const remove = `DELETE /connections/${present}?items=keep HTTP/1.1\r\nhost: api\r\nauthorization: Bearer ${keys.every}\r\n\r\n`;
    const put = `PUT /connections/${present} HTTP/1.1`;
    const cases: ReadonlyArray<readonly [string, string | Buffer, RegExp]> = [
      [
        'length and chunks',
        `${head(put, 'content-length: 4', 'transfer-encoding: chunked')}0\r\n\r\n${remove}`,
        /^HTTP\/1.1 400/u,
      ],
      ['two lengths', `${head(put, 'content-length: 0', 'content-length: 44')}${remove}`, /^HTTP\/1.1 400/u],
      ['a length that is none', head(put, 'content-length: +3'), /^HTTP\/1.1 400/u],
      ['chunks that are none', `${head(put, 'transfer-encoding: chunked')}zz\r\n`, /^HTTP\/1.1 400/u],
      [
        'chunked, not last',
        `${head(put, 'transfer-encoding: chunked, gzip')}0\r\n\r\n${remove}`,
        /^HTTP\/1.1 400/u,
      ],
      ['a space before the colon', head(put, 'content-length : 3'), /^HTTP\/1.1 400/u],
      ['a folded header', head(put, 'x-a: b', ' content-length: 3'), /^HTTP\/1.1 400/u],
      ['a header without a colon', head(put, 'nonsense'), /^HTTP\/1.1 400/u],
      ['a NUL in a header', head(put, 'x-a: b\0c'), /^HTTP\/1.1 400/u],
      ['a bare line feed', head(put, 'x-a: b\nx-c: d'), /^HTTP\/1.1 (?:400|404)/u],
      [
        'no host',
        `GET /connections HTTP/1.1\r\nauthorization: Bearer ${keys.every}\r\n\r\n`,
        /^HTTP\/1.1 400/u,
      ],
      ['a strange method', head('JUMP /connections HTTP/1.1'), /^HTTP\/1.1 400/u],
      ['a strange version', head('GET /connections HTTP/9.9'), /^HTTP\/1.1 400/u],
      ['a path with a space', head('GET /connections/a b HTTP/1.1'), /^HTTP\/1.1 400/u],
      ['a target that is no path', head('DELETE %2Fconnections%2Fseen HTTP/1.1'), /^HTTP\/1.1 400/u],
      ['a target of its own', head('OPTIONS * HTTP/1.1'), /^HTTP\/1.1 400/u],
      ['a tunnel', head('CONNECT elsewhere:443 HTTP/1.1'), /^(?:HTTP\/1.1 4\d\d|$)/u],
      ['an expectation', head(put, 'expect: 200-ok', 'content-length: 0'), /^HTTP\/1.1 417/u],
      ['no HTTP at all', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), /^(?:HTTP\/1.1 400|$)/u],
    ];
    const answers = await Promise.all(cases.map(async ([, bytes]) => raw(bytes)));
    for (const [at, [what, , right]] of cases.entries()) {
      const answer = answers[at] ?? '';
      expect(answer, what).toMatch(right);
      // What was smuggled behind it was not answered.
      expect(answer.match(/HTTP\/1\.1 /gu)?.length ?? 0, what).toBeLessThan(2);
    }
    expect(await everything()).toEqual(before);
  });
});

describe('every operation', () => {
  it('is answered as documented, where it is asked for as it should be', { timeout: 60_000 }, async () => {
    const { id, ask, ended } = await world.connect({ policy: 'sync' });
    const path = `/connections/${id}`;
    const { api } = world;
    await ended(await ask());
    await api.call('GET', '/connections');
    await api.call('GET', `${path}/api-users`);
    await api.call('GET', `${path}/runs?limit=1`);
    await api.call('GET', `${path}/companies/suggestions`);
    await api.call('POST', `${path}/api-users/device-sync/validations`);
    await api.call('POST', `${path}/api-users/device-sync/rotations`);
    await api.call('GET', `${path}/api-users/device-sync`);
    await api.call('POST', `${path}/api-users/device-sync/hand-offs`);
    await api.call('DELETE', `${path}?items=keep`);
  });
});
