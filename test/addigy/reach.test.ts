import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AddigyError } from '#addigy/addigy-error';
import { accountsIn, createAddigyReach } from '#addigy/reach';
import { type AddigySimulator, startAddigySimulator } from '../simulators/addigy/server.ts';

const apiKey = 'a-key-that-nobody-may-see';
const username = 'addigy@msp.example';
const now = Date.UTC(2026, 0, 2);
const signal = new AbortController().signal;
let addigy: AddigySimulator;

const reach = (more: Partial<Parameters<typeof createAddigyReach>[0]> = {}) =>
  createAddigyReach({
    baseUrl: addigy.url,
    apiKey,
    organizationId: 'org-1',
    random: () => 0,
    now: () => now,
    timeoutMs: 5000,
    requestsPerSecond: 1000,
    ...more,
  });

async function failureOf(promise: Promise<unknown>): Promise<AddigyError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AddigyError);
  expect((error as AddigyError).message).not.toContain(apiKey);
  expect((error as AddigyError).message).not.toContain(username);
  return error as AddigyError;
}

beforeEach(async () => {
  addigy = await startAddigySimulator({
    seed: {
      organizationId: 'org-1',
      apiKeys: [apiKey],
      policies: [],
      devices: [],
      autotaskAccounts: [
        { id: 0, name: 'The MSP' },
        { id: 7001, name: 'Acme & Söhne' },
      ],
    },
  });
});
afterEach(() => addigy.close());

describe('what Addigy finds', () => {
  it.each<[phrase: string, path: string, ids: number[]]>([
    ['', '', [0, 7001]],
    ['acme & söhne', '?phrase=acme+%26+s%C3%B6hne', [7001]],
    ['nobody', '?phrase=nobody', []],
  ])('by the phrase %j, in one request', async (phrase, query, ids) => {
    const one = reach();
    expect((await one.accounts(phrase, signal)).map(({ id }) => id)).toEqual(ids);
    expect(one.calls()).toBe(1);
    const [asked] = addigy.journal.entries();
    expect(asked).toMatchObject({
      method: 'GET',
      path: `/api/v2/o/org-1/integrations/autotask/accounts${query}`,
      body: null,
    });
    expect(asked!.headers['x-api-key']).toBe(apiKey);
  });

  it('writes the organisation safely into the path', async () => {
    await failureOf(reach({ organizationId: '../x?y' }).accounts('', signal));
    expect(addigy.journal.entries()[0]!.path).toBe('/api/v2/o/..%2Fx%3Fy/integrations/autotask/accounts');
  });
});

describe('what Addigy cannot tell', () => {
  it.each([
    ['401', 401, 'unauthorised'],
    ['403 from the start: a permission is missing', 403, 'unauthorised'],
    ['429: the key is locked', 429, 'blocked'],
    ['400', 400, 'refused'],
    ['404', 404, 'refused'],
    ['500', 500, 'unavailable'],
    ['503', 503, 'unavailable'],
  ])('%s', async (_, status, failure) => {
    const body = { code: status, message: 'no', error_chain: { '0': `autotask: 401 for ${username}` } };
    addigy.faults.add({ times: 9, do: { kind: 'answer', status, body } });
    const one = reach();
    const error = await failureOf(one.accounts('acme', signal));
    expect(error).toMatchObject({ failure, status });
    expect(error.message).toContain('no: autotask: 401 for [redacted]');
    expect(error.message).not.toContain('acme');
    // A repeated question is a repeated login to Autotask, and that locks a user.
    expect(addigy.journal.count()).toBe(1);
  });

  it('a missing permission is not called one that is not documented for this', async () => {
    addigy.faults.add({ do: { kind: 'answer', status: 403, body: {} } });
    expect((await failureOf(reach().accounts('', signal))).message).toBe(
      'Addigy answered 403. The key lacks a permission.',
    );
  });

  it('403 where the same went well before is taken for the lock, and silences the reach', async () => {
    const one = reach();
    await one.accounts('', signal);
    addigy.faults.add({ do: { kind: 'answer', status: 403, body: {} } });
    expect(await failureOf(one.accounts('acme', signal))).toMatchObject({
      failure: 'blocked',
      until: now + 86_400_000,
    });
    expect((await failureOf(one.accounts('', signal))).failure).toBe('blocked');
    expect(one.calls()).toBe(2);
  });

  it.each([
    ['a lost answer', { kind: 'lose-answer' }, 'unavailable'],
    ['a web page', { kind: 'answer', status: 200, body: '<html></html>' }, 'unavailable'],
    ['nothing', { kind: 'answer', status: 200, body: '' }, 'unreadable'],
    ['no list', { kind: 'answer', status: 200, body: { id: 1 } }, 'unreadable'],
  ] as const)('%s', async (_, fault, failure) => {
    addigy.faults.add({ times: 9, do: fault });
    expect((await failureOf(reach().accounts('', signal))).failure).toBe(failure);
    expect(addigy.journal.count()).toBe(1);
  });

  it('an empty answer is not taken for an empty list', async () => {
    addigy.faults.add({ do: { kind: 'answer', status: 200, body: '' } });
    expect((await failureOf(reach().accounts('', signal))).message).toContain('not JSON');
  });

  it('stops when it is told to', async () => {
    addigy.faults.add({ do: { kind: 'delay', ms: 2000 } });
    const controller = new AbortController();
    const failure = failureOf(reach().accounts('', controller.signal));
    setTimeout(() => controller.abort(), 20);
    expect((await failure).failure).toBe('stopped');
  });
});

describe('accountsIn', () => {
  it.each<[string, unknown, unknown]>([
    ['a list', [{ id: 1, name: ' Acme ' }], [{ id: 1, name: 'Acme' }]],
    ['unknown fields', [{ id: 1, name: 'A', isActive: true }], [{ id: 1, name: 'A' }]],
    ['null for nothing', null, []],
    ['null items', { items: null }, []],
    ['items', { items: [{ id: 1, name: 'A' }] }, [{ id: 1, name: 'A' }]],
    ['an id as text', [{ id: '12', name: 'A' }], [{ id: 12, name: 'A' }]],
    ['no name', [{ id: 1, name: null }], [{ id: 1, name: '' }]],
    ['the MSP itself', [{ id: 0, name: 'MSP' }], [{ id: 0, name: 'MSP' }]],
    ['one that is none among others', [{ id: 1, name: 'A' }, null, { id: -1 }, {}], [{ id: 1, name: 'A' }]],
    ['a list of something else', [{ accountId: 1 }], undefined],
    ['an object', {}, undefined],
    ['text', 'x', undefined],
  ])('%s', (_, answer, accounts) => {
    expect(accountsIn(answer)).toEqual(accounts);
  });
});
