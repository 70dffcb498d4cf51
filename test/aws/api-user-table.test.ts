import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiUserTable } from '#aws/api-user-table';
import { type SingleTable, shardOf } from '#aws/single-table';
import type { Purpose } from '#connections/connection';
import type { ApiUserRecord, Attempt } from '#onboarding/api-user';
import { type LocalDynamo, startDynamo } from './local-table.ts';

const day = 24 * 3_600_000;
const t0 = Date.UTC(2026, 10, 24);
const idOf = (digit: string): string => digit.repeat(64);

const attemptOf = (handOffId: string, more: Partial<Attempt> = {}): Attempt => ({
  version: 'v'.repeat(36),
  generation: 1,
  stage: 'awaiting-administrator',
  handOff: { id: handOffId, expiresAt: t0 + day, shownAt: null },
  submittedVersion: null,
  firstRefusedAt: null,
  testAt: null,
  silences: 0,
  report: null,
  detail: '',
  ...more,
});
const recordOf = (more: Partial<ApiUserRecord> = {}): ApiUserRecord => ({
  connectionId: 'acme',
  purpose: 'device-sync',
  state: 'awaiting-administrator',
  attempt: null,
  trustedVersion: null,
  generation: 0,
  trustedAt: null,
  report: null,
  validatedAt: null,
  validateAt: null,
  canaryItemId: null,
  lost: [],
  reachedAt: null,
  replaced: null,
  rotateAt: null,
  dueAt: null,
  outbox: [],
  createdAt: t0,
  updatedAt: t0,
  revision: 0,
  ...more,
});

let dynamo: LocalDynamo;
let table: SingleTable;
let users: ApiUserTable;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());
beforeEach(async () => {
  table = await dynamo.newTable();
  users = new ApiUserTable(table);
});

const itemAt = async (pk: string, sk: string) =>
  (await table.client.send(new GetCommand({ TableName: table.tableName, Key: { pk, sk } }))).Item;
const garble = (sk: Purpose, record: string) =>
  table.client.send(
    new PutCommand({
      TableName: table.tableName,
      Item: {
        pk: 'api-users#acme',
        sk,
        shardId: shardOf('api-user', 'acme'),
        connectionId: 'acme',
        purpose: sk,
        dueAt: t0,
        revision: 1,
        record,
      },
    }),
  );
async function saved(record: ApiUserRecord): Promise<ApiUserRecord> {
  const answer = await users.save(record);
  if (answer === null) throw new Error('somebody else was quicker');
  return answer;
}
async function duePages(now: number) {
  const pages: Array<ReadonlyArray<Pick<ApiUserRecord, 'connectionId' | 'purpose' | 'dueAt'>>> = [];
  for await (const page of users.due(now)) pages.push(page);
  return pages;
}

describe('saving', () => {
  it('gives back what was saved, one revision higher', async () => {
    const record = recordOf({
      attempt: attemptOf(idOf('a'), { detail: 'Ünïcode “quotes” 🍏' }),
      lost: ['items-query'],
      dueAt: t0 + 1,
      outbox: [
        {
          type: 'Rotation Due',
          detail: {
            connectionId: 'acme',
            purpose: 'device-sync',
            generation: 1,
            expiresAt: '2026-11-24T00:00:00Z',
          },
        },
      ],
    });
    expect(await users.get('acme', 'device-sync')).toBeNull();
    const first = await users.save(record);
    expect(first).toEqual({ ...record, revision: 1 });
    expect(await users.get('acme', 'device-sync')).toEqual(first);
    const second = await users.save({ ...first!, state: 'verifying', dueAt: null });
    expect(second).toMatchObject({ revision: 2, state: 'verifying' });
    expect(await users.get('acme', 'device-sync')).toEqual(second);
  });

  it.each<[string, number]>([
    ['that is new, where there is one', 0],
    ['read before another was written', 1],
    ['of the future', 3],
  ])('writes no record %s', async (_, revision) => {
    const stored = await saved(await saved(recordOf()));
    expect(await users.save(recordOf({ revision, state: 'refused' }))).toBeNull();
    expect(await users.get('acme', 'device-sync')).toEqual(stored);
  });

  it('writes no record of a revision where nothing is stored', async () => {
    expect(await users.save(recordOf({ revision: 1 }))).toBeNull();
    expect(await users.get('acme', 'device-sync')).toBeNull();
  });

  it.each([0, 1])('lets one of many at once through, from revision %i', async (revision) => {
    if (revision === 1) await users.save(recordOf());
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => users.save(recordOf({ revision, generation: n }))),
    );
    const written = answers.filter((answer) => answer !== null);
    expect(written).toHaveLength(1);
    expect(await users.get('acme', 'device-sync')).toEqual(written[0]);
  });
});

describe('the list', () => {
  it.each<[Purpose[], Purpose[]]>([
    [[], []],
    [['addigy'], ['addigy']],
    [
      ['addigy', 'device-sync'],
      ['device-sync', 'addigy'],
    ],
  ])('of %j is %j', async (stored, listed) => {
    await users.save(recordOf({ connectionId: 'acme-2' }));
    for (const purpose of stored) await users.save(recordOf({ purpose }));
    expect((await users.list('acme')).map(({ purpose }) => purpose)).toEqual(listed);
  });
});

