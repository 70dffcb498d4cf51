import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApiUserRecord } from '#onboarding/api-user';
import { newApiUser } from '#onboarding/new-api-user';
import { type OffboardingWish, offboardConnection } from '#runs/offboard-connection';
import type { BusEvent } from '#runs/ports';
import { requestRun } from '#runs/request-run';
import { runLeg } from '#runs/run-leg';
import { runIdAt } from '#runs/run-record';
import { type SyncRequest, syncRequestSchema } from '#runs/sync-request';
import { type LocalDynamo, startDynamo } from '../aws/local-table.ts';
import { InMemoryItems, portError } from '../sync/in-memory-items.ts';
import { aCompany, aPolicy } from '../sync/run-world.ts';
import { item } from '../sync/sample-plan-input.ts';
import { settingsOf, t0, worldOn } from './world.ts';

let dynamo: LocalDynamo;
let set: ReturnType<typeof worldOn>;
let items: InMemoryItems;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());
beforeEach(async () => {
  set = worldOn(await dynamo.newTable());
  items = estate(3);
  set.control.policies = async () => [aPolicy(10)];
});

function estate(count: number): InMemoryItems {
  const made = Array.from({ length: count }, (_, n) => item(n + 1, { mark: `a${n}` }));
  const directory = new InMemoryItems({ items: made, companies: [aCompany(10)] });
  set.control.directory = directory;
  return directory;
}

const never = new AbortController().signal;
const wish: OffboardingWish = { apply: false, planId: null, limit: null, keepItems: false };
const offboard = (more: Partial<OffboardingWish> = {}) => {
  // Ids of runs are unique by their millisecond.
  set.control.now += 1_000;
  return offboardConnection('acme', { ...wish, ...more }, set.world);
};
const asked = (): SyncRequest => {
  const event = set.events.filter(({ type }) => type === 'Device Sync Requested').at(-1);
  return syncRequestSchema.parse(event?.detail);
};
const leg = (request = asked()) => runLeg(request, set.world, never);
const connection = async () => {
  const found = await set.world.connections.get('acme');
  if (found === null) throw new Error('no connection');
  return found;
};
const runOf = async (runId: string) => {
  const run = await set.world.runs.get('acme', runId);
  if (run === null) throw new Error('no run');
  return run;
};
const isActive = () => [...items.items.values()].filter(({ active }) => active).map(({ id }) => id);
const offboardedEvents = () => set.events.filter(({ type }) => type === 'Connection Offboarded');
const isFree = async () => {
  const probe = { runId: 'x', state: 'running' as const, token: 'probe', until: t0, now: set.control.now };
  const { taken } = await set.world.leases.take('acme', probe);
  if (taken) await set.world.leases.release('acme', 'probe');
  return taken;
};

/** A connection that has synced once. */
async function synced(more: object = {}): Promise<void> {
  await set.ready('acme', settingsOf(more));
  await leg({
    connectionId: 'acme',
    runId: runIdAt(t0, 'tick00'),
    trigger: 'schedule',
    purpose: 'sync',
    apply: true,
    planId: null,
    leg: 1,
  });
}

async function withUsers(...users: ReadonlyArray<Partial<ApiUserRecord>>): Promise<void> {
  for (const user of users) {
    const record = { ...newApiUser('acme', user.purpose ?? 'device-sync', t0), ...user };
    expect(await set.world.apiUsers.save(record)).not.toBeNull();
  }
}

const trusted = { state: 'trusted', trustedVersion: 'v1', generation: 1, dueAt: 5 } as const;
const attemptOf = (generation: number): ApiUserRecord['attempt'] => ({
  version: 'v2',
  generation,
  stage: 'awaiting-administrator',
  handOff: { id: 'ab'.repeat(32), expiresAt: t0 + 1e9, shownAt: null },
  submittedVersion: null,
  firstRefusedAt: null,
  testAt: null,
  silences: 0,
  report: null,
  detail: '',
});

