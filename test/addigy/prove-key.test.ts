import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AddigyError } from '#addigy/addigy-error';
import { proveKey } from '#addigy/prove-key';
import { type AddigySimulator, startAddigySimulator } from '../simulators/addigy/server.ts';

const signal = new AbortController().signal;
let addigy: AddigySimulator;

const prove = (apiKey: string) =>
  proveKey(
    { baseUrl: addigy.url, apiKey, timeoutMs: 5000, random: () => 0, now: () => 0, requestsPerSecond: 1000 },
    signal,
  );

beforeAll(async () => {
  addigy = await startAddigySimulator({
    seed: { organizationId: 'org-1', apiKeys: ['good-key'], policies: [], devices: [] },
  });
});
afterAll(() => addigy.close());

describe('proveKey', () => {
  it('knows no organisation while there is no policy', async () => {
    expect(await prove('good-key')).toEqual({ organizationId: null });
  });

  it('takes one call, and the organisation of the first policy', async () => {
    addigy.world.addPolicy({ policyId: 'p', name: 'P', parent: null });
    addigy.journal.clear();
    expect(await prove('good-key')).toEqual({ organizationId: 'org-1' });
    expect(addigy.journal.entries().map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      { method: 'POST', path: '/api/v2/oa/policies/query', body: {} },
    ]);
  });

  it('rejects a wrong key after one call, without repeating the key', async () => {
    addigy.journal.clear();
    const error = await prove('wrong-key').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AddigyError);
    expect(error).toMatchObject({ failure: 'unauthorised', status: 401 });
    expect(String(error)).not.toContain('wrong-key');
    expect(addigy.journal.count()).toBe(1);
  });
});
