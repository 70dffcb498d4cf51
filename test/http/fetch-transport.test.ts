import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { largestAnswerBytes, readText } from '#http/attempt';
import { createTransport } from '#http/fetch-transport';
import { systemTiming } from '#http/timing';
import { type HttpRequest, NoAnswerError, type TransportOptions } from '#http/transport';
import { type Asked, type Reply, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

/** A loaded machine is slow to notice a closed socket. */
const patience = { timeout: 10_000 };

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(answer: (asked: Asked, nth: number) => Reply): Promise<ScriptedServer> {
  const server = await startScriptedServer(answer);
  servers.push(server);
  return server;
}

function transport(options: Partial<TransportOptions> = {}) {
  return createTransport({
    laneOf: () => ({ concurrency: 10 }),
    timeoutMs: 5000,
    retries: 2,
    judge: ({ status }) => (status === 429 ? 'pause' : status >= 500 ? 'retry' : 'done'),
    secrets: [],
    beforeAttempt: () => {},
    random: () => 0,
    now: () => Date.now(),
    ...options,
  });
}

function get(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    url,
    headers: {},
    lane: 'one',
    idempotent: true,
    signal: new AbortController().signal,
    ...more,
  };
}

const post = (url: string, more: Partial<HttpRequest> = {}) =>
  get(url, { method: 'POST', idempotent: false, body: { n: 1 }, ...more });