describe('offboarding a connection', () => {
  it('looks first, then does what was reviewed, and is finished by the run that leaves nothing', async () => {
    await synced();
    await withUsers(trusted);
    await set.world.missing.save('acme', [[1, 2]]);
    const looked = await offboard();
    const looking = asked();
    expect(looked).toMatchObject({
      kind: 'offboarding',
      run: { runId: looking.runId, purpose: 'offboarding' },
    });
    expect(looking).toMatchObject({ trigger: 'request', purpose: 'offboarding', apply: false, leg: 1 });
    expect(await connection()).toMatchObject({
      dueAt: null,
      offboarding: { since: set.control.now, runId: looking.runId, doneAt: null },
    });
    expect(await leg()).toBe('ended');
    const { planId } = await runOf(looking.runId);
    expect(await runOf(looking.runId)).toMatchObject({ status: 'succeeded', counts: { deactivate: 3 } });
    expect(isActive()).toEqual([1, 2, 3]);
    expect(offboardedEvents()).toEqual([]);

    expect(await offboard({ apply: true, planId })).toMatchObject({
      kind: 'offboarding',
      run: { apply: true },
    });
    expect(await leg()).toBe('ended');
    expect(await runOf(asked().runId)).toMatchObject({ status: 'succeeded', counts: { applied: 3 } });
    expect(isActive()).toEqual([]);
    expect(set.opened.filter((one) => 'readOnly' in one).slice(1)).toEqual([
      { readOnly: true },
      { readOnly: false },
    ]);
    expect(set.forgotten).toEqual(['acme']);
    expect(await set.world.missing.load('acme')).toEqual(new Map());
    expect(await connection()).toMatchObject({
      credentials: { deviceSync: 'missing', addigyKey: 'missing' },
      offboarding: { doneAt: set.control.now },
    });
    expect(offboardedEvents()).toEqual([
      { type: 'Connection Offboarded', detail: { connectionId: 'acme', deactivate: ['device-sync'] } },
    ]);
    expect(await isFree()).toBe(true);

    const again = await offboard();
    expect(again).toMatchObject({
      kind: 'offboarded',
      deactivate: [{ purpose: 'device-sync', firstName: 'Device Sync', lastName: 'acme 1' }],
    });
    expect(offboardedEvents()).toHaveLength(1);
    const page = { limit: 10, before: null, oldest: '' };
    expect((await set.world.runs.list('acme', page)).runs).toHaveLength(3);
  });

  it('writes though the policy only observes', async () => {
    await synced({ sync: { policy: 'observe' } });
    const { lastSuccessAt } = await connection();
    await offboard({ apply: true });
    await leg();
    expect(isActive()).toEqual([]);
    const after = await connection();
    expect(after.offboarding?.doneAt).not.toBeNull();
    expect(after).toMatchObject({ lastRun: { runId: asked().runId, status: 'succeeded' }, lastSuccessAt });
  });

  it('does not know one that is not there', async () => {
    expect(await offboard()).toEqual({ kind: 'unknown' });
    expect(set.events).toEqual([]);
  });

  it('that ran, and whose API user was refused, stays until it is said what becomes of its items', async () => {
    await synced();
    await set.world.connections.refuse('acme', 'deviceSync', 'user-1');
    expect(await offboard()).toEqual({ kind: 'credentials-missing' });
    expect((await connection()).offboarding).toBeNull();
    expect(set.forgotten).toEqual([]);
    expect(await offboard({ keepItems: true })).toMatchObject({ kind: 'offboarded' });
  });

  it.each<[string, () => Promise<void>, Partial<OffboardingWish>]>([
    ['was never run', async () => void (await set.ready()), {}],
    [
      'has no credentials',
      async () => void (await set.world.connections.declare('acme', settingsOf(), t0)),
      {},
    ],
    ['is to keep its items', () => synced(), { keepItems: true }],
    [
      'is to keep its items after all',
      async () => {
        await synced();
        await offboard();
        await leg();
      },
      { keepItems: true },
    ],
  ])('that %s is out of service at once, and nothing is touched', async (_, prepare, more) => {
    await prepare();
    const before = set.events.filter(({ type }) => type === 'Device Sync Requested').length;
    expect(await offboard(more)).toEqual({ kind: 'offboarded', deactivate: [] });
    expect(set.events.filter(({ type }) => type === 'Device Sync Requested')).toHaveLength(before);
    expect(items.writes).toEqual([]);
    expect(set.forgotten).toEqual(['acme']);
    expect((await connection()).offboarding?.doneAt).toBe(set.control.now);
    expect(offboardedEvents()).toHaveLength(1);
    expect(await isFree()).toBe(true);
  });

  it('that was only ever killed in its first run may own something: it is looked for', async () => {
    const record = await set.ready();
    await requestRun(record, { apply: true, planId: null }, set.world);
    set.control.now += 3_600_000;
    expect(await offboard()).toMatchObject({ kind: 'offboarding' });
  });
});

