import { describe, expect, it, vi } from 'vitest';
import type { RunReport } from '#sync/report';
import { faultyItems } from './faulty-items.ts';
import { InMemoryItems, type InMemoryItemsOptions, portError } from './in-memory-items.ts';
import {
  aCompany,
  aDevice,
  aPolicy,
  day,
  InMemoryDevices,
  products,
  run,
  someSettings,
  startOfTime,
} from './run-world.ts';
import { anItem } from './sample-changes.ts';

const estate = (more: InMemoryItemsOptions = {}): InMemoryItems =>
  new InMemoryItems({ companies: [aCompany(10), aCompany(11)], products, ...more });
const fleet = (count: number): InMemoryDevices =>
  new InMemoryDevices(Array.from({ length: count }, (_, n) => aDevice(n + 1)));
const planned = ({ counts }: RunReport) => [
  counts.create,
  counts.update,
  counts.reactivate,
  counts.deactivate,
];
const of = (items: InMemoryItems) => [...items.items.values()];

describe('a run', () => {
  it('observes: everything planned, nothing written', async () => {
    for (const request of [{ settings: someSettings({ policy: 'observe' }) }, { apply: false }]) {
      const items = estate();
      const report = await run(fleet(3), items, { request });
      expect(report).toMatchObject({
        outcome: 'succeeded',
        reason: null,
        detail: '',
        applied: false,
        devices: 3,
      });
      expect(planned(report)).toEqual([3, 0, 0, 0]);
      expect(report.counts).toMatchObject({ applied: 0, failed: 0, pending: 0, unchanged: 0, held: {} });
      expect(report.changes.map(({ state, error }) => [state, error])).toEqual(
        Array(3).fill(['planned', '']),
      );
      expect(report.notes).toEqual([]);
      expect(report.planId).toMatch(/^[0-9a-f]{64}$/u);
      expect(items.writes).toEqual([]);
    }
  });

  it('applies, tells what it did, and then has nothing more to do', async () => {
    const items = estate();
    const devices = fleet(5);
    const seen: string[] = [];
    let now = startOfTime;
    const first = await run(devices, items, {
      world: {
        now: () => now,
        progress: (done, total) => {
          now += 20;
          seen.push(`${done}/${total}`);
        },
      },
    });
    expect(first).toMatchObject({ outcome: 'succeeded', applied: true, ms: 100 });
    expect(first.counts).toMatchObject({ create: 5, applied: 5, failed: 0, pending: 0 });
    expect(first.changes.map(({ itemId }) => itemId).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(seen).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);

    const second = await run(devices, items);
    expect(planned(second)).toEqual([0, 0, 0, 0]);
    expect(second.counts.unchanged).toBe(5);
    expect(items.writes).toHaveLength(5);
  });

  it('tells its plan once before the first write, and not where nothing may be written', async () => {
    const told: Array<[pending: number, states: string, writes: number]> = [];
    const items = estate();
    const tell = async ({ counts, changes }: RunReport) => {
      told.push([
        counts.pending,
        [...new Set(changes.map(({ state }) => state))].join(),
        items.writes.length,
      ]);
    };
    for (const request of [{ apply: false }, { planId: 'another' }]) {
      await run(fleet(3), items, { request, world: { planned: tell } });
    }
    expect(told).toEqual([]);
    await run(fleet(3), items, { world: { planned: tell } });
    expect(told).toEqual([[3, 'pending', 0]]);
    expect(items.writes).toHaveLength(3);
  });

  it('writes nothing where its plan could not be told', async () => {
    const items = estate();
    const going = run(fleet(3), items, { world: { planned: () => Promise.reject(new Error('not saved')) } });
    await expect(going).rejects.toThrow('not saved');
    expect(items.writes).toEqual([]);
  });

  it('creates nothing for a user who may query no item: what it sees is an empty list, not an empty database', async () => {
    const items = new InMemoryItems({
      items: [anItem(1, 'agent-0')],
      companies: [aCompany(10)],
      products,
      mayQuery: false,
    });
    const report = await run(fleet(2), items);
    expect(report).toMatchObject({ outcome: 'held', reason: 'blind', changes: [], planId: '' });
    expect(report.detail).toContain('may not query configuration items');
    expect(items.writes).toEqual([]);
  });

  it.each([
    { what: 'no item, and something to write', items: [], devices: 2, times: 1 },
    { what: 'an item, and something to write', items: [anItem(1, '')], devices: 2, times: 0 },
    { what: 'no item, and nothing to write', items: [], devices: 0, times: 0 },
  ])('asks whether items may be queried where there is $what: $times times', async (given) => {
    const items = estate({ items: given.items });
    const mayQuery = vi.spyOn(items, 'mayQuery');
    await run(fleet(given.devices), items, { request: { apply: false } });
    expect(mayQuery).toHaveBeenCalledTimes(given.times);
  });

  it('is stopped where Autotask does not say whether items may be queried', async () => {
    const items = estate();
    items.mayQuery = () => Promise.reject(portError('unavailable', 'no'));
    const report = await run(fleet(2), items);
    expect(report).toMatchObject({ outcome: 'failed', reason: 'unavailable' });
    expect(report.detail).toContain('Autotask could not be reached: no.');
  });

  it('warns of two writers', async () => {
    const report = await run(fleet(1), estate(), { request: { addigyReaches: true } });
    expect(report.notes).toEqual([expect.stringMatching(/^Two writers: 1 policy is linked/u)]);
    const observed = await run(fleet(1), estate(), {
      request: { addigyReaches: true, settings: someSettings({ policy: 'observe' }) },
    });
    expect(observed.notes).toEqual([]);
  });

  it('knows that nothing is missing where there is no item at all', async () => {
    expect((await run(fleet(2), estate())).missing).toEqual([]);
  });

  it('counts adoptions, held devices and failures apart', async () => {
    const mine = anItem(1, '', { fields: { ...anItem(1).fields, serial: 'c02a1', title: 'Typed by hand' } });
    const renamed = anItem(4, 'agent-4', { fields: { ...anItem(4).fields, serial: 'C02A4', title: 'Old' } });
    const items = estate({ items: [mine, renamed] });
    items.beforeWrite = (write) => {
      if (write.kind === 'create') throw portError('refused', 'no such product');
    };
    const report = await run(
      new InMemoryDevices([aDevice(1), aDevice(2), aDevice(3, { serial: '' }), aDevice(4)]),
      items,
    );
    expect(report.outcome).toBe('succeeded');
    expect(report.counts).toMatchObject({ create: 1, update: 2, adopted: 1, applied: 2, failed: 1 });
    expect(report.counts.held).toEqual({ 'no-serial': 1 });
    expect(report.changes.find(({ state }) => state === 'failed')).toMatchObject({
      kind: 'create',
      agentId: 'agent-2',
      itemId: null,
      error: 'no such product',
    });
  });

  it('counts only its own calls, and its time', async () => {
    const items = estate();
    const devices = fleet(1);
    await run(devices, items);
    let clock = startOfTime;
    const report = await run(devices, items, { world: { now: () => (clock += 7) } });
    // policies, devices · describe, products, companies, read
    expect(report.calls).toEqual({ addigy: 2, autotask: 4 });
    expect(report.ms).toBeGreaterThanOrEqual(7);
  });

  it('is plain JSON', async () => {
    const report = await run(fleet(2), estate());
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('looks in other companies before it creates, and makes no duplicate', async () => {
    const elsewhere = anItem(1, '', { companyId: 99, fields: { ...anItem(1).fields, serial: 'C02A1' } });
    const items = estate({ items: [elsewhere] });
    const report = await run(fleet(2), items);
    expect(report.counts).toMatchObject({ create: 1, held: { 'other-company': 1 } });
    expect(of(items)).toHaveLength(2);
  });

  it('looks there for serial numbers, and then for the marks of those that no serial number told of', async () => {
    const elsewhere = anItem(1, '', { companyId: 99, fields: { ...anItem(1).fields, serial: 'C02A1' } });
    const renamed = anItem(2, 'agent-2', { companyId: 99 });
    const items = estate({ items: [elsewhere, renamed] });
    const find = vi.spyOn(items, 'find');
    const report = await run(fleet(3), items, { request: { apply: false } });
    const markField = 'Addigy Agent ID';
    expect(find.mock.calls.map(([probe]) => probe)).toEqual([
      { serials: ['C02A1', 'C02A2', 'C02A3'], agentIds: [], markField },
      { serials: [], agentIds: ['agent-2', 'agent-3'], markField },
    ]);
    expect(report.counts).toMatchObject({ create: 1, held: { 'other-company': 1, moved: 1 } });
  });

  it('does not look anywhere else when every device has its item', async () => {
    const items = estate();
    const devices = fleet(4);
    await run(devices, items);
    const directory = faultyItems(items, () => {});
    await run(devices, directory);
    expect(directory.log.toSorted()).toEqual(['companies', 'describe', 'products', 'read']);
  });

  it('names configured records that are not there', async () => {
    const settings = someSettings({
      products: { mac: 'Mac (gone)' },
      categories: { mac: 7 },
      types: { mac: 'T' },
    });
    const report = await run(fleet(1), estate(), { request: { settings } });
    expect(report.notes).toEqual([
      'The product for mac was not found: Autotask has no active product named "Mac (gone)".',
      'The category for mac was not found: Autotask has no active category with the id 7.',
      'The type for mac was not found: Autotask has no active type named "T".',
    ]);
    expect(report.counts.create).toBe(1);
  });
});

describe('what holds a whole run', () => {
  it.each([
    {
      name: 'no field for the mark',
      items: estate({ facts: { markField: 'absent' } }),
      reason: 'no-mark-field',
      says: 'named "Addigy Agent ID"',
    },
    { name: 'no company to be seen', items: estate({ companies: [] }), reason: 'no-companies', says: '10' },
    {
      name: 'masked marks',
      items: estate({ items: [anItem(1)], sees: 'masked' }),
      reason: 'blind',
      says: 'masks',
    },
  ])('$name', async ({ items, reason, says }) => {
    const report = await run(fleet(3), items);
    expect(report).toMatchObject({ outcome: 'held', reason, applied: true, missing: null, changes: [] });
    expect(report.detail).toContain(says);
    expect(items.writes).toEqual([]);
  });

  it('not the lack of any mapping: every device is held, and no item is read', async () => {
    const items = estate({ companies: [] });
    const directory = faultyItems(items, () => {});
    const report = await run(new InMemoryDevices([aDevice(1)], [aPolicy(null)]), directory);
    expect(report).toMatchObject({ outcome: 'succeeded', counts: { held: { unmapped: 1 } }, missing: null });
    expect(directory.log).not.toContain('read');
    expect(directory.log).not.toContain('companies');
  });

  it('marks that cannot be read back hold what was left', async () => {
    const items = estate({ sees: 'nothing' });
    const report = await run(fleet(3), items);
    expect(report).toMatchObject({ outcome: 'held', reason: 'blind' });
    expect(report.counts).toMatchObject({ create: 1, failed: 1, held: { blind: 2 } });
    expect(report.held.map(({ detail }) => detail)).toEqual([report.detail, report.detail]);
    expect(of(items)).toHaveLength(1);
  });
});

describe('a reviewed plan', () => {
  it('is applied where it is the plan still', async () => {
    const items = estate();
    const { planId } = await run(fleet(2), items, { request: { apply: false } });
    const report = await run(fleet(2), items, { request: { planId } });
    expect(report).toMatchObject({ outcome: 'succeeded', planId, counts: { applied: 2 } });
  });

  it('is not applied where the plan is another by now', async () => {
    const items = estate();
    const { planId } = await run(fleet(2), items, { request: { apply: false } });
    const report = await run(fleet(3), items, { request: { planId } });
    expect(report).toMatchObject({ outcome: 'held', reason: 'plan-changed', counts: { pending: 3 } });
    expect(report.detail).toContain(planId);
    expect(report.detail).toContain(report.planId);
    expect(report.planId).not.toBe(planId);
    expect(items.writes).toEqual([]);
  });

  it('goes on in a later leg with its own changes only, whatever the id is by then', async () => {
    const items = estate();
    const reviewed = await run(fleet(3), items, { request: { apply: false } });
    const keys = reviewed.changes.filter(({ agentId }) => agentId !== 'agent-2').map(({ key }) => key);
    const report = await run(fleet(5), items, { request: { planId: reviewed.planId, only: new Set(keys) } });
    expect(report.outcome).toBe('succeeded');
    expect(report.counts).toMatchObject({ create: 2, applied: 2, held: { 'plan-changed': 3 } });
    expect(of(items).map(({ fields }) => fields.title)).toEqual(['Mac 1', 'Mac 3']);
    expect(report.counts.create + (report.counts.held['plan-changed'] ?? 0)).toBe(report.devices);
  });
});

describe('what the vendors do', () => {
  const until = startOfTime + day;
  const blocked = { addigyBlockedUntil: until };
  it.each([
    { vendor: 'addigy', failure: 'unauthorised', outcome: 'held', reason: 'addigy-unauthorised', more: {} },
    { vendor: 'addigy', failure: 'blocked', outcome: 'held', reason: 'addigy-blocked', more: blocked },
    { vendor: 'addigy', failure: 'exhausted', outcome: 'stopped', reason: 'budget', more: {} },
    { vendor: 'addigy', failure: 'unavailable', outcome: 'failed', reason: 'unavailable', more: {} },
    { vendor: 'addigy', failure: 'unreadable', outcome: 'failed', reason: 'unreadable', more: {} },
    { vendor: 'addigy', failure: 'refused', outcome: 'failed', reason: 'refused', more: {} },
    { vendor: 'autotask', failure: 'unauthorised', outcome: 'held', reason: 'credentials-refused', more: {} },
    { vendor: 'autotask', failure: 'blocked', outcome: 'failed', reason: 'unavailable', more: {} },
    { vendor: 'autotask', failure: 'exhausted', outcome: 'stopped', reason: 'budget', more: {} },
    { vendor: 'autotask', failure: 'unavailable', outcome: 'failed', reason: 'unavailable', more: {} },
    { vendor: 'autotask', failure: 'lost', outcome: 'failed', reason: 'unavailable', more: {} },
    { vendor: 'autotask', failure: 'unreadable', outcome: 'failed', reason: 'unreadable', more: {} },
    { vendor: 'autotask', failure: 'refused', outcome: 'failed', reason: 'refused', more: {} },
  ] as const)('$vendor $failure: $outcome $reason', async ({ vendor, failure, outcome, reason, more }) => {
    const calls = vendor === 'addigy' ? (['policies', 'devices'] as const) : autotaskReads;
    for (const call of calls) {
      const items = estate();
      const devices = fleet(2);
      const error = portError(failure, `${call} failed`, failure === 'blocked' ? until : undefined);
      if (call === 'policies' || call === 'devices') Object.assign(devices, { failure: error, fails: call });
      const directory = faultyItems(items, (moment) => {
        if (moment.call === call) throw error;
      });
      const report = await run(devices, directory);
      expect(report, call).toMatchObject({
        outcome,
        reason,
        planId: '',
        changes: [],
        held: [],
        notes: [],
        missing: null,
        ...more,
      });
      expect(report.detail).toContain(`${call} failed`);
      expect(report.detail).toContain(vendor === 'addigy' ? 'Addigy' : 'Autotask');
      if (!('addigyBlockedUntil' in more)) expect(report.addigyBlockedUntil).toBeNull();
      expect(items.writes).toEqual([]);
    }
  });
  const autotaskReads = ['describe', 'products', 'companies', 'read', 'find'] as const;

  it('the first failure stops the other reads, and is the one that is told', async () => {
    const devices = fleet(1);
    devices.failure = portError('unauthorised', 'no');
    let stopped = false;
    const directory = estate();
    directory.describe = (_field, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          stopped = true;
          reject(portError('stopped', 'stopped'));
        });
      });
    const report = await run(devices, directory);
    expect([report.reason, stopped]).toEqual(['addigy-unauthorised', true]);
  });

  it.each([
    { what: 'a failure of Autotask', reason: 'credentials-refused' },
    { what: 'the signal', reason: 'deadline' },
  ])('$what stops a read of Addigy that would hang', async ({ reason }) => {
    const devices = fleet(1);
    devices.policies = (...[signal]: AbortSignal[]) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(portError('stopped', 'stopped')));
      });
    const stop = new AbortController();
    const directory = faultyItems(estate(), ({ call, when }) => {
      if (call !== 'describe' || when !== 'before') return;
      if (reason === 'deadline') stop.abort();
      else throw portError('unauthorised', 'no');
    });
    expect((await run(devices, directory, { signal: stop.signal })).reason).toBe(reason);
  });

  it('a defect of ours is not a report', async () => {
    const directory = faultyItems(estate(), ({ call }) => {
      if (call === 'read') throw new TypeError('a defect');
    });
    await expect(run(fleet(1), directory)).rejects.toThrow(TypeError);
  });

  it('an incomplete view is noted, creates, and teaches nothing of what is missing', async () => {
    const items = estate({ items: [anItem(40, 'agent-40')] });
    const devices = fleet(2);
    devices.doubt = 'Addigy announced 3 devices and sent 2.';
    const report = await run(devices, items, { request: { missing: new Map([[40, 1]]) } });
    expect(report).toMatchObject({ outcome: 'succeeded', missing: null });
    expect(report.notes).toContain(devices.doubt);
    expect(report.counts).toMatchObject({ create: 2, applied: 2, deactivate: 0 });
    expect(items.items.get(40)?.active).toBe(true);
  });

  it('an empty view deactivates nothing and teaches nothing', async () => {
    const items = estate({ items: [anItem(40, 'agent-40')] });
    const report = await run(new InMemoryDevices([]), items, { request: { missing: new Map([[40, 1]]) } });
    expect(report.missing).toBeNull();
    expect(items.writes).toEqual([]);
  });

  it('a missing device is remembered from run to run until its grace is over', async () => {
    const items = estate();
    const devices = fleet(2);
    await run(devices, items);
    devices.devicesKnown = devices.devicesKnown.slice(1);
    const request = { settings: someSettings({ graceHours: 72 }) };
    const first = await run(devices, items, { request });
    expect(first.missing).toEqual([[1, startOfTime]]);
    expect(first.counts.held).toEqual({ grace: 1 });
    const second = await run(devices, items, {
      request: { ...request, missing: new Map(first.missing) },
      world: { now: () => startOfTime + 4 * day },
    });
    expect(second.counts).toMatchObject({ deactivate: 1, applied: 1 });
    expect(items.items.get(1)?.active).toBe(false);
  });
});

