import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AddigyError } from '#addigy/addigy-error';
import { createDeviceSource, type DeviceSourceOptions } from '#addigy/device-source';
import { isPortError } from '#sync/ports';
import { type AddigySeed, type AddigySimulator, startAddigySimulator } from '../simulators/addigy/server.ts';

const apiKey = 'a-key-that-nobody-may-see';
const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const day = 86_400_000;

function seedOf(devices: number): AddigySeed {
  return {
    organizationId: 'org-1',
    apiKeys: [apiKey],
    policies: [
      { policyId: 'p-1', name: 'Client', parent: null, autotask_account_id: 7001 },
      { policyId: 'p-2', name: 'Staff', parent: 'p-1', autotask_account_id: 0 },
    ],
    devices: Array.from({ length: devices }, (_, index) => ({
      agentid: `agent-${index}`,
      audit_date: '2025-12-01T00:00:00.12Z',
      facts: {
        serial_number: { type: 'string' as const, value: `SER${String(devices - index).padStart(6, '0')}` },
        device_name: { type: 'string' as const, value: `Mac ${index}` },
        hardware_model: { type: 'string' as const, value: 'MacBookAir10,1' },
        policy_id: { type: 'string' as const, value: 'p-2' },
      },
    })),
  };
}

let addigy: AddigySimulator;
const signal = new AbortController().signal;

const options = (): DeviceSourceOptions => ({
  baseUrl: addigy.url,
  apiKey,
  organizationId: null,
  random: () => 0,
  now: () => now,
  timeoutMs: 5000,
});

/** In a hurry, unless a test is about the pace. */
const source = (more: Partial<DeviceSourceOptions> = {}) =>
  createDeviceSource({ ...options(), requestsPerSecond: 1000, ...more });

async function failureOf(promise: Promise<unknown>): Promise<AddigyError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AddigyError);
  expect(isPortError(error)).toBe(true);
  expect((error as AddigyError).message).not.toContain(apiKey);
  return error as AddigyError;
}

// A simulator for each test: a request that one test gave up must not arrive in the next.
beforeEach(async () => {
  addigy = await startAddigySimulator({ seed: seedOf(250) });
});
afterEach(() => addigy.close());

describe('a whole read', () => {
  it('gives policies and devices in one call, and one for each hundred', async () => {
    const addigySource = source();
    const [policies, view] = await Promise.all([addigySource.policies(signal), addigySource.devices(signal)]);
    expect(policies).toEqual([
      { id: 'p-1', name: 'Client', parentId: null, companyId: 7001 },
      { id: 'p-2', name: 'Staff', parentId: 'p-1', companyId: null },
    ]);
    expect(view.complete).toBe(true);
    expect(view.doubt).toBe('');
    expect(new Set(view.devices.map((device) => device.agentId)).size).toBe(250);
    expect(view.devices.map((device) => device.serial)).toEqual(
      view.devices.map((device) => device.serial).toSorted(),
    );
    expect(addigySource.calls()).toBe(1 + 3);
    expect(addigy.journal.count()).toBe(1 + 3);
  });

  it('sends the key in x-api-key alone, and asks for the facts it needs', async () => {
    await source().devices(signal);
    const [first] = addigy.journal.entries();
    expect(first!.path).toBe('/api/v2/devices');
    expect(first!.headers['x-api-key']).toBe(apiKey);
    expect(first!.headers.authorization).toBeUndefined();
    const { desired_fact_identifiers: facts, ...rest } = first!.body as Record<string, unknown>;
    expect(rest).toEqual({ page: 1, per_page: 100, sort_field: 'serial_number', sort_direction: 'asc' });
    expect(facts).toContain('last_online');
  });

  it('of no devices is complete, and null is nothing', async () => {
    addigy.world.replace(seedOf(0));
    expect(await source().devices(signal)).toEqual({ devices: [], complete: true, doubt: '' });
  });

  it('appends /api/v2 to the host, with or without a slash', async () => {
    await source({ baseUrl: `${addigy.url}//` }).policies(signal);
    expect(addigy.journal.entries()[0]!.path).toBe('/api/v2/oa/policies/query');
  });

  it.each([
    ['page_count', 4 - 1],
    ['per_page', 4 - 1],
    // Without the total, only an empty page ends the list.
    ['total', 4],
  ] as const)('without metadata.%s is complete', async (part, calls) => {
    addigy.quirks.withoutMetadata = [part];
    const addigySource = source();
    expect(await addigySource.devices(signal)).toMatchObject({ complete: true, devices: { length: 250 } });
    expect(addigySource.calls()).toBe(calls);
  });

  it('reads back a smaller page size', async () => {
    addigy.quirks.mostPerPage = 40;
    const addigySource = source();
    expect(await addigySource.devices(signal)).toMatchObject({ complete: true, devices: { length: 250 } });
    expect(addigySource.calls()).toBe(7);
  });

  it('tolerates policies in items', async () => {
    addigy.quirks.policiesAsItems = true;
    expect(await source().policies(signal)).toHaveLength(2);
  });

  it('keeps to ten requests in a second, after the first ten', async () => {
    addigy.world.replace(seedOf(1_250));
    const started = performance.now();
    await createDeviceSource(options()).devices(signal);
    expect(performance.now() - started).toBeGreaterThan(295);
  });
});