describe('a run that is going', () => {
  it('of an ordinary sync is waited for: nothing is changed', async () => {
    await synced();
    const before = await connection();
    const sync = await requestRun(before, { apply: true, planId: null }, set.world);
    const runId = sync.kind === 'queued' ? sync.run.runId : '';
    for (const more of [{}, { apply: true }, { keepItems: true }]) {
      expect(await offboard(more)).toEqual({ kind: 'run-in-progress', runId });
    }
    expect(await connection()).toEqual(before);
  });

  it('of the same wish is answered with, and of another is waited for', async () => {
    await synced();
    await offboard();
    const { runId } = asked();
    const requested = set.events.length;
    expect(await offboard()).toMatchObject({ kind: 'offboarding', run: { runId } });
    for (const more of [{ apply: true }, { limit: 100 }, { keepItems: true }]) {
      expect(await offboard(more)).toEqual({ kind: 'run-in-progress', runId });
    }
    expect(set.events).toHaveLength(requested);
    expect((await connection()).offboarding?.runId).toBe(runId);
  });

  it.each([
    ['that keeps the items', { keepItems: true }, 'offboarded'],
    ['that looks first', {}, 'offboarding'],
  ] as const)(
    'and has ended is in nobody’s way while its end is told: an offboarding %s',
    async (_, more, kind) => {
      await synced();
      await requestRun(await connection(), { apply: true, planId: null }, set.world);
      const { publish } = set.control;
      const answers: unknown[] = [];
      set.control.publish = async (events) => {
        if (events.some(({ type }) => type === 'Device Sync Finished')) {
          set.control.publish = publish;
          answers.push(await offboard(more));
        }
        return publish(events);
      };
      expect(await leg()).toBe('ended');
      expect(answers).toMatchObject([{ kind }]);
      // Who came after still has the place, or has given it back.
      expect(await isFree()).toBe(kind === 'offboarded');
    },
  );

  it('that went silent gives its place to the next call', async () => {
    await synced();
    await offboard();
    const { runId } = asked();
    set.control.now += 3_600_000;
    expect(await offboard()).toMatchObject({ kind: 'offboarding' });
    expect(asked().runId).not.toBe(runId);
    expect(await runOf(runId)).toMatchObject({ status: 'failed', reason: 'lease-lost' });
    await leg();
    expect(await leg({ ...asked(), runId })).toBe('dropped');
  });

  it('that could not be announced is over, and can be asked for again', async () => {
    await synced();
    const { publish } = set.control;
    set.control.publish = () => Promise.reject(new Error('down'));
    await expect(offboard()).rejects.toThrow('down');
    set.control.publish = publish;
    expect(await offboard()).toMatchObject({ kind: 'offboarding' });
  });
});

