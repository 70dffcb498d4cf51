/** What must not happen when things happen at once, half-way, or in another order: each case was seen to go wrong. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HandOffAnswer } from '#onboarding/hand-off';
import { lookAgain, validateApiUser } from '#onboarding/look-again';
import { onboard, readOnboardingRequest } from '#onboarding/onboard';
import { takeCredentials } from '#onboarding/take-credentials';
import { teachApiUser } from '#runs/teach-api-user';
import { reportOf } from '../runs/world.ts';
import {
  credentials,
  customIdentifier,
  type OnboardingTestWorld,
  startOnboardingWorld,
  vendorIdentifier,
} from './onboarding-world.ts';

let t: OnboardingTestWorld;
beforeAll(async () => {
  t = await startOnboardingWorld();
});
afterAll(() => t.close());

const minute = 60_000;
const day = 24 * 60 * minute;
const canaries = () => t.autotask.world.items().filter((item) => item.companyID === 0);
const minted = (answer: HandOffAnswer) => {
  if (answer.kind !== 'shown') throw new Error(`nothing was shown: ${answer.kind}`);
  return answer.minted;
};

async function trusted(settings: object = {}) {
  const connection = await t.connect(settings);
  const { username } = t.makeUser({ localPart: 'first', secret: 'a-secret' });
  expect((await takeCredentials(connection, credentials(username), t.world, t.signal())).kind).toBe('passed');
  t.events.length = 0;
  t.autotask.journal.clear();
  const vault = t.world.apiUserVault(connection.id, 'device-sync');
  return { connection: (await t.world.connections.get(connection.id))!, username, vault };
}

async function shown() {
  const connection = await t.connect();
  const { id, token } = await t.link(connection, 'device-sync');
  const values = minted(await t.desk.show(id, token));
  return { connection, id, token, values, ...t.makeUser(values) };
}
const typed = (username: string, secret = '') => ({ username, secret, trackingIdentifier: customIdentifier });

describe('the canary', () => {
  it('is not made again by a user that has lost sight of it', async () => {
    const { connection, username } = await trusted();
    t.autotask.world.setPermission(username, { rights: { ConfigurationItems: { query: false } } });
    for (let n = 0; n < 3; n += 1)
      await validateApiUser(connection, 'device-sync', { ...t.world, measure: () => {} }, t.signal());
    expect(canaries()).toHaveLength(1);
  });
});

describe('what is trusted', () => {
  it('keeps its zone while credentials of another database are tested and denied', async () => {
    const { connection } = await trusted();
    const other = t.makeUser(
      { localPart: 'other', secret: 'b-secret' },
      { rights: { Companies: { query: false } } },
    );
    const before = (await t.world.connections.get(connection.id))?.zone;
    t.clock.now += minute;
    expect(
      (await takeCredentials(connection, credentials(other.username, 'b-secret'), t.world, t.signal())).kind,
    ).toBe('denied');
    expect((await t.world.connections.get(connection.id))?.zone).toEqual(before);
  });

  it('is not condemned by what an old run was refused', async () => {
    const { connection, username } = await trusted();
    const old = (await t.record(connection)).trustedVersion;
    await takeCredentials(connection, credentials(username), t.world, t.signal());
    const report = reportOf({ outcome: 'held', reason: 'credentials-refused', detail: '401' });
    const log = { info() {}, warn() {}, error() {} };
    const bus = { publish: async () => {} };
    await teachApiUser(connection.id, { report, userVersion: old }, { ...t.world, bus, log });
    expect(await t.record(connection)).toMatchObject({ state: 'trusted', lost: [] });
  });

  it('is found again where a crash came between the vault and the record', async () => {
    const { connection, id, token, username } = await shown();
    const { connections } = t.world;
    const trust = connections.trust.bind(connections);
    connections.trust = async () => {
      throw new Error('the table is down');
    };
    await expect(t.desk.verify(id, token, typed(username), t.signal())).rejects.toThrow('the table is down');
    connections.trust = trust;
    expect((await t.record(connection)).state).toBe('verifying');
    t.clock.now += 3 * minute;
    await lookAgain(connection.id, 'device-sync', t.world, t.signal());
    expect((await t.record(connection)).state).toBe('trusted');
    expect((await connections.get(connection.id))?.credentials.deviceSync).toBe('trusted');
  });

  it('stays ended when a validation that was under way comes home', async () => {
    const { connection } = await trusted();
    const record = await t.record(connection);
    const { get } = t.world.apiUsers;
    // The offboarding ends it while Autotask is being asked.
    const ended = await t.world.apiUsers.save({
      ...record,
      state: 'offboarded',
      attempt: null,
      dueAt: null,
      validateAt: null,
    });
    expect(ended).not.toBeNull();
    t.world.apiUsers.get = async () => record;
    const late = validateApiUser(connection, 'device-sync', { ...t.world, measure: () => {} }, t.signal());
    t.world.apiUsers.get = get;
    await late;
    expect(await t.record(connection)).toMatchObject({ state: 'offboarded', dueAt: null });
  });
});

describe('logins', () => {
  it('that are refused in words of its own are refused, not tried for ever', async () => {
    const { connection, id, token, username } = await shown();
    t.autotask.faults.add({
      match: { path: '/version$' },
      times: 1_000,
      do: { kind: 'answer', status: 500, body: { errors: ['This resource may not log in.'] } },
    });
    await t.desk.verify(id, token, typed(username), t.signal());
    for (let n = 0; n < 20; n += 1) {
      t.clock.now += 10 * minute;
      await lookAgain(connection.id, 'device-sync', t.world, t.signal());
    }
    t.autotask.faults.clear();
    expect(t.logins()).toBe(2);
    expect((await t.record(connection)).state).toBe('refused');
  });

  it('are made ever more seldom while Autotask is down, and not after the link', async () => {
    const { connection, id, token, username } = await shown();
    t.autotask.faults.add({ match: {}, times: 100_000, do: { kind: 'answer', status: 200, body: '<html>' } });
    await t.desk.verify(id, token, typed(username), t.signal());
    t.autotask.journal.clear();
    const opened = t.clock.now;
    const look = () => lookAgain(connection.id, 'device-sync', t.world, t.signal());
    const waits: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      const { dueAt } = await t.record(connection);
      if (dueAt === null) throw new Error('given up too early');
      waits.push((dueAt - t.clock.now) / minute);
      t.clock.now = dueAt;
      await look();
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(new Set(waits).size).toBeGreaterThan(3);
    // Each look is one question, repeated by nobody; for fourteen days, and not for thirty.
    let most = waits.length;
    for (let n = 0; n < 30; n += 1) {
      t.clock.now += day;
      if (t.clock.now - opened < 14 * day) most += 1;
      await look();
    }
    t.autotask.faults.clear();
    expect(t.autotask.journal.count({})).toBeLessThanOrEqual(most);
    expect(t.autotask.journal.count({})).toBeGreaterThan(10);
    expect((await t.record(connection)).dueAt).toBeNull();
  });

  it('are made once for two presses at once, and a pass that is done stays done', async () => {
    const { connection, id, token, username } = await shown();
    t.autotask.journal.clear();
    await Promise.all([1, 2].map(() => t.desk.verify(id, token, typed(username), t.signal())));
    expect((await t.record(connection)).state).toBe('trusted');
    await t.desk.verify(id, token, typed(username), t.signal());
    await t.desk.verifyAgain(id, token, t.signal());
    expect((await t.record(connection)).state).toBe('trusted');
    expect(t.logins()).toBeLessThanOrEqual(2);
  });

  it('are not made with a secret of another user that a blank stood for', async () => {
    const { id, token, username, connection } = await shown();
    await takeCredentials(
      connection,
      credentials('somebody@else.example', 'not-theirs'),
      t.world,
      t.signal(),
    );
    t.autotask.journal.clear();
    const answer = await t.desk.verify(id, token, typed(username), t.signal());
    expect(answer.kind === 'invalid' ? answer.errors.map((error) => error.field) : answer.kind).toEqual([
      'secret',
    ]);
    expect(t.logins()).toBe(0);
  });

  it('hold no username in their refusal’s words', async () => {
    const { id, token, username, connection } = await shown();
    t.autotask.faults.add({
      match: { path: '/version$' },
      do: {
        kind: 'answer',
        status: 401,
        body: { errors: [`The user account ${username.toUpperCase()} has been locked.`] },
      },
    });
    const answer = await t.desk.verify(id, token, typed(username), t.signal());
    const told = JSON.stringify([answer, await t.record(connection), t.events]).toLowerCase();
    expect(told).toContain('locked');
    expect(told).not.toContain(username.toLowerCase());
  });
});

describe('new values', () => {
  it('end the waiting for the old ones', async () => {
    const { id, token, username, connection } = await shown();
    await t.desk.verify(id, token, typed(username, 'mistyped'), t.signal());
    expect((await t.record(connection)).attempt?.stage).toBe('verifying');
    await t.desk.mint(id, token);
    expect(await t.record(connection)).toMatchObject({ state: 'awaiting-administrator', dueAt: null });
  });
});

describe('a rotation', () => {
  it('of Addigy’s user is over only when Addigy does without the old one', async () => {
    const connection = await t.connect();
    const provision = async () => {
      const { id, token } = await t.link(connection, 'addigy');
      const values = minted(await t.desk.show(id, token));
      return { id, token, values };
    };
    const first = await provision();
    const old = t.makeUser(first.values, { trackingIdentifier: vendorIdentifier });
    await t.desk.verify(first.id, first.token, typed(old.username), t.signal());
    t.addigy.world.pasteAutotaskCredentials({ username: old.username, password: first.values.secret });
    await t.desk.check(first.id, first.token, t.signal());
    t.clock.now += 366 * day;
    await lookAgain(connection.id, 'addigy', t.world, t.signal());

    const second = await provision();
    const next = t.makeUser(second.values, { trackingIdentifier: vendorIdentifier });
    await t.desk.verify(second.id, second.token, typed(next.username), t.signal());
    // Nothing was pasted: Addigy reaches Autotask with the old one still.
    await t.desk.check(second.id, second.token, t.signal());
    t.autotask.world.setUser(old.username, { active: false });
    const early = await t.desk.retire(second.id, second.token, t.signal());
    expect('view' in early ? early.view.detail : '').toMatch(/holds the old credentials/u);
    expect((await t.record(connection, 'addigy')).replaced?.retiredAt).toBeNull();
    t.addigy.world.pasteAutotaskCredentials({ username: next.username, password: second.values.secret });
    await t.desk.retire(second.id, second.token, t.signal());
    expect((await t.record(connection, 'addigy')).replaced?.retiredAt).toBe(t.clock.now);
  });

  it('does not try the present user with an older secret when it retires the replaced one', async () => {
    const { connection, username } = await trusted();
    t.clock.now += 366 * day;
    await lookAgain(connection.id, 'device-sync', t.world, t.signal());
    const { id, token } = await t.link(connection, 'device-sync');
    const values = minted(await t.desk.show(id, token));
    const next = t.makeUser(values);
    await t.desk.verify(id, token, typed(next.username), t.signal());
    t.autotask.world.setUser(next.username, { secret: 'renewed' });
    await takeCredentials(connection, credentials(next.username, 'renewed'), t.world, t.signal());
    t.autotask.world.setUser(username, { active: false });
    t.autotask.journal.clear();
    await t.desk.retire(id, token, t.signal());
    expect(t.autotask.journal.entries({}).filter((entry) => entry.status === 401)).toEqual([]);
  });
});

describe('a connection on its way out', () => {
  it.each(['leaving', 'out'])('is not onboarded by an event while it is %s', async (stage) => {
    const { connection } = await trusted();
    await t.world.connections.beginOffboarding(connection.id, null, t.clock.now);
    if (stage === 'out') await t.world.connections.endOffboarding(connection.id, t.clock.now);
    const request = readOnboardingRequest({ connectionId: connection.id, provision: ['addigy'] });
    await expect(onboard(request, t.world, t.signal())).rejects.toMatchObject({
      code: 'offboarding-in-progress',
    });
  });

  it('opens no page, and trusts nothing that was submitted before', async () => {
    const { connection, id, token, username, values } = await shown();
    await t.world.connections.beginOffboarding(connection.id, null, t.clock.now);
    expect(await t.desk.verify(id, token, typed(username), t.signal())).toEqual({ kind: 'unknown' });
    const late = await takeCredentials(connection, credentials(username, values.secret), t.world, t.signal());
    expect(late.kind).toBe('unavailable');
    expect(await t.world.apiUserVault(connection.id, 'device-sync').current()).toBeNull();
  });
});
