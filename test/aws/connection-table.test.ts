import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionTable } from '#aws/connection-table';
import { connectionSchema } from '#connections/connection';
import { type LocalDynamo, startDynamo } from './local-table.ts';

const minute = 60_000;
const settingsOf = (more: object = {}) => connectionSchema.parse({ name: 'Acme', ...more });

let dynamo: LocalDynamo;
let connections: ConnectionTable;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());
beforeEach(async () => {
  connections = new ConnectionTable(await dynamo.newTable());
});

const dueIds = async (now: number): Promise<string[]> => {
  const ids: string[] = [];
  for await (const page of connections.due(now)) ids.push(...page.map(({ id }) => id));
  return ids;
};

describe('declaring', () => {
  it('creates once, due at once, without credentials', async () => {
    const { record, kind } = await connections.declare('acme', settingsOf(), 1_000);
    expect(kind).toBe('created');
    expect(record).toMatchObject({
      id: 'acme',
      credentials: { deviceSync: 'missing', addigyKey: 'missing' },
      dueAt: 1_000,
      createdAt: 1_000,
      updatedAt: 1_000,
      lastRun: null,
      zone: null,
      permissionLost: null,
      offboarding: null,
    });
    expect(await connections.get('acme')).toEqual(record);
  });

  it('writes nothing where the settings are the same', async () => {
    const { record } = await connections.declare('acme', settingsOf(), 1_000);
    const again = await connections.declare('acme', settingsOf(), 2_000);
    expect(again).toEqual({ record, kind: 'declared' });
  });

  it('replaces the settings and leaves what was learnt', async () => {
    await connections.declare('acme', settingsOf(), 1_000);
    await connections.trust(
      'acme',
      'deviceSync',
      { version: 'v1', zone: { name: 'Z', url: 'https://z', foundAt: 1 } },
      1_500,
    );
    await connections.learn('acme', { lastPlanId: 'plan', addigyBlockedUntil: 9, lastSuccessAt: 8 });
    await connections.learn('acme', { unanswered: [['agent-1', 7]] });
    const { record, kind } = await connections.declare('acme', settingsOf({ name: 'New' }), 2_000);
    expect(kind).toBe('declared');
    expect(record).toMatchObject({
      settings: { name: 'New' },
      credentials: { deviceSync: 'trusted' },
      zone: { name: 'Z' },
      lastPlanId: 'plan',
      addigyBlockedUntil: 9,
      unanswered: new Map([['agent-1', 7]]),
      lastSuccessAt: 8,
      createdAt: 1_000,
      updatedAt: 2_000,
    });
  });

  it('is created by exactly one of many callers at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => connections.declare('acme', settingsOf({ name: `n${n}` }), n)),
    );
    expect(answers.filter(({ kind }) => kind === 'created')).toHaveLength(1);
  });

  it('keeps odd but valid settings as they are', async () => {
    const settings = settingsOf({
      name: 'Ünïcode “quotes” 🍏',
      sync: { companies: { a: 0, b: 2 ** 53 - 1 } },
    });
    await connections.declare('acme', settings, 1);
    expect((await connections.get('acme'))?.settings).toEqual(settings);
  });
});

describe('a run and a PUT at the same moment', () => {
  it('never overwrite each other', async () => {
    await connections.declare('acme', settingsOf(), 1);
    await Promise.all([
      ...Array.from({ length: 5 }, (_, n) =>
        connections.declare('acme', settingsOf({ name: `n${n}` }), 10 + n),
      ),
      connections.learn('acme', { lastPlanId: 'plan' }),
      connections.learn('acme', { lastSuccessAt: 7 }),
      connections.trust('acme', 'addigyKey', { version: 'k', organizationId: 'org' }, 20),
    ]);
    const record = await connections.get('acme');
    expect(record).toMatchObject({ lastPlanId: 'plan', lastSuccessAt: 7, organizationId: 'org' });
    expect(record?.settings.name).toMatch(/^n\d$/u);
    expect(record?.credentials.addigyKey).toBe('trusted');
  });

  it('do not bring back a connection that was removed', async () => {
    await connections.declare('acme', settingsOf(), 1);
    expect(await connections.remove('acme')).toBe(true);
    await connections.learn('acme', { lastPlanId: 'plan', dueAt: 5 });
    await connections.refuse('acme', 'deviceSync', 'v');
    expect(await connections.trust('acme', 'deviceSync', { version: 'v' }, 2)).toBe(false);
    expect(await connections.postpone('acme', 1, 2)).toBe(false);
    await connections.permission('acme', 'lost');
    expect(await connections.beginOffboarding('acme', 'run', 2)).toBe(false);
    expect(await connections.endOffboarding('acme', 2)).toBe(false);
    expect(await connections.get('acme')).toBeNull();
    expect(await connections.remove('acme')).toBe(false);
  });
});