describe('by the hand-off', () => {
  it('finds the record whose last pass has this link', async () => {
    const record = await saved(recordOf({ purpose: 'addigy', attempt: attemptOf(idOf('a')) }));
    expect(await users.byHandOff(idOf('a'))).toEqual(record);
  });

  it('stores nothing but whose link it is, until 30 days after it has expired', async () => {
    await users.save(recordOf({ attempt: attemptOf(idOf('a')) }));
    expect(await itemAt(`hand-off#${idOf('a')}`, 'hand-off')).toEqual({
      pk: `hand-off#${idOf('a')}`,
      sk: 'hand-off',
      connectionId: 'acme',
      purpose: 'device-sync',
      expiresAt: (t0 + 31 * day) / 1000,
    });
  });

  it.each([
    ['is not made', idOf('b')],
    ['a later one has replaced', idOf('a')],
    ['is no digest', 'a'],
    ['is too long for a key', 'a'.repeat(5_000)],
    ['is empty', ''],
    ['names another item', `${idOf('c')}#acme`],
  ])('finds none that %s', async (_, id) => {
    const first = await saved(recordOf({ attempt: attemptOf(idOf('a')) }));
    await users.save({ ...first, attempt: attemptOf(idOf('c')) });
    expect(await users.byHandOff(id)).toBeNull();
    expect(await users.byHandOff(idOf('c'))).not.toBeNull();
  });

  it('finds none of a record that was never written', async () => {
    const stored = await saved(recordOf({ attempt: attemptOf(idOf('a')) }));
    expect(await users.save(recordOf({ attempt: attemptOf(idOf('b')) }))).toBeNull();
    expect(await users.byHandOff(idOf('b'))).toBeNull();
    expect(await users.byHandOff(idOf('a'))).toEqual(stored);
  });

  it('lets the link live longer, and never shorter', async () => {
    const at = (expiresAt: number) =>
      attemptOf(idOf('a'), { handOff: { id: idOf('a'), expiresAt, shownAt: null } });
    const expiries: unknown[] = [];
    let record = recordOf();
    for (const expiresAt of [t0, t0 + day, t0]) {
      record = await saved({ ...record, attempt: at(expiresAt) });
      expiries.push((await itemAt(`hand-off#${idOf('a')}`, 'hand-off'))?.expiresAt);
    }
    expect(expiries).toEqual([t0 + 30 * day, t0 + 31 * day, t0 + 31 * day].map((ms) => ms / 1000));
  });
});

describe('what is due', () => {
  it('comes page by page, in each the longest waiting first', async () => {
    const ids = Array.from({ length: 130 }, (_, n) => `c-${String(n).padStart(3, '0')}`);
    await Promise.all(ids.map((connectionId, n) => users.save(recordOf({ connectionId, dueAt: t0 + n }))));
    await users.save(recordOf({ connectionId: 'never', dueAt: null }));
    const pages = await duePages(t0 + 119);
    for (const page of pages)
      expect(page.map(({ dueAt }) => dueAt)).toEqual(page.map(({ dueAt }) => dueAt).sort());
    const found = pages.flat().sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0));
    expect(found.map(({ connectionId }) => connectionId)).toEqual(ids.slice(0, 120));
    expect(pages.filter((page) => page.length > 0).length).toBeGreaterThan(1);
    expect(found[1]).toEqual({ connectionId: 'c-001', purpose: 'device-sync', dueAt: t0 + 1 });
    expect((await duePages(t0 - 1)).flat()).toEqual([]);
  });

  it('is no longer what was saved without a date', async () => {
    const record = await saved(recordOf({ dueAt: t0 }));
    await users.save({ ...record, dueAt: null });
    expect((await duePages(t0)).flat()).toEqual([]);
  });

  it('is apart from the connections that are due', async () => {
    await table.client.send(
      new PutCommand({
        TableName: table.tableName,
        Item: { pk: 'connections', sk: 'acme', shardId: 'connection#0', dueAt: t0 },
      }),
    );
    expect((await duePages(t0)).flat()).toEqual([]);
  });
});

describe('a stored record that cannot be read', () => {
  it.each([
    ['no JSON', 'hunter2'],
    ['something else', '"hunter2"'],
    ['a state that we do not know', JSON.stringify({ ...recordOf(), state: 'hunter2' })],
  ])('%s: is said by its key when it is asked for, and is due as any other', async (_, text) => {
    await garble('device-sync', text);
    await users.save(recordOf({ purpose: 'addigy', dueAt: t0 }));
    const error = await users.get('acme', 'device-sync').catch((caught: unknown) => caught);
    expect(String(error)).toContain('api-users#acme device-sync');
    expect(String(error)).not.toContain('hunter2');
    expect((await duePages(t0)).flat()).toHaveLength(2);
    expect(await users.get('acme', 'addigy')).not.toBeNull();
  });
});
