import { afterEach, describe, expect, it } from 'vitest';
import { createAutotaskClient } from '#autotask/client';
import { ReadOnlyError } from '#autotask/refuse-writes';
import type { Asked, Reply } from '../http/scripted-server.ts';
import { type ScriptedAutotask, scriptAutotask, signal, usual } from './scripted-autotask.ts';

const servers: ScriptedAutotask[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function script(answer: (call: string, asked: Asked) => Reply, threshold?: Reply) {
  const server = await scriptAutotask(answer, threshold);
  servers.push(server);
  return server;
}

describe('a call', () => {
  it('bears the three headers, and reads the allowance first, once', async () => {
    const server = await script(() => ({}));
    const client = createAutotaskClient(server.options);
    await Promise.all([client.get('ConfigurationItems/1', signal), client.get('EntityInformation', signal)]);
    expect(server.asked.map((asked) => asked.path)).toEqual([
      '/ATServicesRest/V1.0/ThresholdInformation',
      '/ATServicesRest/V1.0/ConfigurationItems/1',
      '/ATServicesRest/V1.0/EntityInformation',
    ]);
    for (const { headers } of server.asked) {
      expect(headers).toMatchObject({
        apiintegrationcode: 'TRACK0ID',
        username: 'u@example.com',
        secret: 'S3cret!value',
      });
    }
    expect(client.calls()).toBe(3);
  });

  it.each([
    ['get', 1],
    ['ask', 1],
    ['write', 1],
  ] as const)('a 401 is never repeated (%s)', async (kind, times) => {
    const server = await script(() => ({ status: 401, body: '' }));
    const client = createAutotaskClient(server.options);
    const call =
      kind === 'write'
        ? client.write('POST', 'ConfigurationItems', {}, signal)
        : kind === 'ask'
          ? client.ask('ConfigurationItems/query', {}, signal)
          : client.get('ConfigurationItems/7', signal);
    await expect(call).rejects.toMatchObject({ failure: 'unauthorised' });
    expect(server.calls()).toHaveLength(times);
  });

  it('a 401 to the first call of all is the only request', async () => {
    const server = await script(() => ({}), { status: 401, body: '' });
    const client = createAutotaskClient(server.options);
    await expect(client.get('ConfigurationItems/7', signal)).rejects.toMatchObject({
      failure: 'unauthorised',
    });
    expect(server.asked).toHaveLength(1);
  });

  it.each<[string, Reply, 'read' | 'write', number, string]>([
    ['a rejected value, read', { status: 500, body: { errors: ['no'] } }, 'read', 1, 'refused'],
    ['a rejected value, write', { status: 500, body: { errors: ['no'] } }, 'write', 1, 'refused'],
    ['a server fault, read', { status: 500, body: '' }, 'read', 4, 'unavailable'],
    ['a server fault, write', { status: 500, body: '' }, 'write', 1, 'lost'],
    ['a hang-up, read', { hangUp: true }, 'read', 4, 'unavailable'],
    ['a hang-up, write', { hangUp: true }, 'write', 1, 'lost'],
    ['a throttled read', { status: 429, body: '' }, 'read', 4, 'unavailable'],
    [
      'a throttled write, refused before it was executed',
      { status: 429, body: '' },
      'write',
      4,
      'unavailable',
    ],
    [
      'an hour used up',
      { status: 429, body: 'The request threshold has been exceeded' },
      'write',
      1,
      'exhausted',
    ],
    ['maintenance, write', { body: '<html>' }, 'write', 1, 'lost'],
  ])('%s', async (_why, reply, purpose, times, failure) => {
    const server = await script(() => reply);
    const client = createAutotaskClient(server.options);
    const call =
      purpose === 'read'
        ? client.ask('ConfigurationItems/query', {}, signal)
        : client.write('PATCH', 'ConfigurationItems', {}, signal);
    await expect(call).rejects.toMatchObject({ name: 'AutotaskError', failure });
    expect(server.calls()).toHaveLength(times);
    expect(client.calls()).toBe(times + 1);
  });

  it.each([
    ['read', 'unavailable'],
    ['write', 'lost'],
  ] as const)('a time-out of a %s is %s', async (purpose, failure) => {
    const server = await script(() => ({ raw: () => {} }));
    const client = createAutotaskClient({ ...server.options, timeoutMs: 40 }, false);
    const call =
      purpose === 'read'
        ? client.get('ConfigurationItems/7', signal)
        : client.write('POST', 'ConfigurationItems', {}, signal);
    await expect(call).rejects.toMatchObject({ kind: 'no-answer', failure });
  });

  it.each(['get', 'ask'] as const)('a read stops with the signal (%s)', async (kind) => {
    const stop = new AbortController();
    const server = await script(() => {
      stop.abort();
      return { raw: () => {} };
    });
    const client = createAutotaskClient(server.options);
    const call =
      kind === 'get'
        ? client.get('ConfigurationItems/7', stop.signal)
        : client.ask('ConfigurationItems/query', {}, stop.signal);
    await expect(call).rejects.toMatchObject({ kind: 'stopped', failure: 'stopped' });
  });

  it.each(['POST', 'PATCH'] as const)('a write under way is waited for (%s)', async (method) => {
    const stop = new AbortController();
    const server = await script(() => {
      stop.abort();
      return { body: { itemId: 7 }, delayMs: 20 };
    });
    const call = createAutotaskClient(server.options).write(method, 'ConfigurationItems', {}, stop.signal);
    await expect(call).resolves.toEqual({ itemId: 7 });
  });

  it('a write under way whose answer does not come is lost, whatever the signal says', async () => {
    const stop = new AbortController();
    const server = await script(() => {
      stop.abort();
      return { hangUp: true };
    });
    const call = createAutotaskClient(server.options).write('POST', 'ConfigurationItems', {}, stop.signal);
    await expect(call).rejects.toMatchObject({ kind: 'no-answer', failure: 'lost' });
  });

  it('a write that a 429 put off is not sent once the signal has fired', async () => {
    const stop = new AbortController();
    const server = await script(() => {
      setTimeout(() => stop.abort(), 20);
      return { status: 429, body: '', headers: { 'retry-after': '0.2' } };
    });
    const client = createAutotaskClient(server.options);
    await expect(client.write('POST', 'ConfigurationItems', {}, stop.signal)).rejects.toMatchObject({
      kind: 'stopped',
      failure: 'stopped',
    });
    await expect(client.write('POST', 'ConfigurationItems', {}, stop.signal)).rejects.toMatchObject({
      failure: 'stopped',
    });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(server.calls()).toHaveLength(1);
  });

  it('never has more than three under way at one endpoint, its information included', async () => {
    const server = await script(() => ({ delayMs: 15 }));
    const client = createAutotaskClient(server.options);
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        n % 2 ? client.ask('Products/query', {}, signal) : client.get('Products/entityInformation', signal),
      ),
    );
    expect(server.busiest()).toBe(3);
  });

  it('no error holds a secret', async () => {
    const server = await script((_call, { headers }) => ({
      status: 500,
      body: { errors: [JSON.stringify(headers)] },
    }));
    const error: Error = await createAutotaskClient(server.options)
      .get('ConfigurationItems/7', signal)
      .then(
        () => new Error('it resolved'),
        (reason: Error) => reason,
      );
    expect(error.message).toContain('[redacted]');
    expect(`${JSON.stringify(error)}${error.message}${error.stack}`).not.toMatch(/S3cret|TRACK0ID/u);
  });
});

