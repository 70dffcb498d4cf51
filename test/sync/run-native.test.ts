import { describe, expect, it, vi } from 'vitest';
import type { ConfigurationItem } from '#sync/configuration-item';
import type { NativeSync } from '#sync/native';
import type { FailureKind, ItemDirectory } from '#sync/ports';
import type { RunReport } from '#sync/report';
import { type NativeRunRequest, type NativeRunWorld, runNativeSync } from '#sync/run-native';
import { InMemoryItems, portError } from './in-memory-items.ts';
import { aCompany, aDevice, aPolicy, InMemoryDevices, someSettings, startOfTime } from './run-world.ts';
import { digest, item } from './sample-plan-input.ts';

/** Addigy's own sync, which here does what a test says: by default nothing, as Addigy may for a while. */
class InMemoryNative implements NativeSync {
  readonly asked: string[] = [];
  onSync: (policyId: string, signal: AbortSignal) => void = () => {};

  async syncPolicy(policyId: string, signal: AbortSignal): Promise<void> {
    this.asked.push(policyId);
    this.onSync(policyId, signal);
  }

  calls(): number {
    return this.asked.length;
  }
}

const itemOfMac = (n: number, more: Partial<ConfigurationItem> = {}) =>
  item(n, { ...more, fields: { serial: `C02A${n}`, title: `Mac ${n}` } });

interface World {
  readonly devices: InMemoryDevices;
  readonly native: InMemoryNative;
  readonly items: InMemoryItems;
}

/** Policies p10 and p20, linked to the companies of these numbers, with two Macs each; the first has its item. */
function estate(more: Partial<World> = {}): World {
  return {
    devices: new InMemoryDevices(
      [
        aDevice(1),
        aDevice(2),
        aDevice(3, { policyId: 'p20' }),
        aDevice(4, { policyId: 'p20', name: 'Renamed' }),
      ],
      [aPolicy(10), aPolicy(20), aPolicy(null, { id: 'free' })],
    ),
    native: new InMemoryNative(),
    items: new InMemoryItems({
      companies: [aCompany(10), aCompany(20)],
      items: [itemOfMac(1), itemOfMac(4, { companyId: 20 })],
    }),
    ...more,
  };
}