describe('what is left by a run', () => {
  it('by the usual limit is let go by a limit of 100, in the plan that is reviewed as in the one that is applied', async () => {
    items = estate(12);
    await synced();
    await offboard({ apply: true });
    await leg();
    const held = await runOf(asked().runId);
    expect(held).toMatchObject({ status: 'succeeded', counts: { applied: 0, held: { safety: 12 } } });
    expect(held.notes.join()).toContain('limit=100');
    expect((await connection()).offboarding?.doneAt).toBeNull();
    expect(set.forgotten).toEqual([]);

    await offboard({ limit: 100 });
    await leg();
    const reviewed = await runOf(asked().runId);
    expect(reviewed).toMatchObject({ deactivationsPercent: 100, counts: { deactivate: 12 } });
    await offboard({ apply: true, planId: reviewed.planId });
    await leg();
    expect(await runOf(asked().runId)).toMatchObject({ status: 'held', reason: 'plan-changed' });
    await offboard({ apply: true, planId: reviewed.planId, limit: 100 });
    await leg();
    expect(isActive()).toEqual([]);
    expect((await connection()).offboarding?.doneAt).not.toBeNull();
  });

  it('because Autotask refused it is tried again by the next', async () => {
    await synced();
    items.beforeWrite = (write) => {
      if (write.kind === 'update' && write.id === 2) throw portError('refused', 'No.');
    };
    await offboard({ apply: true });
    await leg();
    expect((await connection()).offboarding?.doneAt).toBeNull();
    items.beforeWrite = () => {};
    await offboard({ apply: true });
    await leg();
    expect(isActive()).toEqual([]);
    expect((await connection()).offboarding?.doneAt).not.toBeNull();
  });

  it('as foreign is not waited for', async () => {
    await synced();
    items.items.set(9, item(9, { mark: 'b', companyId: 77 }));
    await set.world.connections.refuse('acme', 'addigyKey', 'key-1');
    await offboard({ apply: true });
    await leg();
    const run = await runOf(asked().runId);
    expect(run).toMatchObject({ status: 'succeeded', counts: { deactivate: 0, held: { foreign: 4 } } });
    expect(run.notes[0]).toContain("Addigy's policies are not known");
    expect((await connection()).offboarding?.doneAt).not.toBeNull();
  });

  it('after a deadline is done by further legs', async () => {
    items = estate(8);
    await synced({ sync: { policy: 'sync', limits: { deactivations: { percent: 100, atLeast: 0 } } } });
    const cut = new AbortController();
    items.afterWrite = () => cut.abort();
    await offboard({ apply: true });
    expect(await runLeg(asked(), set.world, cut.signal)).toBe('goes-on');
    expect((await connection()).offboarding?.doneAt).toBeNull();
    items.afterWrite = () => {};
    expect(asked()).toMatchObject({ purpose: 'offboarding', apply: true, leg: 2 });
    expect(await leg()).toBe('ended');
    expect(isActive()).toEqual([]);
    expect(await runOf(asked().runId)).toMatchObject({ counts: { deactivate: 8, applied: 8, pending: 0 } });
    expect((await connection()).offboarding?.doneAt).not.toBeNull();
  });
});

describe('the credentials of an offboarding run', () => {
  it.each<[string, () => Promise<void>, object]>([
    [
      'an API user that is refused meanwhile stops it',
      async () => set.world.connections.refuse('acme', 'deviceSync', 'user-1'),
      { status: 'held', reason: 'credentials-missing' },
    ],
    [
      'an API user that the vault has no more stops it',
      async () => void Object.assign(set.control, { user: null }),
      { status: 'held', reason: 'credentials-missing' },
    ],
    [
      'a key that Addigy has locked stops it, since the lock ends',
      async () => set.world.connections.learn('acme', { addigyBlockedUntil: t0 + 1e9 }),
      { status: 'held', reason: 'addigy-blocked' },
    ],
    [
      'a lock of a key that is refused anyway does not',
      async () => {
        await set.world.connections.learn('acme', { addigyBlockedUntil: t0 + 1e9 });
        await set.world.connections.refuse('acme', 'addigyKey', 'key-1');
      },
      { status: 'succeeded' },
    ],
    [
      'a key that the vault has no more does not',
      async () => void Object.assign(set.control, { key: null }),
      { status: 'succeeded' },
    ],
    [
      'an unknown zone stops it',
      async () => {
        const id = 'acme';
        await set.world.connections.learn(id, { zone: { name: 'Z', url: 'https://z/', foundAt: 0 } });
        set.control.zone = () => Promise.reject(portError('unauthorised', 'No such user.'));
      },
      { status: 'held', reason: 'credentials-refused' },
    ],
  ])('%s', async (_, prepare, ending) => {
    await synced();
    await offboard();
    await prepare();
    await leg();
    expect(await runOf(asked().runId)).toMatchObject(ending);
    expect(items.writes).toEqual([]);
  });

  it('that Addigy refuses are not tried a second time, and the run goes on without', async () => {
    await synced();
    let tried = 0;
    set.control.policies = () => {
      tried += 1;
      return Promise.reject(portError('unauthorised', 'No.'));
    };
    await offboard();
    await leg();
    expect(await runOf(asked().runId)).toMatchObject({ status: 'succeeded' });
    expect(await connection()).toMatchObject({
      credentials: { addigyKey: 'refused' },
      refusedVersions: { addigyKey: 'key-1' },
    });
    await offboard();
    await leg();
    expect(tried).toBe(1);
  });
});

