import { describe, expect, it, vi } from 'vitest';
import type { ConfigurationItem } from '#sync/configuration-item';
import type { RunReport } from '#sync/report';
import { type KnownPolicies, type OffboardingRequest, runOffboarding } from '#sync/run-offboarding';
import { InMemoryItems, type InMemoryItemsOptions, portError } from './in-memory-items.ts';
import { aCompany, aPolicy, digest, someSettings, startOfTime } from './run-world.ts';
import { item } from './sample-plan-input.ts';

const open = { limits: { deactivations: { percent: 100, atLeast: 0 } } };
const mine = [1, 2, 3].map((n) => item(n, { mark: `a${n}` }));
const estate = (items: readonly ConfigurationItem[] = mine, more: InMemoryItemsOptions = {}) =>
  new InMemoryItems({ items, companies: [aCompany(10), aCompany(11)], ...more });
const told: KnownPolicies = { policies: [aPolicy(10)] };
const untold: KnownPolicies = { policies: null, why: 'The key is gone.' };

interface Going {
  readonly request?: Partial<OffboardingRequest>;
  readonly policies?: (signal: AbortSignal) => Promise<KnownPolicies>;
  readonly planned?: (report: RunReport) => Promise<void>;
  readonly signal?: AbortSignal;
}

const run = (directory: InMemoryItems, { request, policies, planned, signal }: Going = {}) =>
  runOffboarding(
    {
      connectionId: 'acme',
      settings: someSettings(open),
      apply: true,
      planId: null,
      only: null,
      ...request,
    },
    {
      directory,
      policies: policies ?? (async () => told),
      addigyCalls: () => 0,
      now: () => startOfTime,
      digest,
      progress: () => {},
      planned: planned ?? (async () => {}),
    },
    signal ?? new AbortController().signal,
  );
const active = (directory: InMemoryItems) =>
  [...directory.items.values()].filter((one) => one.active).map(({ id }) => id);

