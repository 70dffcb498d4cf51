/** What is due on an API user, and no more; and what a validation of a trusted one changes, says and is measured by. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConnectionRecord } from '#connections/connection-record';
import type { ApiUserRecord } from '#onboarding/api-user';
import { type LookingWorld, lookAgain, lostSentence, validateApiUser } from '#onboarding/look-again';
import { beginAttempt, newApiUser } from '#onboarding/new-api-user';
import { takeCredentials } from '#onboarding/take-credentials';
import {
  credentials,
  type OnboardingTestWorld,
  startOnboardingWorld,
  vendorIdentifier,
} from './onboarding-world.ts';

let t: OnboardingTestWorld;
beforeAll(async () => {
  t = await startOnboardingWorld();
});
afterAll(() => t.close());

const day = 86_400_000;
const today = async ({ id }: ConnectionRecord) => (await t.world.connections.get(id))!;

async function trusted(settings: object = { validation: { canary: false } }) {
  const connection = await t.connect(settings);
  const { username } = t.makeUser({ localPart: 'k7', secret: 'a-secret' });
  expect((await takeCredentials(connection, credentials(username), t.world, t.signal())).kind).toBe('passed');
  t.quiet();
  return { connection: await today(connection), username, record: await t.record(connection) };
}
/** A trusted user of Addigy's, beside one of our own that nothing is to happen to. */
async function trustedByAddigy() {
  const { connection } = await trusted();
  const { id, token } = await t.link(connection, 'addigy');
  const user = t.makeUser({ localPart: 'k8', secret: 'b-secret' }, { trackingIdentifier: vendorIdentifier });
  await t.desk.verify(id, token, { ...user, secret: 'b-secret', trackingIdentifier: '' }, t.signal());
  t.addigy.world.pasteAutotaskCredentials({ ...user, password: 'b-secret' });
  await t.desk.check(id, token, t.signal());
  await t.world.connections.permission(connection.id, 'as it was');
  t.quiet();
  return { connection: await today(connection), ...user, record: await t.record(connection, 'addigy') };
}
const look = (
  connection: ConnectionRecord,
  more: Partial<LookingWorld> = {},
  purpose: 'device-sync' | 'addigy' = 'device-sync',
) => lookAgain(connection.id, purpose, { ...t.world, ...more }, t.signal());

describe('nothing is done', () => {
  it('for a user that is not there', async () => {
    await look(await t.connect());
    expect(t.asked()).toBe(0);
  });

  it('for a connection that is gone, whatever is due', async () => {
    const { connection } = await trusted();
    await t.world.connections.remove(connection.id);
    t.clock.now += day;
    await look(connection);
    expect(t.asked()).toBe(0);
  });

  it('for a user that has ended, whatever its record says', async () => {
    const { connection, record } = await trusted();
    const ended = await t.world.apiUsers.save({ ...record, state: 'offboarded', validateAt: 1 });
    await look(connection);
    expect([await t.record(connection), t.asked()]).toEqual([ended, 0]);
  });

  it('before its time: no login, no pass, no link', async () => {
    const connection = await t.connect();
    const { id, token } = await t.link(connection, 'device-sync');
    await t.desk.verify(id, token, credentials('nobody@acme.example'), t.signal());
    const before = await t.record(connection);
    const tokenOf = vi.fn(t.world.tokenOf);
    t.quiet();
    t.clock.now = before.attempt!.testAt! - 1;
    await look(connection, { tokenOf });
    expect([await t.record(connection), t.asked(), tokenOf.mock.calls]).toEqual([before, 0, []]);
    t.clock.now += 1;
    await look(connection);
    expect(t.asked()).toBeGreaterThan(0);
  });

  it('for a pass that is tested by nobody any more', async () => {
    const connection = await t.connect();
    const { id, token } = await t.link(connection, 'device-sync');
    await t.desk.verify(id, token, credentials('nobody@acme.example'), t.signal());
    const { attempt, ...rest } = await t.record(connection);
    const before = await t.world.apiUsers.save({ ...rest, attempt: { ...attempt!, testAt: null } });
    t.quiet();
    await look(connection);
    expect([await t.record(connection), t.asked()]).toEqual([before, 0]);
  });

  it('where the record is gone by the time its validation could be due', async () => {
    const { connection, record } = await trusted();
    const get = vi.fn(async (): Promise<ApiUserRecord | null> => null).mockResolvedValueOnce(record);
    const { apiUsers } = t.world;
    await look(connection, { apiUsers: { ...apiUsers, get, save: (one) => apiUsers.save(one) } });
    expect([get.mock.calls.length, t.asked()]).toEqual([2, 0]);
  });
});