async function refusal(promise: Promise<unknown>): Promise<NoAnswerError> {
  const error = await promise.then(
    () => new Error('it resolved'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NoAnswerError);
  return error as NoAnswerError;
}

describe('whoever watches', () => {
  it('is told of each attempt its host, its operation and how it ended, and nothing of its address', async () => {
    const server = await serve((_, nth) =>
      nth === 4 ? { hangUp: true } : { status: nth === 1 ? 503 : 200 },
    );
    const told: unknown[] = [];
    const watching = transport({
      watch: (host, operation) => (status) => void told.push([host, operation, status]),
    });
    await watching.send(get(`${server.url}/users/jane?key=hunter2`));
    await watching.send(get(`${server.url}/users/jane`, { operation: '/users' }));
    await refusal(watching.send(post(`${server.url}/users/jane`, { operation: '/users' })));
    expect(told).toEqual([
      ['127.0.0.1', 'GET one', 503],
      ['127.0.0.1', 'GET one', 200],
      ['127.0.0.1', 'GET /users', 200],
      ['127.0.0.1', 'POST /users', null],
    ]);
  });
});

describe('a request and its answer', () => {
  it('sends JSON and the headers, and hands back status, headers and text', async () => {
    const server = await serve(() => ({ status: 201, body: '<é>', headers: { 'x-a': 'b' } }));
    const answer = await transport().send(post(`${server.url}/p?q=1`, { headers: { 'X-Key': 'k' } }));
    expect([answer.status, answer.text, answer.headers.get('x-a')]).toEqual([201, '<é>', 'b']);
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/p?q=1', body: { n: 1 } });
    expect(server.asked[0]?.headers).toMatchObject({ 'x-key': 'k', 'content-type': 'application/json' });
  });

  it('follows no redirect, so that no credential leaves for another host', async () => {
    const other = await serve(() => ({}));
    const server = await serve(() => ({ status: 302, headers: { location: `${other.url}/` } }));
    const answer = await transport().send(get(server.url, { headers: { secret: 'hunter22' } }));
    expect(answer.status).toBe(302);
    expect(other.asked).toEqual([]);
  });

  it('reads no more than the limit', async () => {
    expect(await readText(new Response('12345'), 5)).toBe('12345');
    expect(await readText(new Response('123456'), 5)).toBeNull();
    expect(largestAnswerBytes).toBe(64 * 1024 * 1024);
  });
});

describe('what is tried again', () => {
  const writes = [false, true] as const;
  it.each([
    ['a read after a 500', 500, true, 3],
    ['a write after a 500', 500, false, 1],
    ['a read after a 429', 429, true, 3],
    ['a write after a 429, which was refused before it was executed', 429, false, 3],
    ['a read after a 400', 400, true, 1],
  ])('%s', async (_why, status, idempotent, times) => {
    const server = await serve(() => ({ status }));
    const request = idempotent ? get(server.url) : post(server.url);
    expect((await transport().send(request)).status).toBe(status);
    expect(server.asked).toHaveLength(times);
  });

  it.each(writes)('a hung-up socket (idempotent: %s)', async (idempotent) => {
    const server = await serve(() => ({ hangUp: true }));
    const error = await refusal(transport().send(idempotent ? get(server.url) : post(server.url)));
    expect(error.why).toBe('network');
    expect(server.asked).toHaveLength(idempotent ? 3 : 1);
  });

  it.each(writes)(
    'a connection that is refused sent nothing, so even a write is tried again (%s)',
    async (idempotent) => {
      const gone = await startScriptedServer(() => ({}));
      await gone.close();
      let attempts = 0;
      const sender = transport({ beforeAttempt: () => void attempts++ });
      const error = await refusal(sender.send(idempotent ? get(gone.url) : post(gone.url)));
      expect([error.why, attempts]).toEqual(['network', 3]);
      expect(error.message).toContain('ECONNREFUSED');
    },
  );

  it('stops at the first answer that is done', async () => {
    const server = await serve((_asked, nth) => ({ status: nth < 3 ? 500 : 200 }));
    expect((await transport().send(get(server.url))).status).toBe(200);
    expect(server.asked).toHaveLength(3);
  });

  it('asks before each attempt, and a refusal there is the answer', async () => {
    const server = await serve(() => ({ status: 500 }));
    let left = 2;
    const sender = transport({
      beforeAttempt: () => {
        if (left-- === 0) throw new RangeError('used up');
      },
    });
    await expect(sender.send(get(server.url))).rejects.toThrow(RangeError);
    expect(server.asked).toHaveLength(2);
  });
});

describe('time', () => {
  it('aborts the socket when the headers do not come', async () => {
    const closed = vi.fn();
    const server = await serve(() => ({ raw: (response) => void response.once('close', closed) }));
    const error = await refusal(transport({ timeoutMs: 40, retries: 0 }).send(get(server.url)));
    expect(error.why).toBe('timeout');
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce(), patience);
  });

  it('aborts the socket when the body does not end', async () => {
    const closed = vi.fn();
    const server = await serve(() => ({
      raw: (response) => {
        response.once('close', closed);
        response.writeHead(200).write('{"half":');
      },
    }));
    const error = await refusal(transport({ timeoutMs: 40, retries: 0 }).send(get(server.url)));
    expect(error.why).toBe('timeout');
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce(), patience);
  });

  it('a server that accepts and says nothing at all', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const error = await refusal(
      transport({ timeoutMs: 30, retries: 1 }).send(get(`http://127.0.0.1:${port}/`)),
    );
    expect(error.why).toBe('timeout');
    silent.close();
  });

  it('waits as long as Retry-After says', async () => {
    const server = await serve((_asked, nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': '0.15' } } : {},
    );
    expect((await transport().send(post(server.url))).status).toBe(200);
    expect(server.asked[1]!.at - server.asked[0]!.at).toBeGreaterThanOrEqual(149);
  });

  it('does not wait for a Retry-After beyond a minute: the answer goes back', async () => {
    const server = await serve(() => ({ status: 429, headers: { 'retry-after': '3600' } }));
    expect((await transport().send(get(server.url))).status).toBe(429);
    expect(server.asked).toHaveLength(1);
  });
});