describe('an offboarding run', () => {
  it('that observes plans all of it and writes nothing', async () => {
    const items = estate();
    const report = await run(items, { request: { apply: false } });
    expect(report).toMatchObject({ outcome: 'succeeded', applied: false, missing: null, devices: 0 });
    expect(report.changes.map(({ state, reason }) => `${state} ${reason}`)).toEqual(
      mine.map(() => 'planned offboarded'),
    );
    expect(items.writes).toEqual([]);
  });

  it('that applies deactivates, whatever the policy, and then has nothing more to do', async () => {
    const items = estate();
    const settings = someSettings({ ...open, policy: 'observe' });
    const first = await run(items, { request: { settings } });
    expect(first.counts).toMatchObject({ deactivate: 3, applied: 3, failed: 0, pending: 0 });
    expect(active(items)).toEqual([]);
    const second = await run(items, { request: { settings } });
    expect(second).toMatchObject({ outcome: 'succeeded', changes: [] });
    expect(items.writes).toHaveLength(3);
  });

  it('applies the plan that was reviewed, and no other', async () => {
    const items = estate();
    const { planId } = await run(items, { request: { apply: false } });
    items.items.set(9, item(9, { mark: 'late' }));
    const changed = await run(items, { request: { planId } });
    expect(changed).toMatchObject({ outcome: 'held', reason: 'plan-changed' });
    expect(items.writes).toEqual([]);
    items.items.delete(9);
    expect(await run(items, { request: { planId } })).toMatchObject({ outcome: 'succeeded' });
    expect(active(items)).toEqual([]);
  });

  it('in a later leg does what is left of what was reviewed, and holds the rest', async () => {
    const items = estate();
    const { changes } = await run(items, { request: { apply: false } });
    const only = new Set(changes.slice(1).map(({ key }) => key));
    const report = await run(items, { request: { only } });
    expect(report.counts).toMatchObject({ applied: 2, held: { 'plan-changed': 1 } });
    expect(active(items)).toEqual([changes[0]?.itemId]);
  });

  it('writes nothing where its plan could not be saved', async () => {
    const items = estate();
    const planned = () => Promise.reject(new Error('throttled'));
    await expect(run(items, { planned })).rejects.toThrow('throttled');
    expect(items.writes).toEqual([]);
  });

  it.each<[string, Going, InMemoryItems, object]>([
    [
      'masked marks',
      {},
      estate(mine, { sees: 'masked' }),
      { outcome: 'held', reason: 'blind', detail: expect.stringContaining('masks the mark') },
    ],
    [
      'items that came without their marks',
      {},
      estate(mine, { sees: 'nothing' }),
      { outcome: 'held', reason: 'blind', detail: expect.stringContaining('items=keep') },
    ],
    [
      'no such field',
      {},
      estate(mine, { facts: { markField: 'absent' } }),
      { outcome: 'held', reason: 'no-mark-field' },
    ],
    [
      'none of its companies',
      {},
      estate(mine, { companies: [] }),
      { outcome: 'held', reason: 'no-companies' },
    ],
    [
      'an Addigy that is down',
      { policies: () => Promise.reject(portError('unavailable', 'Down.')) },
      estate(),
      { outcome: 'failed', reason: 'unavailable' },
    ],
    [
      'an Addigy that has locked the key',
      { policies: () => Promise.reject(portError('blocked', 'Locked.', 7)) },
      estate(),
      { outcome: 'held', reason: 'addigy-blocked', addigyBlockedUntil: 7 },
    ],
    [
      'an Autotask that is down',
      {},
      Object.assign(estate(), { read: () => Promise.reject(portError('unavailable', 'Down.')) }),
      { outcome: 'failed', reason: 'unavailable', detail: expect.stringContaining('Autotask could not') },
    ],
    ['a deadline', { signal: AbortSignal.abort() }, estate(), { outcome: 'stopped', reason: 'deadline' }],
  ])('stops at %s, and writes nothing', async (_, going, items, ending) => {
    expect(await run(items, going)).toMatchObject({ ...ending, changes: [] });
    expect(items.writes).toEqual([]);
  });

  it('does not need a mark to be seen where there is no item at all', async () => {
    expect(await run(estate([]))).toMatchObject({ outcome: 'succeeded', changes: [], held: [] });
  });

  it('says which companies it could not see', async () => {
    const policies = async () => ({ policies: [aPolicy(10), aPolicy(12)] });
    const { notes } = await run(estate(), { policies });
    expect(notes).toEqual([expect.stringMatching(/sees 1 of the connection's 2 companies; not 12\./u)]);
  });

  it.each([
    [5, 'not 12, 13, 14, 15, 16. What'],
    [6, 'not 12, 13, 14, 15, 16, …. What'],
  ])('names five at most of those %i', async (count, says) => {
    const unseen = Array.from({ length: count }, (_, n) => aPolicy(12 + n));
    const { notes } = await run(estate(), { policies: async () => ({ policies: [aPolicy(10), ...unseen] }) });
    expect(notes[0]).toContain(says);
  });

  it.each<[what: string, known: KnownPolicies, asked: object]>([
    ['in its companies', told, {}],
    ['and, without Addigy’s policies, every marked one', untold, { allMarked: true }],
  ])('reads the items %s', async (_, known, asked) => {
    const items = estate();
    const read = vi.spyOn(items, 'read');
    const settings = someSettings({ ...open, defaultCompanyId: 10 });
    await run(items, { policies: async () => known, request: { settings } });
    expect(read.mock.calls.map(([request]) => request)).toEqual([
      { companyIds: [10], serials: [], markField: 'Addigy Agent ID', ...asked },
    ]);
  });
});

describe('without Addigy’s policies', () => {
  const elsewhere = item(20, { mark: 'b', companyId: 11 });

  it.each<[string, object, number[], string[]]>([
    ['the settings’ map counts', { companies: { p: 10 } }, [20], ['20 foreign']],
    [
      'the default company counts',
      { defaultCompanyId: 11 },
      [1, 2, 3],
      ['1 foreign', '2 foreign', '3 foreign'],
    ],
    ['nothing counts', {}, [1, 2, 3, 20], ['1 foreign', '2 foreign', '3 foreign', '20 foreign']],
  ])('%s, and what is marked elsewhere is listed and left', async (_, settings, left, held) => {
    const items = estate([...mine, elsewhere, item(30, { companyId: 11 })]);
    const report = await run(items, {
      policies: async () => untold,
      request: { settings: someSettings({ ...open, ...settings }) },
    });
    expect(report.outcome).toBe('succeeded');
    expect(active(items).filter((id) => id !== 30)).toEqual(left);
    expect(report.held.map(({ itemId, reason }) => `${itemId} ${reason}`)).toEqual(held);
    expect(report.notes[0]).toMatch(
      /^Addigy's policies are not known: The key is gone\. So only the companies/u,
    );
  });

  it('which are known and lead nowhere, nothing is asked for and nothing is done', async () => {
    const items = estate([...mine, elsewhere]);
    const report = await run(items, { policies: async () => ({ policies: [aPolicy(null)] }) });
    expect(report).toMatchObject({ outcome: 'succeeded', changes: [], held: [], notes: [] });
    // What Autotask is like, and nothing else.
    expect(report.calls.autotask).toBe(1);
    expect(items.writes).toEqual([]);
  });
});