describe('one organisation of several', () => {
  beforeEach(() => {
    addigy.quirks.ignoresOrganization = true;
    addigy.world.enrol({ agentid: 'elsewhere', orgid: 'org-2', serial: 'ELSEWHERE', policyId: 'p-9' });
    addigy.world.addPolicy({
      policyId: 'p-9',
      name: 'Other',
      parent: null,
      orgid: 'org-2',
      autotask_account_id: 9,
    });
  });

  it('leaves out devices and policies of another, and still counts them', async () => {
    const scoped = source({ organizationId: 'org-1' });
    const view = await scoped.devices(signal);
    expect(view).toMatchObject({ complete: true, doubt: '', devices: { length: 250 } });
    expect(view.devices.some((device) => device.agentId === 'elsewhere')).toBe(false);
    expect((await scoped.policies(signal)).map((policy) => policy.id)).toEqual(['p-1', 'p-2']);
    expect(addigy.journal.entries()[0]!.path).toBe('/api/v2/o/org-1/devices');
  });

  it('takes what the key shows where none is named', async () => {
    expect((await source().devices(signal)).devices).toHaveLength(251);
  });

  it('writes the id safely into the path', async () => {
    await failureOf(source({ organizationId: '../x?y' }).devices(signal));
    expect(addigy.journal.entries()[0]!.path).toBe('/api/v2/o/..%2Fx%3Fy/devices');
  });
});

describe('an incomplete view says so', () => {
  it('where a page is cut short', async () => {
    addigy.faults.add({ match: { body: '"page":2' }, do: { kind: 'cut-page', keep: 60 } });
    const view = await source().devices(signal);
    expect(view.devices).toHaveLength(210);
    expect(view.complete).toBe(false);
    expect(view.doubt).toBe('Addigy announced 250 devices and sent 210, so some may be missing.');
  });

  it('where a device comes twice', async () => {
    addigy.faults.add({
      match: { body: '"page":3' },
      do: {
        kind: 'answer',
        status: 200,
        body: {
          items: Array.from({ length: 50 }, () => ({ agentid: 'agent-249', facts: {} })),
          metadata: { page: 3, page_count: 3, per_page: 100, result_count: 50, total: 250 },
        },
      },
    });
    const view = await source().devices(signal);
    expect(view.devices).toHaveLength(200);
    expect(view).toMatchObject({
      complete: false,
      doubt: expect.stringMatching(/50 devices more than once/u),
    });
  });

  it('where a record has no agent id', async () => {
    addigy.faults.add({
      do: {
        kind: 'answer',
        status: 200,
        body: { items: [{ facts: {} }, { agentid: 'a' }], metadata: { total: 2, per_page: 100 } },
      },
    });
    const view = await source().devices(signal);
    expect(view).toMatchObject({ complete: false, devices: [{ agentId: 'a' }] });
    expect(view.doubt).toMatch(/1 record without an agent id/u);
  });
});