describe('credentials', () => {
  it('are refused only in the version that was refused', async () => {
    await connections.declare('acme', settingsOf(), 1);
    await connections.trust('acme', 'deviceSync', { version: 'new' }, 2);
    await connections.refuse('acme', 'deviceSync', 'old');
    expect(await connections.get('acme')).toMatchObject({
      credentials: { deviceSync: 'trusted' },
      refusedVersions: { deviceSync: 'old', addigyKey: null },
    });
    await connections.refuse('acme', 'deviceSync', 'new');
    expect((await connections.get('acme'))?.credentials).toEqual({
      deviceSync: 'refused',
      addigyKey: 'missing',
    });
  });

  it('a new Addigy key lifts the lock of the old one, a new API user does not', async () => {
    await connections.declare('acme', settingsOf(), 1);
    await connections.learn('acme', { addigyBlockedUntil: 99 });
    await connections.trust('acme', 'deviceSync', { version: 'v' }, 2);
    expect((await connections.get('acme'))?.addigyBlockedUntil).toBe(99);
    await connections.trust('acme', 'addigyKey', { version: 'v' }, 2);
    expect((await connections.get('acme'))?.addigyBlockedUntil).toBeNull();
  });
});

describe('the schedule', () => {
  it('lists what is due, and what a run needs to know of it', async () => {
    const all = Array.from({ length: 230 }, (_, n) => `c-${String(n).padStart(3, '0')}`);
    await Promise.all(all.map((id, n) => connections.declare(id, settingsOf(), 1_000 + n)));
    await connections.declare('off', settingsOf({ schedule: { enabled: false } }), 1);
    expect((await dueIds(1_219)).sort()).toEqual(all.slice(0, 220));
    expect(await dueIds(999)).toEqual([]);
    await connections.declare(
      'c-000',
      settingsOf({ sync: { policy: 'observe' }, schedule: { everyMinutes: 30 } }),
      2_000,
    );
    for await (const page of connections.due(1_000)) {
      for (const one of page) {
        expect(one).toEqual({ id: 'c-000', dueAt: 1_000, everyMinutes: 30, policy: 'observe' });
      }
    }
  });

  it('spreads over sixteen partitions of the index, and begins with another one as time goes by', async () => {
    const all = Array.from({ length: 160 }, (_, n) => `c-${n}`);
    await Promise.all(all.map((id) => connections.declare(id, settingsOf(), 0)));
    const sizes: number[] = [];
    for await (const page of connections.due(1)) sizes.push(page.length);
    expect(sizes).toHaveLength(16);
    // Ten each where it is even: by chance a few more or less, and never a third of all.
    expect(Math.max(...sizes)).toBeLessThan(30);
    const first = new Set<string>();
    for (let tick = 0; tick < 16; tick += 1) {
      for await (const page of connections.due(tick * 5 * minute)) {
        first.add(page[0]?.id ?? '');
        break;
      }
    }
    expect(first.size).toBe(16);
  });

  it('is left by a connection that switches it off, and joined again at once', async () => {
    await connections.declare('acme', settingsOf(), 1_000);
    const off = settingsOf({ schedule: { enabled: false } });
    expect((await connections.declare('acme', off, 2_000)).record?.dueAt).toBeNull();
    expect(await dueIds(Number.MAX_SAFE_INTEGER)).toEqual([]);
    await connections.learn('acme', { dueAt: 5 });
    expect((await connections.get('acme'))?.dueAt).toBeNull();
    expect((await connections.declare('acme', settingsOf(), 3_000)).record?.dueAt).toBe(3_000);
  });

  it.each([
    ['a shorter interval counts from now', 60, 5, 1_000 + 5 * minute],
    ['a longer one leaves the next run where it is', 60, 600, 1_000 + 60 * minute],
  ])('%s', async (_, before, after, dueAt) => {
    await connections.declare('acme', settingsOf({ schedule: { everyMinutes: before } }), 0);
    expect(await connections.postpone('acme', 0, 1_000 + before * minute)).toBe(true);
    const { record } = await connections.declare(
      'acme',
      settingsOf({ schedule: { everyMinutes: after } }),
      1_000,
    );
    expect(record?.dueAt).toBe(dueAt);
  });

  it('is moved on by one of two ticks', async () => {
    await connections.declare('acme', settingsOf(), 10);
    const moved = await Promise.all([
      connections.postpone('acme', 10, 20),
      connections.postpone('acme', 10, 30),
    ]);
    expect(moved.filter(Boolean)).toHaveLength(1);
  });
});