describe('a test that is due', () => {
  it('of a pass of Addigy’s is not ours to make', async () => {
    const connection = await t.connect();
    const { record } = await t.link(connection, 'addigy');
    const testing = { ...record.attempt!, stage: 'verifying', submittedVersion: 's', testAt: 1 } as const;
    const version = 'a-version-of-what-was-submitted-then';
    await t.world
      .apiUserVault(connection.id, 'addigy')
      .storePending(version, { ...credentials('u@acme.test'), trackingIdentifier: '' });
    await t.world.apiUsers.save({ ...record, attempt: testing });
    t.quiet();
    await look(connection, {}, 'addigy');
    expect(t.asked()).toBe(0);
    expect((await t.record(connection, 'addigy')).attempt).toMatchObject({
      stage: 'verifying',
      testAt: null,
    });
  });
});

describe('a rotation', () => {
  it.each<
    [what: string, change: (record: ApiUserRecord) => Partial<ApiUserRecord>, version: 'new' | 'as it was']
  >([
    ['begins in the moment it is due', () => ({ rotateAt: t.clock.now }), 'new'],
    ['does not begin before', () => ({ rotateAt: t.clock.now + 1 }), 'as it was'],
    ['does not begin where it is never due', () => ({ rotateAt: null }), 'as it was'],
    [
      'begins anew where its link has run out',
      (one) => beginAttempt(one, { version: 'v', handOffId: 'h' }, t.clock.now - 15 * day),
      'new',
    ],
    [
      'goes on while its link opens the page',
      (one) => beginAttempt(one, { version: 'v', handOffId: 'h' }, t.clock.now - 13 * day),
      'as it was',
    ],
  ])('%s', async (_what, change, version) => {
    const { connection, record } = await trusted();
    const before = await t.world.apiUsers.save({
      ...record,
      ...change(record),
      outbox: [],
      revision: record.revision,
    });
    await look(connection);
    const { attempt } = await t.record(connection);
    if (version === 'new') expect(attempt?.version).not.toBe(before?.attempt?.version);
    else expect(attempt).toEqual(before?.attempt);
    expect(attempt === null).toBe(version !== 'new' && before?.attempt === null);
  });

  it('is none while no user is trusted: who wants another link asks for it', async () => {
    const connection = await t.connect();
    const { record } = await t.link(connection, 'device-sync');
    t.clock.now += 15 * day;
    await look(connection);
    expect((await t.record(connection)).attempt).toEqual(record.attempt);
  });
});