describe('a refusal', () => {
  it('401 is unauthorised, and the source falls silent', async () => {
    addigy.world.revokeKey(apiKey);
    const addigySource = source();
    expect((await failureOf(addigySource.devices(signal))).failure).toBe('unauthorised');
    expect((await failureOf(addigySource.policies(signal))).failure).toBe('unauthorised');
    expect(addigy.journal.count()).toBe(1);
    expect(addigySource.calls()).toBe(1);
  });

  it('429 is blocked for 24 hours, and not one more request goes out', async () => {
    addigy.world.replace(seedOf(2000));
    addigy.faults.add({ match: { body: '"page":6,' }, do: { kind: 'answer', status: 429, body: {} } });
    const addigySource = source();
    const failure = await failureOf(addigySource.devices(signal));
    expect(failure).toMatchObject({ failure: 'blocked', status: 429, until: now + day });
    const sent = addigySource.calls();
    expect(sent).toBeLessThan(20);
    expect(await failureOf(addigySource.policies(signal))).toMatchObject({
      failure: 'blocked',
      until: now + day,
    });
    expect(await failureOf(addigySource.devices(signal))).toMatchObject({
      failure: 'blocked',
      until: now + day,
    });
    expect(addigySource.calls()).toBe(sent);
    expect(addigy.journal.count()).toBeLessThanOrEqual(sent);
  });

  it('429 is not forgotten by requests that wait for their turn', async () => {
    const addigySource = source({ requestsPerSecond: 2 });
    // What may go at once after a silence has gone.
    await Promise.all(Array.from({ length: 10 }, () => addigySource.policies(signal)));
    addigy.faults.add({ times: 10, do: { kind: 'answer', status: 429, body: {} } });
    const failures = await Promise.all([
      failureOf(addigySource.devices(signal)),
      failureOf(addigySource.policies(signal)),
      failureOf(addigySource.policies(signal)),
    ]);
    expect(failures.map((one) => one.failure)).toEqual(['blocked', 'blocked', 'blocked']);
    expect(addigy.journal.count()).toBe(11);
  });

  it('429 lets none of the requests go that wait behind the four under way', async () => {
    addigy.setLatency(60);
    addigy.faults.add({ times: 99, do: { kind: 'answer', status: 429, body: {} } });
    const addigySource = source();
    await Promise.all(Array.from({ length: 12 }, () => failureOf(addigySource.policies(signal))));
    expect(addigySource.calls()).toBeLessThanOrEqual(4);
  });

  it.each([
    ['from the start: a permission is missing', [], 'unauthorised'],
    ['that speaks of a limit', ['rate limit exceeded'], 'blocked'],
  ])('403 %s', async (_, [message], failure) => {
    addigy.faults.add({ do: { kind: 'answer', status: 403, body: { code: 403, message: message ?? 'no' } } });
    expect(await failureOf(source().devices(signal))).toMatchObject({ failure, status: 403 });
  });

  it('403 of the devices after the policies went well: a permission is missing', async () => {
    addigy.quirks.permissions = ['View Policies'];
    const addigySource = source();
    await addigySource.policies(signal);
    const failure = await failureOf(addigySource.devices(signal));
    expect(failure).toMatchObject({ failure: 'unauthorised', status: 403 });
    expect(failure.message).toMatch(/View Devices/u);
    expect(failure.until).toBeUndefined();
  });

  it('403 to the first read with a key that worked in an earlier run is taken for the lock', async () => {
    addigy.faults.add({ do: { kind: 'answer', status: 403, body: { code: 403, message: 'no' } } });
    const failure = await failureOf(source({ workedBefore: true }).policies(signal));
    expect(failure).toMatchObject({ failure: 'blocked', status: 403, until: now + day });
    expect(failure.message).toMatch(/locked it for 24 hours.*permission/u);
  });

  it('403 of a later read is a missing permission, whether or not the key worked before', async () => {
    addigy.quirks.permissions = ['View Policies'];
    const addigySource = source({ workedBefore: true });
    await addigySource.policies(signal);
    expect(await failureOf(addigySource.devices(signal))).toMatchObject({ failure: 'unauthorised' });
  });

  it('403 where the same read went well before is taken for the lock', async () => {
    addigy.faults.add({ match: { body: '"page":2' }, do: { kind: 'answer', status: 403, body: {} } });
    const addigySource = source();
    expect(await failureOf(addigySource.devices(signal))).toMatchObject({
      failure: 'blocked',
      until: now + day,
    });
    const sent = addigySource.calls();
    await failureOf(addigySource.policies(signal));
    expect(addigySource.calls()).toBe(sent);
  });

  it('hands the vendor’s words on, without the key', async () => {
    addigy.faults.add({
      do: {
        kind: 'answer',
        status: 400,
        body: {
          code: 400,
          message: `bad request of ${apiKey}.`,
          error_chain: { '0': { why: 'page  too\nlarge' } },
        },
      },
    });
    const failure = await failureOf(source().devices(signal));
    expect(failure).toMatchObject({ failure: 'refused', status: 400 });
    expect(failure.message).toBe(
      'Addigy answered 400 to /devices: bad request of [redacted].: page too large.',
    );
  });
});