describe('a client that only reads', () => {
  it.each(['POST', 'PATCH'] as const)('sends no %s', async (method) => {
    const server = await script(() => ({ body: { itemId: 1 } }));
    const client = createAutotaskClient({ ...server.options, readOnly: true });
    await expect(client.write(method, 'ConfigurationItems', {}, signal)).rejects.toThrow(ReadOnlyError);
    expect(server.calls()).toEqual([]);
  });

  it('asks its queries', async () => {
    const server = await script(() => ({}));
    const client = createAutotaskClient({ ...server.options, readOnly: true });
    await client.ask('ConfigurationItems/query', {}, signal);
    await client.ask('ConfigurationItems/query/count', {}, signal);
    expect(server.calls()).toEqual(['POST ConfigurationItems/query', 'POST ConfigurationItems/query/count']);
  });
});

describe('the allowance', () => {
  const threshold = (limit: unknown, used: unknown): Reply => ({
    body: {
      externalRequestThreshold: limit,
      requestThresholdTimeframe: 60,
      currentTimeframeRequestCount: used,
    },
  });

  async function callsUntilExhausted(reply: Reply, budgetShare?: number, most = 20): Promise<number> {
    const server = await script(() => ({}), reply);
    const client = createAutotaskClient({
      ...server.options,
      ...(budgetShare === undefined ? {} : { budgetShare }),
    });
    for (let n = 0; n < most; n++) {
      try {
        await client.get('ConfigurationItems/7', signal);
      } catch (error) {
        expect(error).toMatchObject({ kind: 'allowance', failure: 'exhausted' });
        expect(server.calls()).toHaveLength(n);
        return n;
      }
    }
    return most;
  }

  it.each<[string, Reply, number | undefined, number]>([
    ['half of it by default, less what was used', threshold(20, 7), undefined, 3],
    ['a share', threshold(20, 1), 0.25, 4],
    ['more used than our share', threshold(20, 15), undefined, 0],
    ['nothing used is told', threshold(4, null), undefined, 2],
    ['a number that is none', threshold('many', 9999), 0.0005, 5],
    ['a refusal', { status: 500, body: { errors: ['no'] } }, 0.0005, 5],
    ['no such address', { status: 404, body: '<html>' }, 0.0005, 5],
    ['the usual one', usual, undefined, 20],
  ])('%s', async (_why, reply, share, calls) => {
    expect(await callsUntilExhausted(reply, share)).toBe(calls);
  });

  it('each repeated attempt counts', async () => {
    const server = await script(() => ({ status: 500, body: '' }), threshold(6, 1));
    const call = createAutotaskClient(server.options).get('ConfigurationItems/7', signal);
    await expect(call).rejects.toMatchObject({ failure: 'exhausted' });
    expect(server.calls()).toHaveLength(2);
  });

  it('a vendor that is down is not asked further, and asked again by the next call', async () => {
    const server = await scriptAutotask(() => ({}), usual);
    await server.close();
    const client = createAutotaskClient(server.options);
    await expect(client.get('ConfigurationItems/7', signal)).rejects.toMatchObject({
      failure: 'unavailable',
    });
    expect(client.calls()).toBe(4);
    await expect(client.get('ConfigurationItems/7', signal)).rejects.toMatchObject({
      failure: 'unavailable',
    });
    expect(client.calls()).toBe(8);
  });
});