describe('finishing', () => {
  const failures: ReadonlyArray<[string, () => () => void]> = [
    [
      'the secrets',
      () => {
        const { forgetSecrets } = set.world;
        Object.assign(set.world, { forgetSecrets: () => Promise.reject(new Error('died')) });
        return () => void Object.assign(set.world, { forgetSecrets });
      },
    ],
    [
      'the event',
      () => {
        const { publish } = set.control;
        set.control.publish = async (events: readonly BusEvent[]) => {
          if (events.some(({ type }) => type === 'Connection Offboarded')) throw new Error('died');
          await publish(events);
        };
        return () => void Object.assign(set.control, { publish });
      },
    ],
    [
      'its last word',
      () => {
        const { endOffboarding } = set.world.connections;
        set.world.connections.endOffboarding = () => Promise.reject(new Error('died'));
        return () => void Object.assign(set.world.connections, { endOffboarding });
      },
    ],
  ];
  const others: ReadonlyArray<[string, () => Promise<unknown>]> = [
    ['the message that comes again', () => leg()],
    ['the next call, whatever it wishes', () => offboard({ apply: true })],
  ];
  const both = failures.flatMap(([what, fail]) =>
    others.map(([who, finish]) => [what, who, fail, finish] as const),
  );

  it.each(both)('that died at %s is made good by %s', async (_what, _who, fail, finish) => {
    await synced();
    await withUsers(trusted);
    await offboard({ apply: true });
    const mend = fail();
    await expect(leg()).rejects.toThrow('died');
    expect((await connection()).offboarding?.doneAt).toBeNull();
    mend();
    const writes = items.writes.length;
    await finish();
    expect((await connection()).offboarding?.doneAt).not.toBeNull();
    expect(offboardedEvents().at(-1)).toMatchObject({ detail: { deactivate: ['device-sync'] } });
    expect(set.forgotten.at(-1)).toBe('acme');
    expect(items.writes).toHaveLength(writes);
    expect(await isFree()).toBe(true);
  });

  it.each<[string, ReadonlyArray<Partial<ApiUserRecord>>, ReadonlyArray<[string, string, RegExp]>]>([
    ['none', [], []],
    ['a trusted user', [trusted], [['Device Sync', 'acme 1', /clear Active/u]]],
    [
      'one of each purpose',
      [trusted, { ...trusted, purpose: 'addigy', generation: 3 }],
      [
        ['Device Sync', 'acme 1', /clear Active/u],
        ['Addigy', 'acme 3', /Addigy's Autotask integration/u],
      ],
    ],
    [
      'one that was asked for',
      [{ state: 'awaiting-administrator', attempt: attemptOf(1) }],
      [['Device Sync', 'acme 1', /may not have been made/u]],
    ],
    [
      'one that is being replaced',
      [{ ...trusted, state: 'rotating', attempt: attemptOf(2) }],
      [
        ['Device Sync', 'acme 2', /clear Active/u],
        ['Device Sync', 'acme 1', /clear Active/u],
      ],
    ],
    [
      'one that was replaced and never seen out of use',
      [{ ...trusted, generation: 2, replaced: { generation: 1, version: 'v', retiredAt: null } }],
      [
        ['Device Sync', 'acme 2', /clear Active/u],
        ['Device Sync', 'acme 1', /clear Active/u],
      ],
    ],
    [
      'one that was replaced and is out of use',
      [{ ...trusted, generation: 2, replaced: { generation: 1, version: null, retiredAt: 7 } }],
      [['Device Sync', 'acme 2', /clear Active/u]],
    ],
  ])('tells which users to deactivate, twice the same: %s', async (_, users, told) => {
    await synced();
    await withUsers(...users);
    const first = await offboard({ keepItems: true });
    expect(first).toEqual({
      kind: 'offboarded',
      deactivate: told.map(([firstName, lastName, says]) => ({
        purpose: firstName === 'Addigy' ? 'addigy' : 'device-sync',
        firstName,
        lastName,
        says: expect.stringMatching(says),
      })),
    });
    expect(await offboard()).toEqual(first);
    for (const { state, attempt, dueAt, outbox } of await set.world.apiUsers.list('acme')) {
      expect({ state, attempt, dueAt, outbox }).toEqual({
        state: 'offboarded',
        attempt: null,
        dueAt: null,
        outbox: [],
      });
    }
  });

  it('goes on where somebody else changes the API user at the same moment', async () => {
    await synced();
    await withUsers(trusted);
    const { apiUsers } = set.world;
    const { get } = apiUsers;
    let once = true;
    apiUsers.get = async (...of) => {
      const found = await get.apply(apiUsers, of);
      if (once && found !== null) {
        once = false;
        await apiUsers.save({ ...found, generation: 2 });
      }
      return found;
    };
    expect(await offboard({ keepItems: true })).toMatchObject({ deactivate: [{ lastName: 'acme 2' }] });
  });
});

const tick = (purpose: SyncRequest['purpose']): SyncRequest => ({
  connectionId: 'acme',
  runId: runIdAt(t0 + 5_000_000, 'late00'),
  trigger: 'request',
  purpose,
  apply: true,
  planId: null,
  leg: 1,
});

describe('other runs of a connection on its way out', () => {
  it('are not asked for', async () => {
    await synced();
    await offboard();
    await leg();
    const answer = await requestRun(await connection(), { apply: true, planId: null }, set.world);
    expect(answer).toEqual({ kind: 'offboarding-in-progress' });
  });

  it.each<[string, SyncRequest['purpose'], () => Promise<unknown>]>([
    ['a sync of one on its way out', 'sync', () => offboard()],
    ['a sync of one that is out', 'sync', () => offboard({ keepItems: true })],
    ['an offboarding of one that is out', 'offboarding', () => offboard({ keepItems: true })],
    [
      'an offboarding of one that was declared again',
      'offboarding',
      async () => {
        await offboard({ keepItems: true });
        await set.ready();
      },
    ],
  ])('%s is dropped', async (_, purpose, prepare) => {
    await synced();
    await prepare();
    const syncs = set.asked.length;
    expect(await leg(tick(purpose))).toBe('dropped');
    expect(await set.world.runs.get('acme', tick(purpose).runId)).toBeNull();
    expect(items.writes).toEqual([]);
    expect(set.asked).toHaveLength(syncs);
  });

  it('and one that was queued in the last moment is ended', async () => {
    await synced();
    const before = await connection();
    await offboard({ keepItems: true });
    const answer = await requestRun(before, { apply: true, planId: null }, set.world);
    expect(answer.kind).toBe('queued');
    expect(await leg()).toBe('dropped');
    expect(await runOf(asked().runId)).toMatchObject({ status: 'failed' });
  });
});

it('a message from before there was a purpose is of a sync', () => {
  const { purpose: _, ...old } = tick('offboarding');
  expect(syncRequestSchema.parse(old)).toEqual({ ...old, purpose: 'sync' });
});
