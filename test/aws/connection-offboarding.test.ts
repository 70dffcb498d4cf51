import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionTable } from '#aws/connection-table';
import { connectionSchema } from '#connections/connection';
import { type LocalDynamo, startDynamo } from './local-table.ts';

const settingsOf = (more: object = {}) => connectionSchema.parse({ name: 'Acme', ...more });
const off = { schedule: { enabled: false } };

let dynamo: LocalDynamo;
let connections: ConnectionTable;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());
beforeEach(async () => {
  connections = new ConnectionTable(await dynamo.newTable());
  await connections.declare('acme', settingsOf(), 1);
});

const offboardingOf = async () => (await connections.get('acme'))?.offboarding;
async function dueIds(): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of connections.due(Number.MAX_SAFE_INTEGER)) ids.push(...page.map(({ id }) => id));
  return ids;
}

describe('on its way out', () => {
  it('stops the schedule, whatever a run or a tick says that is still going', async () => {
    expect(await dueIds()).toEqual(['acme']);
    expect(await connections.beginOffboarding('acme', null, 10)).toBe(true);
    expect(await connections.postpone('acme', 1, 2)).toBe(false);
    await connections.learn('acme', { dueAt: 3, lastSuccessAt: 4 });
    expect(await dueIds()).toEqual([]);
    expect(await connections.get('acme')).toMatchObject({
      dueAt: null,
      lastSuccessAt: 4,
      offboarding: { since: 10, runId: null, doneAt: null },
      updatedAt: 10,
    });
  });

  it.each<[string, string | null, string | null]>([
    ['another run', 'one', 'two'],
    ['a run after none', null, 'two'],
    ['no run any more', 'one', null],
  ])('takes %s, and stays as old as it is', async (_, first, second) => {
    await connections.beginOffboarding('acme', first, 10);
    expect(await offboardingOf()).toEqual({ since: 10, runId: first, doneAt: null });
    expect(await connections.beginOffboarding('acme', second, 20)).toBe(true);
    expect(await offboardingOf()).toEqual({ since: 10, runId: second, doneAt: null });
  });

  it.each([
    ['the same', {}],
    ['other', { name: 'New' }],
  ])('is not declared again, with %s settings', async (_, more) => {
    await connections.beginOffboarding('acme', 'run', 10);
    const before = await connections.get('acme');
    expect(await connections.declare('acme', settingsOf(more), 20)).toEqual({
      kind: 'offboarding',
      record: before,
    });
    expect(await connections.get('acme')).toEqual(before);
  });

  it('is told apart from a PUT at the same moment: one of both comes first', async () => {
    const [declared, begun] = await Promise.all([
      connections.declare('acme', settingsOf({ name: 'New' }), 10),
      connections.beginOffboarding('acme', null, 10),
    ]);
    expect(begun).toBe(true);
    const record = await connections.get('acme');
    expect(record).toMatchObject({ dueAt: null, offboarding: { doneAt: null } });
    expect(record?.settings.name).toBe(declared.kind === 'declared' ? 'New' : 'Acme');
  });
});

describe('out', () => {
  async function offboard(): Promise<void> {
    await connections.trust(
      'acme',
      'deviceSync',
      { version: 'v1', zone: { name: 'Z', url: 'https://z', foundAt: 1 } },
      2,
    );
    await connections.trust('acme', 'addigyKey', { version: 'k1', organizationId: 'org' }, 3);
    await connections.permission('acme', 'lost');
    await connections.learn('acme', { lastPlanId: 'plan', lastSuccessAt: 4 });
    await connections.beginOffboarding('acme', 'run', 10);
    expect(await connections.endOffboarding('acme', 20)).toBe(true);
  }

  it('forgets what its credentials taught and keeps settings and history', async () => {
    await offboard();
    expect(await connections.get('acme')).toEqual({
      id: 'acme',
      declaration: { revision: 1, at: 1, by: null },
      settings: settingsOf(),
      credentials: { deviceSync: 'missing', addigyKey: 'missing' },
      refusedVersions: { deviceSync: null, addigyKey: null },
      zone: null,
      organizationId: null,
      dueAt: null,
      staleAt: null,
      lastRun: null,
      lastSuccessAt: 4,
      lastPlanId: 'plan',
      addigyBlockedUntil: null,
      unanswered: new Map(),
      permissionLost: null,
      offboarding: { since: 10, runId: 'run', doneAt: 20 },
      createdAt: 1,
      updatedAt: 20,
    });
  });

  it('stays missing where a refusal of the old credentials comes late', async () => {
    await offboard();
    await connections.refuse('acme', 'deviceSync', 'v1');
    await connections.refuse('acme', 'addigyKey', 'k1');
    expect((await connections.get('acme'))?.credentials).toEqual({
      deviceSync: 'missing',
      addigyKey: 'missing',
    });
  });

  it('changes nothing when it is begun or ended again', async () => {
    await offboard();
    const before = await connections.get('acme');
    expect(await connections.beginOffboarding('acme', 'other', 30)).toBe(true);
    expect(await connections.endOffboarding('acme', 40)).toBe(true);
    expect(await connections.get('acme')).toEqual(before);
  });

  it('does not end what was never begun', async () => {
    const before = await connections.get('acme');
    expect(await connections.endOffboarding('acme', 20)).toBe(false);
    expect(await connections.get('acme')).toEqual(before);
  });

  it.each([
    ['the same settings', {}, 30],
    ['other settings', { name: 'New' }, 30],
    ['the schedule off', off, null],
  ])('starts anew when it is declared with %s', async (_, more, dueAt) => {
    await offboard();
    const { kind, record } = await connections.declare('acme', settingsOf(more), 30);
    expect(kind).toBe('declared');
    expect(record).toMatchObject({
      settings: settingsOf(more),
      offboarding: null,
      dueAt,
      lastPlanId: 'plan',
      createdAt: 1,
      updatedAt: 30,
    });
    expect(await connections.endOffboarding('acme', 40)).toBe(false);
    expect(await connections.get('acme')).toEqual(record);
  });
});
