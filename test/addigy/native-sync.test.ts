import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AddigyError } from '#addigy/addigy-error';
import { createNativeSync } from '#addigy/native-sync';
import { type AddigySimulator, startAddigySimulator } from '../simulators/addigy/server.ts';

const apiKey = 'a-key-that-nobody-may-see';
const now = Date.UTC(2026, 0, 2);
const signal = new AbortController().signal;
let addigy: AddigySimulator;

const native = (more: Partial<Parameters<typeof createNativeSync>[0]> = {}) =>
  createNativeSync({
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
  return error as AddigyError;
}

beforeEach(async () => {
  addigy = await startAddigySimulator({
    seed: {
      organizationId: 'org-1',
      apiKeys: [apiKey],
      policies: [
        { policyId: 'p-1', name: 'Acme', parent: null, autotask_account_id: 7001 },
        { policyId: 'p-2', name: 'Beta', parent: null, autotask_account_id: 7002 },
        { policyId: 'p-3', name: 'Nobody', parent: null },
      ],
      devices: [],
    },
  });
});
afterEach(() => addigy.close());

describe('a native sync', () => {
  it('is asked for, and the empty answer is enough', async () => {
    const watched: string[] = [];
    const one = native({ watch: (_, operation) => () => void watched.push(operation) });
    await one.syncPolicy('p-1', signal);
    await one.syncPolicy('p-2', signal);
    // Whoever watches is not told the organization.
    expect(new Set(watched)).toEqual(new Set(['POST /integrations/autotask/policy/device/sync']));
    expect(addigy.world.syncRequests).toEqual(['p-1', 'p-2']);
    expect(one.calls()).toBe(2);
    expect(addigy.journal.entries()[0]).toMatchObject({
      method: 'POST',
      path: '/api/v2/o/org-1/integrations/autotask/policy/device/sync',
      body: { policy_id: 'p-1' },
    });
  });

  it.each([
    ['JSON', '{}'],
    ['white space', ' \n'],
  ])('an answer of %s is enough too', async (_, body) => {
    addigy.faults.add({ do: { kind: 'answer', status: 200, body } });
    await native().syncPolicy('p-1', signal);
    expect(addigy.journal.count()).toBe(1);
  });

  it.each([false, true])(
    'without Edit Integration is unauthorised, and nothing more is sent (worked before: %s)',
    async (workedBefore) => {
      addigy.quirks.permissions = ['View Devices'];
      const one = native({ workedBefore });
      const error = await failureOf(one.syncPolicy('p-1', signal));
      expect(error).toMatchObject({ failure: 'unauthorised', status: 403 });
      expect(error.message).toContain('Edit Integration');
      expect((await failureOf(one.syncPolicy('p-2', signal))).failure).toBe('unauthorised');
      expect(one.calls()).toBe(1);
    },
  );

  it('403 after one that went well is taken for the lock', async () => {
    const one = native();
    await one.syncPolicy('p-1', signal);
    addigy.faults.add({ do: { kind: 'answer', status: 403, body: {} } });
    expect(await failureOf(one.syncPolicy('p-2', signal))).toMatchObject({
      failure: 'blocked',
      until: now + 86_400_000,
    });
  });

  it.each([
    ['a policy that is not linked', 'p-3', 'refused', 400],
    ['an unknown policy, which Addigy calls a 500', 'p-9', 'unavailable', 500],
  ])('of %s says so, once, and the next one goes on', async (_, policyId, failure, status) => {
    const one = native();
    expect(await failureOf(one.syncPolicy(policyId, signal))).toMatchObject({ failure, status });
    await one.syncPolicy('p-1', signal);
    expect(one.calls()).toBe(2);
    expect(addigy.world.syncRequests).toEqual(['p-1']);
  });

  it.each([
    ['a lost answer', { kind: 'lose-answer' }, 'lost'],
    ['a lost request, which cannot be told from it', { kind: 'lose-request' }, 'lost'],
    ['an outage', { kind: 'answer', status: 503, body: {} }, 'unavailable'],
    ['a web page', { kind: 'answer', status: 200, body: '<html></html>' }, 'unavailable'],
    ['text', { kind: 'answer', status: 200, body: 'queued?' }, 'unreadable'],
  ] as const)('%s is never repeated', async (_, fault, failure) => {
    addigy.faults.add({ times: 9, do: fault });
    expect((await failureOf(native().syncPolicy('p-1', signal))).failure).toBe(failure);
    expect(addigy.journal.count()).toBe(1);
  });

  it('no answer in time is lost', async () => {
    addigy.faults.add({ do: { kind: 'delay', ms: 500 } });
    const error = await failureOf(native({ timeoutMs: 40 }).syncPolicy('p-1', signal));
    expect(error.failure).toBe('lost');
  });

  it('under way is waited for when the signal fires; one that was not sent is stopped', async () => {
    addigy.faults.add({ do: { kind: 'delay', ms: 100 } });
    const controller = new AbortController();
    const one = native();
    const going = one.syncPolicy('p-1', controller.signal);
    setTimeout(() => controller.abort(), 20);
    await going;
    expect((await failureOf(one.syncPolicy('p-2', controller.signal))).failure).toBe('stopped');
    expect(addigy.world.syncRequests).toEqual(['p-1']);
  });
});
