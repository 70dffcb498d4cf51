/** What one attempt sends, and what it makes of every way to get no answer. The platform's `fetch` is played where no server can fail as asked. */
import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { attempt, largestAnswerBytes } from '#http/attempt';
import type { Timing } from '#http/timing';
import type { HttpRequest } from '#http/transport';
import { startScriptedServer } from './scripted-server.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Time passes for nobody; whether the one timer was taken back is kept. */
function stillTime() {
  const timers: Array<{ ms: number; ring: () => void; cancelled: boolean }> = [];
  const timing: Timing = {
    elapsed: () => 0,
    sleep: async () => {},
    after(ms, ring) {
      const timer = { ms, ring, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
  };
  return { timing, timers };
}

const asking = (more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url: 'http://vendor.test/',
  headers: {},
  lane: 'one',
  idempotent: true,
  signal: new AbortController().signal,
  ...more,
});

const failing = (...chain: ReadonlyArray<string | number | null>): Error =>
  chain.reduceRight<Error | undefined>((cause, code) => {
    const error = new TypeError(`failed with ${code}`, { cause });
    return code === null ? error : Object.assign(error, { code });
  }, undefined) ?? new TypeError('fetch failed');

const streamOf = (pieces: readonly unknown[]) =>
  new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });

describe('an attempt without an answer', () => {
  it.each<[string, unknown, string, string]>([
    ['a refused connection', failing(null, 'ECONNREFUSED'), 'unsent', 'ECONNREFUSED'],
    ['an unknown host', failing(null, 'ENOTFOUND'), 'unsent', 'ENOTFOUND'],
    ['a name server that is not there', failing(null, 'EAI_AGAIN'), 'unsent', 'EAI_AGAIN'],
    ['a host that is not to be reached', failing(null, 'EHOSTUNREACH'), 'unsent', 'EHOSTUNREACH'],
    ['a network that is not to be reached', failing(null, 'ENETUNREACH'), 'unsent', 'ENETUNREACH'],
    ['a slow connection', failing(null, 'UND_ERR_CONNECT_TIMEOUT'), 'unsent', 'UND_ERR_CONNECT_TIMEOUT'],
    ['a reset, which can come after the request', failing(null, 'ECONNRESET'), 'network', 'ECONNRESET'],
    ['the outermost code', failing('EOUTER', 'ECONNREFUSED'), 'network', 'EOUTER'],
    ['a code further in', failing(null, null, 'ENOTFOUND'), 'unsent', 'ENOTFOUND'],
    ['a code that is a number', failing(20, 'ENOTFOUND'), 'unsent', 'ENOTFOUND'],
    ['no code', new TypeError('fetch failed'), 'network', 'fetch failed'],
    ['no error', 'thrown', 'network', 'thrown'],
  ])('%s', async (_what, thrown, why, detail) => {
    vi.stubGlobal('fetch', () => Promise.reject(thrown));
    const { timing, timers } = stillTime();
    const request = asking();
    expect(await attempt(request, 70, timing)).toEqual({ unanswered: { why, detail } });
    expect(timers).toMatchObject([{ ms: 70, cancelled: true }]);
    expect(getEventListeners(request.signal, 'abort')).toEqual([]);
  });

  it('that takes too long is broken off, and says how long that was', async () => {
    const { timing, timers } = stillTime();
    vi.stubGlobal('fetch', (_url: string, { signal }: RequestInit) => {
      timers[0]!.ring();
      return Promise.reject(signal?.reason);
    });
    expect(await attempt(asking(), 70, timing)).toEqual({
      unanswered: { why: 'timeout', detail: 'no answer within 70 ms' },
    });
  });

  it('hears the signal while it is under way', async () => {
    const stop = new AbortController();
    vi.stubGlobal('fetch', async (_url: string, { signal }: RequestInit) => {
      stop.abort();
      return new Response(`${signal?.aborted}`);
    });
    const ended = await attempt(asking({ signal: stop.signal }), 70, stillTime().timing);
    expect(ended).toMatchObject({ answer: { text: 'true' } });
  });

  it('begins broken off where the signal has fired', async () => {
    const fetched = vi.fn((_url: string, { signal }: RequestInit) => Promise.reject(signal?.aborted));
    vi.stubGlobal('fetch', fetched);
    const ended = await attempt(asking({ signal: AbortSignal.abort() }), 70, stillTime().timing);
    expect(ended).toMatchObject({ unanswered: { why: 'stopped', detail: 'stopped before an answer came' } });
    await expect(fetched.mock.results[0]!.value).rejects.toBe(true);
  });

  it('that finishes does not hear the signal at all', async () => {
    const fetched = vi.fn(
      async (_url: string, { signal }: RequestInit) => new Response(`${signal?.aborted}`),
    );
    vi.stubGlobal('fetch', fetched);
    const request = asking({ signal: AbortSignal.abort(), finishes: true });
    expect(await attempt(request, 70, stillTime().timing)).toMatchObject({ answer: { text: 'false' } });
  });

  it('because there is too much of it is broken off', async () => {
    let sent: AbortSignal | null | undefined;
    vi.stubGlobal('fetch', async (_url: string, { signal }: RequestInit) => {
      sent = signal;
      return new Response(streamOf([{ byteLength: largestAnswerBytes + 1 }]));
    });
    expect(await attempt(asking(), 70, stillTime().timing)).toEqual({
      unanswered: { why: 'too-large', detail: 'an answer of more than 67108864 bytes' },
    });
    expect(sent?.aborted).toBe(true);
  });
});

describe('an attempt with an answer', () => {
  it('without a body has no text', async () => {
    vi.stubGlobal('fetch', async () => new Response(null, { status: 204 }));
    const ended = await attempt(asking(), 70, stillTime().timing);
    expect(ended).toMatchObject({ answer: { status: 204, text: '' } });
  });

  it('in pieces is put together, also where they part a character', async () => {
    const bytes = [...new TextEncoder().encode('a€b')].map((byte) => new Uint8Array([byte]));
    vi.stubGlobal('fetch', async () => new Response(streamOf(bytes)));
    expect(await attempt(asking(), 70, stillTime().timing)).toMatchObject({ answer: { text: 'a€b' } });
  });

  it('that ends within a character says so', async () => {
    vi.stubGlobal('fetch', async () => new Response(new Uint8Array([0x61, 0xe2, 0x82])));
    expect(await attempt(asking(), 70, stillTime().timing)).toMatchObject({ answer: { text: 'a\ufffd' } });
  });

  const json = 'application/json';
  it.each<[string, Partial<HttpRequest>, accept: string, contentType: string | undefined]>([
    ['nothing of its own', {}, json, undefined],
    ['a body', { method: 'POST', body: [] }, json, json],
    [
      'a body of its own kind',
      { method: 'POST', body: [], headers: { 'Content-Type': 'application/x' } },
      json,
      'application/x',
    ],
    ['an answer of its own kind', { headers: { Accept: 'text/html' } }, 'text/html', undefined],
  ])('is asked for with %s', async (_what, more, accept, contentType) => {
    const server = await startScriptedServer(() => ({}));
    await attempt(asking({ ...more, url: server.url }), 5000, stillTime().timing);
    await server.close();
    expect(server.asked[0]?.headers.accept).toBe(accept);
    expect(server.asked[0]?.headers['content-type']).toBe(contentType);
  });
});