describe('staleness', () => {
  const hour = 60 * minute;
  const staleAt = async () => (await connections.get('acme'))?.staleAt;
  const off = settingsOf({ schedule: { enabled: false } });
  const every = (everyMinutes: number) => settingsOf({ schedule: { everyMinutes } });

  it('is three intervals and an hour after the last success, or the declaration', async () => {
    await connections.declare('acme', every(60), 0);
    expect(await staleAt()).toBe(4 * hour);
    await connections.learn('acme', { lastSuccessAt: hour, lastPlanId: 'p' });
    expect(await staleAt()).toBe(5 * hour);
    await connections.learn('acme', { lastPlanId: 'q' });
    expect(await connections.get('acme')).toMatchObject({
      staleAt: 5 * hour,
      lastSuccessAt: hour,
      lastPlanId: 'q',
    });
  });

  it('follows a changed interval from the same success', async () => {
    await connections.declare('acme', every(60), 0);
    await connections.learn('acme', { lastSuccessAt: hour });
    await connections.declare('acme', every(120), 3 * hour);
    expect(await staleAt()).toBe(8 * hour);
    await connections.learn('acme', { lastSuccessAt: 4 * hour });
    expect(await staleAt()).toBe(11 * hour);
  });

  it('is nothing to a connection that is off, on its way out, or out; and begins anew with it', async () => {
    await connections.declare('acme', every(60), 0);
    await connections.declare('acme', off, hour);
    expect(await staleAt()).toBeNull();
    await connections.learn('acme', { lastSuccessAt: hour });
    expect(await connections.get('acme')).toMatchObject({ staleAt: null, lastSuccessAt: hour });
    await connections.declare('acme', every(60), 100 * hour);
    expect(await staleAt()).toBe(104 * hour);
    await connections.beginOffboarding('acme', null, 101 * hour);
    expect(await staleAt()).toBeNull();
    await connections.endOffboarding('acme', 102 * hour);
    await connections.declare('acme', every(60), 200 * hour);
    expect(await staleAt()).toBe(204 * hour);
  });

  it('is counted, and the most overdue is named by its success', async () => {
    expect(await connections.staleness(0)).toEqual({ stale: 0, oldestSuccessAt: null });
    const all = Array.from({ length: 40 }, (_, n) => `c-${n}`);
    await Promise.all(all.map((id, n) => connections.declare(id, every(60), n * minute)));
    await connections.declare('weekly', every(7 * 24 * 60), 0);
    await connections.declare('off', off, 0);
    expect(await connections.staleness(4 * hour - 1)).toEqual({ stale: 0, oldestSuccessAt: 0 });
    expect(await connections.staleness(4 * hour + 9 * minute)).toEqual({ stale: 10, oldestSuccessAt: 0 });
    await connections.learn('c-0', { lastSuccessAt: 4 * hour });
    expect(await connections.staleness(4 * hour + 9 * minute)).toEqual({ stale: 9, oldestSuccessAt: minute });
  });
});

describe('the list', () => {
  it.each([
    [0, 2, [[]]],
    [2, 2, [['c0', 'c1']]],
    [3, 2, [['c0', 'c1'], ['c2']]],
    [4, 1, [['c0'], ['c1'], ['c2'], ['c3']]],
  ])('of %i in pages of %i', async (count, limit, pages) => {
    await Promise.all(Array.from({ length: count }, (_, n) => connections.declare(`c${n}`, settingsOf(), n)));
    const seen: string[][] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<ConnectionTable['list']>> = await connections.list({ limit, after });
      seen.push(page.connections.map(({ id }) => id));
      after = page.next;
    } while (after !== null);
    expect(seen).toEqual(pages);
  });
});

describe('a permission', () => {
  it('is lost with a sentence until it is back, and touches nothing else', async () => {
    const { record } = await connections.declare('acme', settingsOf(), 1);
    await connections.permission('acme', 'Edit Unprotected Data is denied.');
    const lost = { ...record, permissionLost: 'Edit Unprotected Data is denied.' };
    expect(await connections.get('acme')).toEqual(lost);
    await connections.permission('acme', null);
    await connections.permission('acme', null);
    expect(await connections.get('acme')).toEqual(record);
  });
});