describe('a validation', () => {
  const validate = async (
    connection: ConnectionRecord,
    more: Partial<LookingWorld> = {},
    purpose: 'device-sync' | 'addigy' = 'device-sync',
  ) => {
    const measure = vi.fn();
    const validated = await validateApiUser(
      connection,
      purpose,
      { ...t.world, ...more, measure },
      t.signal(),
    );
    return { validated, measured: measure.mock.calls.flat() };
  };
  const none = { validated: { kind: 'not-trusted' }, measured: [] };

  it.each<[what: string, of: () => Promise<ConnectionRecord>]>([
    ['no user', () => t.connect()],
    [
      'a user that was never trusted',
      async () => {
        const { connection, record } = await trusted();
        await t.world.apiUsers.save({ ...record, trustedVersion: null });
        return connection;
      },
    ],
    [
      'a user whose credentials the vault does not hold',
      async () => {
        const connection = await t.connect();
        const user = newApiUser(connection.id, 'device-sync', t.clock.now);
        await t.world.apiUsers.save({ ...user, trustedVersion: 'v' });
        return connection;
      },
    ],
  ])('of %s is none', async (_what, of) => {
    const connection = await of();
    t.quiet();
    expect(await validate(connection)).toEqual(none);
    expect(t.asked()).toBe(0);
  });

  it('is told and measured, and leaves alone what works', async () => {
    const { connection, record } = await trusted();
    t.clock.now += 1;
    const { validated, measured } = await validate(connection);
    const after = await t.record(connection);
    expect(after).toMatchObject({ state: 'trusted', validatedAt: t.clock.now, lost: [] });
    expect(after.revision).toBe(record.revision + 1);
    expect(validated).toEqual({ kind: 'validated', record: after, report: after.report });
    expect(measured).toEqual([{ record: after, report: after.report, now: t.clock.now }]);
    const { credentials: states, zone, permissionLost } = await today(connection);
    expect([states.deviceSync, zone, permissionLost]).toEqual(['trusted', connection.zone, null]);
  });

  it('that nobody answers is measured as such', async () => {
    const { connection, record } = await trusted();
    t.autotask.faults.add({ match: {}, times: 100, do: { kind: 'answer', status: 200, body: '<html>' } });
    const { validated, measured } = await validate(connection);
    t.autotask.faults.clear();
    expect(validated).toEqual({ kind: 'unavailable', detail: expect.stringMatching(/Autotask/u) });
    expect(measured).toEqual([{ record, report: null, now: t.clock.now }]);
  });

  it('finds an item to write to, where none was known', async () => {
    const { connection } = await trusted();
    const writing = { ...connection, settings: { ...connection.settings, validation: { canary: true } } };
    await validate(writing);
    const [canary] = t.autotask.world.items().filter((item) => item.companyID === 0);
    expect((await t.record(connection)).canaryItemId).toBe(canary?.id);
  });

  it('makes credentials that a run was refused with, and that work, trusted again', async () => {
    const { connection, record } = await trusted();
    await t.world.connections.refuse(connection.id, 'deviceSync', record.trustedVersion!);
    t.clock.now += 1;
    await validate(await today(connection));
    const { credentials: states, zone } = await today(connection);
    expect([states.deviceSync, zone]).toEqual(['trusted', { ...connection.zone, foundAt: t.clock.now }]);
  });

  it.each<
    [what: string, change: (of: ConnectionRecord, version: string | null) => Partial<ConnectionRecord>]
  >([
    [
      'refused by this very version',
      (of, deviceSync) => ({ refusedVersions: { ...of.refusedVersions, deviceSync } }),
    ],
    ['not known', (of) => ({ credentials: { ...of.credentials, deviceSync: 'missing' } })],
  ])('trusts credentials that work, and that are held for %s', async (_what, change) => {
    const { connection, record } = await trusted();
    t.clock.now += 1;
    await validate({ ...connection, ...change(connection, record.trustedVersion) });
    expect((await today(connection)).zone?.foundAt).toBe(t.clock.now);
  });

  it('says nothing of others that were proved meanwhile, or of a record that is gone', async () => {
    const { connection, username } = await trusted();
    let renewed: ApiUserRecord | null = null;
    const openAccess: LookingWorld['openAccess'] = async (...of) => {
      await takeCredentials(connection, credentials(username), t.world, t.signal());
      renewed = await t.record(connection);
      return t.world.openAccess(...of);
    };
    expect(await validate(connection, { openAccess })).toEqual(none);
    expect(await t.record(connection)).toEqual(renewed);

    const get = vi.fn(async (): Promise<ApiUserRecord | null> => null).mockResolvedValueOnce(renewed);
    expect(await validate(connection, { apiUsers: { ...t.world.apiUsers, get } })).toEqual(none);
  });

  it('that finds several rights lost names each in the sentence', () => {
    const line = (title: string, verdict: 'denied' | 'confirmed') =>
      ({ id: 'login', title, verdict, evidence: '', fix: '' }) as const;
    const lines = [line('A', 'denied'), line('B', 'confirmed'), line('C', 'denied')];
    const report = {
      purpose: 'device-sync',
      at: 1,
      lines,
      excess: [],
      notes: [],
      calls: { autotask: 0, addigy: 0 },
    } as const;
    expect(lostSentence(report)).toMatch(/^The API user has lost what a sync needs: A, C\. /u);
  });

  describe('of Addigy’s user', () => {
    const states = async (connection: ConnectionRecord) => {
      const { credentials: of, permissionLost } = await today(connection);
      return [of.deviceSync, permissionLost];
    };

    it('asks Addigy alone, and is no concern of ours', async () => {
      const { connection } = await trustedByAddigy();
      t.clock.now += 1;
      const { validated, measured } = await validate(connection, {}, 'addigy');
      expect(validated).toMatchObject({
        kind: 'validated',
        record: { lost: [], canaryItemId: null, reachedAt: t.clock.now },
        report: { purpose: 'addigy' },
      });
      expect(measured).toHaveLength(1);
      expect(t.addigy.journal.count({})).toBe(1);
      expect(await states(connection)).toEqual(['trusted', 'as it was']);
    });

    it('counts an answer that Addigy is sure of at once', async () => {
      const { connection } = await trustedByAddigy();
      t.addigy.faults.add({
        match: { path: 'autotask' },
        times: 10,
        do: { kind: 'answer', status: 200, body: [] },
      });
      const { validated } = await validate(connection, {}, 'addigy');
      t.addigy.faults.clear();
      expect(validated).toMatchObject({
        kind: 'validated',
        record: { state: 'refused', lost: [expect.any(String)] },
      });
      expect(await states(connection)).toEqual(['trusted', 'as it was']);
    });

    it('counts an answer that may be Addigy’s own fault when it comes a second time', async () => {
      const { connection } = await trustedByAddigy();
      t.addigy.faults.add({
        match: { path: 'autotask' },
        times: 100,
        do: { kind: 'answer', status: 500, body: {} },
      });
      const once = await validate(connection, {}, 'addigy');
      const twice = await validate(connection, {}, 'addigy');
      t.addigy.faults.clear();
      expect(once.validated).toMatchObject({ kind: 'validated', record: { state: 'trusted', lost: [] } });
      expect(twice.validated).toMatchObject({ kind: 'validated', record: { state: 'refused' } });
    });

    it('says why Addigy could not be asked', async () => {
      const { connection } = await trustedByAddigy();
      const keyless = await validate(connection, { openReach: async () => null }, 'addigy');
      const noKey = 'There is no Addigy key that works.';
      expect(keyless.validated).toEqual({ kind: 'unavailable', detail: noKey });
      t.addigy.faults.add({ match: {}, times: 100, do: { kind: 'answer', status: 200, body: '<html>' } });
      const silent = await validate(connection, {}, 'addigy');
      t.addigy.faults.clear();
      expect(silent.validated).toEqual({ kind: 'unavailable', detail: expect.stringMatching(/Addigy/u) });
    });
  });
});