describe('an error that is nested deeper than the stack', () => {
  it.each([400, 401, 503])('%i is a failure like any other', async (status) => {
    const depth = 20_000;
    const chain = `${'{"a":'.repeat(depth)}"the reason"${'}'.repeat(depth)}`;
    const body = `{"code":${status},"message":"no","error_chain":${chain}}`;
    addigy.faults.add({ times: 3, do: { kind: 'answer', status, body } });
    expect((await failureOf(source().policies(signal))).message).toContain('no: the reason');
  });
});

describe('an outage', () => {
  it.each([500, 502, 503, 504])('%i is tried twice again', async (status) => {
    addigy.faults.add({ times: 2, do: { kind: 'answer', status, body: {} } });
    const addigySource = source();
    expect(await addigySource.policies(signal)).toHaveLength(2);
    expect(addigySource.calls()).toBe(3);
  });

  it.each([
    ['a 500', { kind: 'answer', status: 500, body: { message: 'boom' } }],
    ['a lost request', { kind: 'lose-request' }],
    ['a lost answer', { kind: 'lose-answer' }],
  ] as const)('%s, three times, is unavailable', async (_, fault) => {
    addigy.faults.add({ times: 99, do: fault });
    const addigySource = source();
    expect((await failureOf(addigySource.devices(signal))).failure).toBe('unavailable');
    expect(addigySource.calls()).toBe(3);
  });

  it('a vendor that never answers is unavailable', async () => {
    addigy.faults.add({ times: 99, do: { kind: 'delay', ms: 400 } });
    expect((await failureOf(source({ timeoutMs: 30 }).policies(signal))).failure).toBe('unavailable');
  });

  it.each([
    ['a web page', '<html>maintenance</html>', 'unavailable'],
    ['text', 'OK', 'unreadable'],
    ['nothing', '', 'unreadable'],
    ['another shape', { devices: [] }, 'unreadable'],
  ])('a 200 with %s', async (_, body, failure) => {
    addigy.faults.add({ times: 2, do: { kind: 'answer', status: 200, body } });
    expect((await failureOf(source().devices(signal))).failure).toBe(failure);
    expect(addigy.journal.count()).toBe(1);
    expect((await failureOf(source().policies(signal))).failure).toBe(failure);
  });

  it('a redirect is not followed', async () => {
    addigy.faults.add({
      do: { kind: 'answer', status: 302, headers: { location: `${addigy.url}/api/v2/devices` } },
    });
    expect(await failureOf(source().devices(signal))).toMatchObject({ failure: 'unreadable', status: 302 });
    expect(addigy.journal.count()).toBe(1);
  });

  it('stops when it is told to', async () => {
    addigy.faults.add({ times: 99, do: { kind: 'delay', ms: 2000 } });
    const controller = new AbortController();
    const failure = failureOf(source().devices(controller.signal));
    setTimeout(() => controller.abort(), 20);
    expect((await failure).failure).toBe('stopped');
  });

  it('of one page fails the read with that reason', async () => {
    addigy.faults.add({
      match: { body: '"page":2' },
      times: 99,
      do: { kind: 'answer', status: 503, body: {} },
    });
    expect(await failureOf(source().devices(signal))).toMatchObject({ failure: 'unavailable', status: 503 });
  });
});