describe('the signal', () => {
  it('stops a request under way, and its socket', async () => {
    const closed = vi.fn();
    const stop = new AbortController();
    const server = await serve(() => ({
      raw: (response) => {
        response.once('close', closed);
        stop.abort();
      },
    }));
    const error = await refusal(transport().send(get(server.url, { signal: stop.signal })));
    expect(error.why).toBe('stopped');
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce(), patience);
    expect(server.asked).toHaveLength(1);
  });

  it('sends nothing where it has fired already', async () => {
    const server = await serve(() => ({}));
    const error = await refusal(transport().send(get(server.url, { signal: AbortSignal.abort() })));
    expect([error.why, server.asked.length]).toEqual(['stopped', 0]);
  });

  it('ends the wait for a lane', async () => {
    const stop = new AbortController();
    const held: Array<() => void> = [];
    const server = await serve(() => ({ raw: (response) => void held.push(() => response.end('{}')) }));
    const sender = transport({ laneOf: () => ({ concurrency: 1 }) });
    const first = sender.send(get(server.url));
    const second = refusal(sender.send(get(server.url, { signal: stop.signal })));
    await vi.waitFor(() => expect(held).toHaveLength(1), patience);
    stop.abort();
    expect((await second).why).toBe('stopped');
    held[0]!();
    expect((await first).status).toBe(200);
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['a pause', 429],
    ['a backoff', 503],
  ])('ends the wait of %s', async (_why, status) => {
    const stop = new AbortController();
    const server = await serve(() => {
      setTimeout(() => stop.abort(), 20);
      return { status, headers: { 'retry-after': '50' } };
    });
    const error = await refusal(transport().send(get(server.url, { signal: stop.signal })));
    expect([error.why, server.asked.length]).toEqual(['stopped', 1]);
  });

  it('does not break off an attempt of a request that finishes', async () => {
    const stop = new AbortController();
    const server = await serve(() => {
      stop.abort();
      return { status: 201, delayMs: 30 };
    });
    const answer = await transport().send(post(server.url, { signal: stop.signal, finishes: true }));
    expect([answer.status, server.asked.length]).toEqual([201, 1]);
  });

  it.each([
    ['a time-out', { raw: () => {} }, 'timeout'],
    ['a hang-up', { hangUp: true }, 'network'],
  ] as const)('%s of a request that finishes is not called stopped', async (_why, reply, why) => {
    const stop = new AbortController();
    const clocks: Array<() => void> = [];
    const server = await serve(() => {
      stop.abort();
      if (why === 'timeout') for (const ring of clocks) ring();
      return reply;
    });
    const after = (_ms: number, ring: () => void) => {
      clocks.push(ring);
      return () => {};
    };
    const sender = transport({ timing: { ...systemTiming, after } });
    const error = await refusal(sender.send(post(server.url, { signal: stop.signal, finishes: true })));
    expect([error.why, server.asked.length]).toEqual([why, 1]);
  });

  it('sends nothing of a request that finishes where it has fired already', async () => {
    const server = await serve(() => ({}));
    const request = post(server.url, { signal: AbortSignal.abort(), finishes: true });
    expect((await refusal(transport().send(request))).why).toBe('stopped');
    expect(server.asked).toEqual([]);
  });

  it('ends the wait for a lane of a request that finishes, and not the one that is under way', async () => {
    const stop = new AbortController();
    const held: Array<() => void> = [];
    const server = await serve(() => ({ raw: (response) => void held.push(() => response.end('{}')) }));
    const sender = transport({ laneOf: () => ({ concurrency: 1 }) });
    const request = post(server.url, { signal: stop.signal, finishes: true });
    const first = sender.send(request);
    const second = refusal(sender.send(request));
    await vi.waitFor(() => expect(held).toHaveLength(1), patience);
    stop.abort();
    expect((await second).why).toBe('stopped');
    held[0]!();
    expect((await first).status).toBe(200);
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['a pause', 429, false],
    ['a backoff', 503, true],
  ])('ends the wait of %s of a request that finishes', async (_why, status, idempotent) => {
    const stop = new AbortController();
    const server = await serve(() => {
      setTimeout(() => stop.abort(), 20);
      return { status, headers: { 'retry-after': '50' } };
    });
    const request = post(server.url, { signal: stop.signal, finishes: true, idempotent });
    const error = await refusal(transport().send(request));
    expect([error.why, server.asked.length]).toEqual(['stopped', 1]);
  });

  it('leaves no listener behind, and many requests may share it', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    const stop = new AbortController();
    const server = await serve(() => ({}));
    const sender = transport({ laneOf: () => ({ concurrency: 3 }) });
    await Promise.all(
      Array.from({ length: 60 }, () => sender.send(get(server.url, { signal: stop.signal }))),
    );
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
  });
});