function run(
  { devices, native, items }: World,
  request: Partial<NativeRunRequest> = {},
  world: Partial<NativeRunWorld> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<RunReport> {
  return runNativeSync(
    { connectionId: 'acme', settings: someSettings(), apply: true, ...request },
    { source: devices, native, directory: items, now: () => startOfTime, digest, ...world },
    signal,
  );
}

const failing = (failures: Readonly<Record<string, FailureKind>>) => (policyId: string) => {
  const failure = failures[policyId];
  if (failure !== undefined) throw portError(failure, `no to ${policyId}`, startOfTime + 1);
};

describe('a native run', () => {
  it('asks for each linked policy, reads back, and tells what is not as it should be', async () => {
    const world = estate();
    const report = await run(world);
    expect(world.native.asked).toEqual(['p10', 'p20']);
    expect(world.items.writes).toEqual([]);
    expect(report).toMatchObject({
      outcome: 'succeeded',
      reason: null,
      detail: '',
      policy: 'sync',
      applied: true,
      planId: expect.stringMatching(/^[0-9a-f]{64}$/u),
      devices: 4,
      changes: [],
      missing: null,
      addigyBlockedUntil: null,
      // policies, two syncs, devices · companies, items, and those elsewhere
      calls: { addigy: 4, autotask: 3 },
      counts: { create: 0, unchanged: 1, held: { 'native-missing': 2, 'native-stale': 1 } },
    });
    expect(report.held.map(({ agentId, reason }) => [agentId, reason])).toEqual([
      ['agent-2', 'native-missing'],
      ['agent-3', 'native-missing'],
      ['agent-4', 'native-stale'],
    ]);
    expect(report.notes).toEqual([
      'Addigy was asked to sync 2 policies; it syncs in its own time, so what is missing now may come.',
    ]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('sees what Addigy wrote at once', async () => {
    const world = estate();
    world.native.onSync = (policyId) => {
      if (policyId === 'p10') world.items.items.set(2, itemOfMac(2));
    };
    expect((await run(world)).counts).toMatchObject({ unchanged: 2, held: { 'native-missing': 1 } });
  });

  it.each<[string, Partial<NativeRunRequest>]>([
    ['a dry one', { apply: false }],
    ['one of an observing connection', { settings: someSettings({ policy: 'observe' }) }],
  ])('%s asks for nothing, and audits', async (_, request) => {
    const world = estate();
    const report = await run(world, request);
    expect(world.native.asked).toEqual([]);
    expect(report).toMatchObject({ outcome: 'succeeded', applied: false, notes: [] });
    expect(report.counts).toMatchObject({ unchanged: 1, held: { 'native-missing': 2, 'native-stale': 1 } });
  });

  it('finds an item in a company that no policy leads to', async () => {
    const world = estate();
    world.items.items.set(2, itemOfMac(2, { companyId: 99 }));
    expect((await run(world)).counts.held).toMatchObject({ 'native-wrong-company': 1, 'native-missing': 1 });
  });

  it('without an API user to read with asks, and says that it could not read back', async () => {
    const world = estate();
    const report = await run(world, {}, { directory: null });
    expect(world.native.asked).toEqual(['p10', 'p20']);
    expect(report).toMatchObject({
      outcome: 'succeeded',
      devices: 4,
      held: [],
      calls: { addigy: 4, autotask: 0 },
    });
    expect(report.notes[1]).toContain('could not be read back');
  });

  it('knows the links of Addigy alone, and leaves alone what is excluded', async () => {
    const world = estate();
    const settings = someSettings({ companies: { free: 10, p10: 20 }, exclude: { policies: ['p20'] } });
    const report = await run(world, { settings });
    expect(world.native.asked).toEqual(['p10']);
    expect(report.counts).toMatchObject({ unchanged: 1, held: { 'native-missing': 1, excluded: 2 } });
  });

  it('with no linked policy says so, and asks Autotask for nothing', async () => {
    const world = estate({ devices: new InMemoryDevices([aDevice(1)], [aPolicy(null), aPolicy(0)]) });
    const report = await run(world);
    expect(report).toMatchObject({
      outcome: 'succeeded',
      counts: { held: { unmapped: 1 } },
      calls: { addigy: 2, autotask: 0 },
    });
    expect(report.notes).toEqual([expect.stringContaining('nothing that Addigy could sync')]);
  });

  it('of companies that cannot be seen reads no items', async () => {
    const world = estate();
    world.items.companiesKnown = [];
    expect(await run(world)).toMatchObject({
      counts: { held: { 'company-missing': 4 } },
      calls: { autotask: 1 },
    });
  });

  it('passes on the doubt about an incomplete read', async () => {
    const world = estate();
    world.devices.doubt = 'Some may be missing.';
    expect((await run(world)).notes).toContain('Some may be missing.');
  });

  it('counts only its own calls, and its time', async () => {
    const world = estate();
    await run(world);
    let clock = startOfTime;
    world.native.onSync = () => {
      clock += 7;
    };
    const report = await run(world, {}, { now: () => clock });
    expect(report.calls).toEqual({ addigy: 4, autotask: 3 });
    expect(report.ms).toBe(14);
  });

  it('is named by its connection and by what it found', async () => {
    const { planId } = await run(estate());
    expect((await run(estate())).planId).toBe(planId);
    expect((await run(estate(), { connectionId: 'beta' })).planId).not.toBe(planId);
    const world = estate();
    world.items.items.set(2, itemOfMac(2));
    expect((await run(world)).planId).not.toBe(planId);
  });

  it('reads items by their companies and serial numbers, and elsewhere those that are missing', async () => {
    const world = estate();
    const read = vi.spyOn(world.items, 'read');
    const find = vi.spyOn(world.items, 'find');
    await run(world);
    const markField = 'Addigy Agent ID';
    expect(read.mock.calls.map(([request]) => request)).toEqual([
      { companyIds: [10, 20], serials: ['C02A1', 'C02A2', 'C02A3', 'C02A4'], markField },
    ]);
    expect(find.mock.calls.map(([probe]) => probe)).toEqual([
      { serials: ['C02A2', 'C02A3'], agentIds: [], markField },
    ]);
  });

  it('looks nowhere else where every device has its item', async () => {
    const world = estate();
    world.items.items.set(2, itemOfMac(2)).set(3, itemOfMac(3, { companyId: 20 }));
    const report = await run(world);
    expect(report.counts).toMatchObject({ unchanged: 3, held: { 'native-stale': 1 } });
    // companies, items
    expect(report.calls.autotask).toBe(2);
  });
});

describe('what a policy comes to', () => {
  it.each<[FailureKind, string]>([
    ['refused', 'Addigy did not take the request'],
    ['unavailable', 'Addigy did not take the request'],
    ['lost', 'is not known'],
  ])('%s is a note, and the others are asked for', async (failure, says) => {
    const world = estate();
    world.native.onSync = failing({ p10: failure });
    const report = await run(world);
    expect(world.native.asked).toEqual(['p10', 'p20']);
    expect(report.outcome).toBe('succeeded');
    expect(report.notes).toEqual([
      expect.stringContaining('asked to sync 1 policy;'),
      expect.stringMatching(new RegExp(`^Policy "Policy of 10" \\(p10\\): .*${says}.* no to p10\\.$`, 'u')),
    ]);
    expect(report.counts.held).toEqual({ 'native-missing': 2, 'native-stale': 1 });
  });

  it('refused for every policy fails the run, which is audited all the same', async () => {
    const world = estate();
    world.native.onSync = failing({ p10: 'refused', p20: 'refused' });
    const report = await run(world);
    expect(report).toMatchObject({ outcome: 'failed', reason: 'refused', counts: { unchanged: 1 } });
    expect(report.detail).toContain('none of the 2 requests');
    expect(report.detail).toContain('no to p10');
  });

  it.each<[FailureKind, Partial<RunReport>, string]>([
    ['unauthorised', { outcome: 'held', reason: 'addigy-unauthorised' }, '"Edit Integration"'],
    [
      'blocked',
      { outcome: 'held', reason: 'addigy-blocked', addigyBlockedUntil: startOfTime + 1 },
      'locked the API key',
    ],
    ['unreadable', { outcome: 'failed', reason: 'unreadable' }, 'not as it is documented'],
    ['stopped', { outcome: 'stopped', reason: 'deadline' }, 'time was up'],
  ])('%s stops the run at once', async (failure, report, says) => {
    const world = estate();
    world.native.onSync = failing({ p10: failure });
    const told = await run(world);
    expect(world.native.asked).toEqual(['p10']);
    expect(told).toMatchObject({ ...report, planId: '', held: [], calls: { addigy: 2, autotask: 0 } });
    expect(told.detail).toContain(says);
    expect(told.notes).toEqual(['2 of the 2 linked policies were not asked for.']);
  });

  it('refused, and then a key that is not accepted: that is what is told', async () => {
    const world = estate();
    world.native.onSync = failing({ p10: 'refused', p20: 'unauthorised' });
    const report = await run(world);
    expect(report).toMatchObject({ outcome: 'held', reason: 'addigy-unauthorised' });
    expect(report.notes).toEqual([
      expect.stringMatching(/^Policy "Policy of 10"/u),
      '1 of the 2 linked policies were not asked for.',
    ]);
  });

  it('is not told of the order in which Addigy sends them: they are asked for by their ids', async () => {
    const ids = ['b', 'd', 'a', 'c'];
    const policies = ids.map((id) => aPolicy(10, { id }));
    const world = estate({ devices: new InMemoryDevices([], policies) });
    await run(world);
    expect(world.native.asked).toEqual(ids.toSorted());
  });

  const many = (count: number): World =>
    estate({
      devices: new InMemoryDevices(
        [],
        Array.from({ length: count }, (_, at) => aPolicy(10, { id: `q${String(at).padStart(2, '0')}` })),
      ),
    });

  it('failing three times in a row means that Addigy is down', async () => {
    const world = many(9);
    world.native.onSync = failing({
      q00: 'unavailable',
      q01: 'lost',
      q03: 'lost',
      q04: 'unavailable',
      q05: 'unavailable',
    });
    const report = await run(world);
    expect(world.native.asked).toEqual(['q00', 'q01', 'q02', 'q03', 'q04', 'q05']);
    expect(report).toMatchObject({ outcome: 'failed', reason: 'unavailable' });
    expect(report.notes.at(-1)).toBe('3 of the 9 linked policies were not asked for.');
  });

  it.each([
    { policies: 14, notes: 1 + 10 + 1, last: /^Addigy did not take 3 more such requests\.$/u },
    { policies: 11, notes: 1 + 10, last: /^Policy .* \(q10\)/u },
  ])('names ten refused ones, and counts the others, of $policies', async (expected) => {
    const world = many(expected.policies);
    world.native.onSync = (policyId) => {
      if (policyId !== 'q00') throw portError('refused', 'no');
    };
    const { notes } = await run(world);
    expect(notes).toHaveLength(expected.notes);
    expect(notes.at(-1)).toMatch(expected.last);
  });

  it('a defect of ours is not caught', async () => {
    const world = estate();
    world.native.onSync = () => {
      throw new TypeError('a defect');
    };
    await expect(run(world)).rejects.toThrow('a defect');
  });
});

describe('the signal', () => {
  it('ends the asking: what is under way is over, and nothing more is asked for', async () => {
    const world = estate();
    const controller = new AbortController();
    world.native.onSync = () => controller.abort();
    const report = await run(world, {}, {}, controller.signal);
    expect(world.native.asked).toEqual(['p10']);
    expect(report).toMatchObject({ outcome: 'stopped', reason: 'deadline', held: [] });
    expect(report.notes).toEqual([
      expect.stringContaining('asked to sync 1 policy;'),
      '1 of the 2 linked policies were not asked for.',
    ]);
  });
});

describe('a vendor that fails', () => {
  it.each(['policies', 'devices'] as const)('Addigy, at the %s', async (fails) => {
    const world = estate();
    Object.assign(world.devices, { failure: portError('unauthorised', 'no'), fails });
    const report = await run(world);
    expect(report).toMatchObject({ outcome: 'held', reason: 'addigy-unauthorised', held: [] });
    expect(world.native.asked).toHaveLength(fails === 'policies' ? 0 : 2);
    expect(report.notes).toHaveLength(fails === 'policies' ? 0 : 1);
  });

  it.each<[keyof ItemDirectory, FailureKind, string]>([
    ['companies', 'unauthorised', 'credentials-refused'],
    ['read', 'exhausted', 'budget'],
    ['find', 'unavailable', 'unavailable'],
  ])('Autotask, at %s: %s', async (method, failure, reason) => {
    const world = estate();
    world.items[method as 'read'] = () => Promise.reject(portError(failure, 'no'));
    const report = await run(world);
    expect(report).toMatchObject({ reason, devices: 4, held: [] });
    expect(report.detail).toContain('Autotask');
    expect(report.notes[0]).toContain('asked to sync 2 policies');
  });
});