describe('the signal', () => {
  const lost = Object.assign(new Error('gone'), { name: 'LeaseLostError' });
  it.each([
    { reason: undefined, says: 'deadline' },
    { reason: lost, says: 'lease-lost' },
  ])('before the run: nothing is read or written ($says)', async ({ reason, says }) => {
    const items = estate();
    const report = await run(fleet(2), items, { signal: AbortSignal.abort(reason) });
    expect(report).toMatchObject({ outcome: 'stopped', reason: says, planId: '' });
    expect(items.writes).toEqual([]);
  });

  it('between changes: the rest is pending, and a later leg finishes', async () => {
    const items = estate();
    const stop = new AbortController();
    items.afterWrite = () => {
      if (items.writes.length === 4) stop.abort();
    };
    const first = await run(fleet(12), items, { signal: stop.signal });
    expect(first).toMatchObject({ outcome: 'stopped', reason: 'deadline' });
    expect(first.counts.applied).toBe(items.writes.length);
    expect(first.counts.applied + first.counts.pending).toBe(12);
    const only = new Set(first.changes.filter(({ state }) => state === 'pending').map(({ key }) => key));
    const second = await run(fleet(12), items, { request: { only } });
    expect(second).toMatchObject({ outcome: 'succeeded', counts: { pending: 0, held: {} } });
    expect(of(items)).toHaveLength(12);
  });
});