describe('lanes', () => {
  it('never has more under way than the lane allows', async () => {
    const server = await serve(() => ({ delayMs: 15 }));
    const sender = transport({ laneOf: () => ({ concurrency: 3 }) });
    await Promise.all(Array.from({ length: 12 }, () => sender.send(get(server.url))));
    expect(server.busiest()).toBe(3);
  });

  it('lanes do not wait for each other', async () => {
    const server = await serve(() => ({ delayMs: 40 }));
    const sender = transport({ laneOf: () => ({ concurrency: 1 }) });
    await Promise.all(['a', 'b', 'c'].map((lane) => sender.send(get(server.url, { lane }))));
    expect(server.busiest()).toBe(3);
  });

  it('one 429 holds back the whole lane, and no other', async () => {
    const server = await serve((asked, nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': '0.2' } } : { body: { path: asked.path } },
    );
    const sender = transport({ laneOf: () => ({ concurrency: 1 }) });
    await Promise.all([
      sender.send(get(`${server.url}/first`)),
      sender.send(get(`${server.url}/behind`)),
      sender.send(get(`${server.url}/other`, { lane: 'other' })),
    ]);
    const at = (path: string) => server.asked.filter((asked) => asked.path === path).map((asked) => asked.at);
    const refused = at('/first')[0]!;
    expect(at('/behind')[0]! - refused).toBeGreaterThanOrEqual(195);
    expect(at('/first')[1]! - refused).toBeGreaterThanOrEqual(195);
    expect(at('/other')[0]! - refused).toBeLessThan(195);
  });

  it('keeps an even pace where the vendor limits by the second', async () => {
    const server = await serve(() => ({}));
    const sender = transport({ laneOf: () => ({ concurrency: 5, perSecond: 50 }) });
    const before = performance.now();
    await Promise.all(Array.from({ length: 6 }, () => sender.send(get(server.url))));
    expect(performance.now() - before).toBeGreaterThanOrEqual(99);
  });
});

describe('between two tries', () => {
  /** A clock that only waiting moves. */
  function countedTiming() {
    let now = 5_000;
    const slept: number[] = [];
    const sleep = async (ms: number) => {
      slept.push(ms);
      now += ms;
    };
    return { slept, timing: { elapsed: () => now, sleep, after: () => () => {} } };
  }

  it.each<[string, number, Record<string, string>, number[]]>([
    ['the backoff grows', 503, {}, [250, 500]],
    ['a lane that is told to pause waits once, not twice', 429, {}, [250, 500]],
    ['Retry-After is waited for', 503, { 'retry-after': '7' }, [7000, 7000]],
    ['Retry-After is what a lane waits for', 429, { 'retry-after': '7' }, [7000, 7000]],
    ['of a date, from now', 503, { 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT' }, [30_000, 30_000]],
    ['an answer that is final needs none', 400, { 'retry-after': '7' }, []],
  ])('%s', async (_what, status, headers, waits) => {
    const server = await serve(() => ({ status, headers }));
    const { slept, timing } = countedTiming();
    const sender = transport({ random: () => 0.5, timing, now: () => Date.UTC(2026, 0, 1, 12) });
    expect((await sender.send(get(server.url))).status).toBe(status);
    expect(slept).toEqual(waits);
  });

  it.each([
    ['whoever waits alone', 503, [100, 800]],
    ['a lane that pauses', 429, [100, 200]],
  ])('%s waits as long as was drawn for it', async (_what, status, waits) => {
    const server = await serve(() => ({ status }));
    const { slept, timing } = countedTiming();
    let drawn = 0;
    const random = () => (drawn++ % 2 === 0 ? 0.2 : 0.8);
    await transport({ random, timing }).send(get(server.url));
    expect(slept).toEqual(waits);
  });

  it('a pause that is too long to wait for holds nobody back', async () => {
    const server = await serve((_asked, nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': '3600' } } : {},
    );
    const { slept, timing } = countedTiming();
    const sender = transport({ timing });
    expect((await sender.send(get(server.url))).status).toBe(429);
    expect((await sender.send(get(server.url))).status).toBe(200);
    expect(slept).toEqual([]);
  });
});

function tooMuch(): Response {
  const pieces: unknown[] = [{ byteLength: largestAnswerBytes + 1 }];
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
    },
  });
  return new Response(body);
}

describe('where no answer came, the error says', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it.each<[string, () => Promise<Response>, NoAnswerError['why'], detail: string, attempts: number]>([
    [
      'a code',
      () => Promise.reject(Object.assign(new Error(), { code: 'ECONNRESET' })),
      'network',
      'ECONNRESET',
      3,
    ],
    [
      'that there was too much of it, which is not tried again',
      async () => tooMuch(),
      'network',
      'an answer of more than 67108864 bytes',
      1,
    ],
  ])('%s', async (_what, fetched, why, detail, attempts) => {
    const fetching = vi.fn(fetched);
    vi.stubGlobal('fetch', fetching);
    const error = await refusal(transport().send(get('http://vendor.test/users?name=jane')));
    expect({ ...error, message: error.message }).toEqual({
      name: 'NoAnswerError',
      why,
      detail,
      message: `GET http://vendor.test/users: ${detail}`,
    });
    expect(fetching).toHaveBeenCalledTimes(attempts);
  });

  it('how long it waited', async () => {
    const server = await serve(() => ({ raw: () => {} }));
    const error = await refusal(transport({ timeoutMs: 30, retries: 0 }).send(post(server.url)));
    expect(error.message).toBe(`POST ${server.url}: no answer within 30 ms`);
    expect(error.detail).toBe('no answer within 30 ms');
  });

  it('that it was stopped before it was sent', async () => {
    const error = await refusal(
      transport().send(get('http://vendor.test/', { signal: AbortSignal.abort() })),
    );
    expect([error.message, error.detail]).toEqual(['stopped before it was sent', '']);
  });

  it('no secret in its detail either', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new Error('bad header hunter22')));
    const error = await refusal(
      transport({ secrets: ['hunter22'], retries: 0 }).send(get('http://vendor.test/')),
    );
    expect(error.detail).toBe('bad header [redacted]');
  });
});

describe('secrets', () => {
  it('no error names one, nor the query', async () => {
    const gone = await startScriptedServer(() => ({}));
    await gone.close();
    const secret = 's3cr3t/value';
    const urls = [`${gone.url}/${encodeURIComponent(secret)}/x?user=me`, `${gone.url}/${secret}`];
    for (const url of urls) {
      const error = await refusal(
        transport({ secrets: [secret], retries: 0 }).send(get(url, { headers: { secret } })),
      );
      expect(error.message).toContain('[redacted]');
      expect(`${error.message} ${error.stack}`).not.toMatch(/s3cr3t|user=me/u);
    }
  });

  it('a header that cannot be sent is not quoted', async () => {
    const server = await serve(() => ({}));
    const secret = 'broken\nsecret';
    const error = await refusal(
      transport({ secrets: [secret], retries: 0 }).send(get(server.url, { headers: { secret } })),
    );
    expect(error.message).not.toContain('broken');
    expect(server.asked).toEqual([]);
  });
});
