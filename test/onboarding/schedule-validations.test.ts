/** One tick after another: who is due is asked for, once, and what was not announced is. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApiUserRecord, ApiUserStore } from '#onboarding/api-user';
import { lookAgain } from '#onboarding/look-again';
import { newApiUser } from '#onboarding/new-api-user';
import { scheduleValidations } from '#onboarding/schedule-validations';
import { takeCredentials } from '#onboarding/take-credentials';
import { customIdentifier, type OnboardingTestWorld, startOnboardingWorld } from './onboarding-world.ts';

let t: OnboardingTestWorld;
beforeAll(async () => {
  t = await startOnboardingWorld();
});
afterAll(() => t.close());
beforeEach(() => {
  // Whoever an earlier test left is not due for a century.
  t.clock.now = Date.UTC(2026, 10, 24, 9);
});

const day = 86_400_000;
const told = () => t.events.map((event) => event.type);

async function trusted() {
  const connection = await t.connect({ validation: { canary: false } });
  const { username } = t.makeUser({ localPart: 'k7', secret: 'a-secret' });
  const value = { username, secret: 'a-secret', trackingIdentifier: customIdentifier };
  expect((await takeCredentials(connection, value, t.world, t.signal())).kind).toBe('passed');
  t.events.length = 0;
  return { connection, username };
}

describe('a tick', () => {
  it('asks for nobody before a day has passed, then once, and the validation moves it on', async () => {
    const { connection } = await trusted();
    expect(await scheduleValidations(t.world, t.signal())).toEqual({ requested: 0 });
    t.clock.now += day;
    expect(await scheduleValidations(t.world, t.signal())).toEqual({ requested: 1 });
    // Asked for already: not again while somebody is at it.
    expect(await scheduleValidations(t.world, t.signal())).toEqual({ requested: 0 });
    await lookAgain(connection.id, 'device-sync', t.world, t.signal());
    expect(await t.record(connection)).toMatchObject({
      validatedAt: t.clock.now,
      validateAt: t.clock.now + day,
    });
    expect(told()).toEqual(['Validation Requested']);
    t.clock.now += 100 * 365 * day;
  });

  it('finds a right that was taken away, hourly from then on, until it is back', async () => {
    const { connection, username } = await trusted();
    t.autotask.world.setPermission(username, { rights: { Companies: { query: false } } });
    t.clock.now += day;
    await lookAgain(connection.id, 'device-sync', t.world, t.signal());
    expect(told()).toEqual(['Permission Lost']);
    expect((await t.world.connections.get(connection.id))?.permissionLost).toMatch(/Companies: view/u);
    t.autotask.world.setPermission(username, { rights: { Companies: { query: true } } });
    t.clock.now += day / 24;
    await lookAgain(connection.id, 'device-sync', t.world, t.signal());
    expect(told()).toEqual(['Permission Lost', 'Api User Trusted']);
    expect((await t.world.connections.get(connection.id))?.permissionLost).toBeNull();
  });

  it('does not try a refused login again by itself, however long it takes', async () => {
    const { connection, username } = await trusted();
    t.autotask.world.setUser(username, { active: false });
    t.autotask.journal.clear();
    for (let n = 0; n < 5; n += 1) {
      t.clock.now += day;
      await lookAgain(connection.id, 'device-sync', t.world, t.signal());
    }
    expect(t.autotask.journal.entries({}).filter((entry) => entry.status === 401)).toHaveLength(1);
    expect(await t.record(connection)).toMatchObject({ state: 'refused', lost: ['login'], validateAt: null });
    expect((await t.world.connections.get(connection.id))?.credentials.deviceSync).toBe('refused');
  });

  it('says nothing of a right while Autotask is down', async () => {
    const { connection } = await trusted();
    t.clock.now += day;
    t.autotask.faults.add({
      match: {},
      times: 100,
      do: { kind: 'answer', status: 200, body: '<html>maintenance</html>' },
    });
    await lookAgain(connection.id, 'device-sync', t.world, t.signal());
    t.autotask.faults.clear();
    expect(told()).toEqual([]);
    expect(await t.record(connection)).toMatchObject({
      state: 'trusted',
      validateAt: t.clock.now + day / 24,
    });
  });

  it('announces what the bus did not take, and loses nothing', async () => {
    const connection = await t.connect();
    t.bus.isDown = true;
    await t.link(connection, 'device-sync');
    expect(told()).toEqual([]);
    t.bus.isDown = false;
    t.clock.now += 60_000;
    expect(await scheduleValidations(t.world, t.signal())).toEqual({ requested: 1 });
    await lookAgain(connection.id, 'device-sync', t.world, t.signal());
    expect(told().filter((type) => type === 'Hand-off Ready')).toHaveLength(1);
    expect((await t.record(connection)).outbox).toEqual([]);
  });

  /** What was due when it was listed, whatever has become of it since. */
  const listed = (...due: Array<Pick<ApiUserRecord, 'connectionId' | 'purpose' | 'dueAt'>>) => ({
    ...t.world,
    apiUsers: {
      get: (...of: Parameters<ApiUserStore['get']>) => t.world.apiUsers.get(...of),
      save: (record: ApiUserRecord) => t.world.apiUsers.save(record),
      async *due() {
        yield due;
      },
    } as Partial<ApiUserStore> as ApiUserStore,
  });
  const dueOf = async (dueAt: number | null) => {
    const { id } = await t.connect();
    const user = { ...newApiUser(id, 'device-sync', t.clock.now), dueAt };
    await t.world.apiUsers.save(user);
    return { id, due: { connectionId: id, purpose: user.purpose, dueAt } };
  };
  const dueAtOf = async (id: string) => (await t.world.apiUsers.get(id, 'device-sync'))?.dueAt;

  it('says what is due since when, and asks again after a quarter of an hour', async () => {
    const { id, due } = await dueOf(t.clock.now - 5);
    await scheduleValidations(listed(due), t.signal());
    expect(t.events).toEqual([{ type: 'Validation Requested', detail: due }]);
    expect(await dueAtOf(id)).toBe(t.clock.now + 15 * 60_000);
  });

  it('leaves alone whoever was moved on or removed since, and takes no time for now', async () => {
    const { id, due } = await dueOf(t.clock.now + 7);
    const gone = { ...due, connectionId: 'gone' };
    const world = listed({ ...due, dueAt: t.clock.now }, gone, { ...due, dueAt: null });
    expect(await scheduleValidations(world, t.signal())).toEqual({ requested: 3 });
    expect(await dueAtOf(id)).toBe(t.clock.now + 7);
    const detail = { ...due, dueAt: t.clock.now };
    expect(t.events.at(-1)).toEqual({ type: 'Validation Requested', detail });
  });

  it('rejects where one could not be moved on, after the others were', async () => {
    const [one, other] = [await dueOf(t.clock.now), await dueOf(t.clock.now)];
    const world = listed(one.due, other.due);
    const get: ApiUserStore['get'] = async (id, purpose) => {
      if (id === one.id) throw new Error('the table is down');
      return t.world.apiUsers.get(id, purpose);
    };
    await expect(
      scheduleValidations({ ...world, apiUsers: { ...world.apiUsers, get } }, t.signal()),
    ).rejects.toThrow('the table is down');
    expect([await dueAtOf(one.id), await dueAtOf(other.id)]).toEqual([
      t.clock.now,
      t.clock.now + 15 * 60_000,
    ]);
  });

  it('serves the others where one cannot be asked for, and says so', async () => {
    const connection = await t.connect();
    t.bus.isDown = true;
    const due = { ...newApiUser(connection.id, 'device-sync', t.clock.now), dueAt: t.clock.now };
    await t.world.apiUsers.save(due);
    await expect(scheduleValidations(t.world, t.signal())).rejects.toThrow('the bus is down');
    t.bus.isDown = false;
    expect((await t.record(connection)).dueAt).toBe(t.clock.now);
  });
});
