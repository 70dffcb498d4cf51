/** What a test changes, and what it leaves as it is: of another pass, of a connection that is gone, of a user that has ended. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiUserRecord } from '#onboarding/api-user';
import { endApiUser } from '#onboarding/end-api-user';
import { checkAndFinish, testAndFinish } from '#onboarding/prove-api-user';
import { createApiUser } from '#onboarding/provision-api-user';
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

const down = {
  match: {},
  times: 100,
  do: { kind: 'answer', status: 200, body: '<html>maintenance</html>' },
} as const;
const connect = () => t.connect({ validation: { canary: false } });
type Connection = Awaited<ReturnType<typeof connect>>;
const vaultOf = ({ id }: Connection) => t.world.apiUserVault(id, 'device-sync');
const zoneOf = async ({ id }: Connection) => (await t.world.connections.get(id))?.zone;
const take = (connection: Connection, username: string, secret?: string) =>
  takeCredentials(connection, credentials(username, secret), t.world, t.signal());
const lacking = { rights: { Companies: { query: false } } };
async function trusted() {
  const connection = await connect();
  const { username } = t.makeUser({ localPart: 'k7', secret: 'a-secret' });
  expect((await take(connection, username)).kind).toBe('passed');
  return { connection, username };
}

describe('a test', () => {
  it.each<[what: string, end: (id: string) => Promise<unknown>]>([
    ['on its way out', (id) => t.world.connections.beginOffboarding(id, null, t.clock.now)],
    ['gone', (id) => t.world.connections.remove(id)],
  ])('of a connection that is %s by then proves nothing', async (_what, end) => {
    const connection = await connect();
    const { username } = t.makeUser({ localPart: 'k7', secret: 'a-secret' });
    await end(connection.id);
    await vaultOf(connection).storePending('version-that-was-submitted-before', credentials(username));
    const submitted = { version: 'version-that-was-submitted-before', value: credentials(username) };
    expect(await testAndFinish(connection, submitted, t.world, t.signal())).toEqual({
      kind: 'unavailable',
      detail: 'The connection has been offboarded meanwhile.',
    });
    expect([await vaultOf(connection).current(), await vaultOf(connection).pending()]).toEqual([null, null]);
    expect(await t.world.apiUsers.get(connection.id, 'device-sync')).toBeNull();
  });

  it('that is denied teaches a first user’s zone, and says no more than its report', async () => {
    const connection = await connect();
    const { id, token } = await t.link(connection, 'device-sync');
    const { username } = t.makeUser({ localPart: 'k7', secret: 'a-secret' }, lacking);
    await t.desk.verify(id, token, credentials(username), t.signal());
    expect(await zoneOf(connection)).toEqual({
      name: expect.any(String),
      url: expect.stringMatching(/^http/u),
      webUrl: expect.stringMatching(/^https:/u),
      foundAt: t.clock.now,
    });
    expect((await t.record(connection)).attempt).toMatchObject({ stage: 'refused', detail: '' });
  });

  it.each([
    ['whose login is refused', 'another-secret', false],
    ['that nobody answers', 'a-secret', true],
  ])('%s teaches no zone', async (_what, secret, isDown) => {
    const connection = await connect();
    const { username } = t.makeUser({ localPart: 'k7', secret: 'a-secret' });
    if (isDown) t.autotask.faults.add(down);
    expect((await take(connection, username, secret)).kind).toBe(isDown ? 'unavailable' : 'login-refused');
    t.autotask.faults.clear();
    expect(await zoneOf(connection)).toBeNull();
  });

  it('that passes begins a user anew that has ended', async () => {
    const { connection, username } = await trusted();
    await t.world.apiUsers.save(endApiUser(await t.record(connection), t.clock.now));
    expect((await take(connection, username)).kind).toBe('passed');
    expect(await t.record(connection)).toMatchObject({ state: 'trusted', generation: 2, lost: [] });
  });

  it('that fails changes nothing of a user that works, or of one that is made beside it', async () => {
    const { connection } = await trusted();
    const alone = await t.record(connection);
    expect((await take(connection, 'nobody@acme.example')).kind).toBe('login-refused');
    expect(await t.record(connection)).toEqual(alone);

    await createApiUser(connection, 'device-sync', () => true, t.world, t.signal());
    const { id, token } = await t.link(connection, 'device-sync');
    const second = t.makeUser({ localPart: 'k8', secret: 'b-secret' }, lacking);
    await t.desk.verify(id, token, credentials(second.username, 'b-secret'), t.signal());
    const beside = await t.record(connection);
    expect((await take(connection, 'nobody@acme.example')).kind).toBe('login-refused');
    expect((await take(connection, second.username, 'b-secret')).kind).toBe('denied');
    expect(await t.record(connection)).toEqual(beside);
  });
});

describe('a check of Addigy', () => {
  /** A user of Addigy’s that was submitted; pasted, where Addigy is to reach Autotask. */
  async function submitted(isPasted: boolean) {
    const connection = await connect();
    const { id, token } = await t.link(connection, 'addigy');
    const { username } = t.makeUser(
      { localPart: 'k7', secret: 'a-secret' },
      { trackingIdentifier: vendorIdentifier },
    );
    await t.desk.verify(id, token, credentials(username), t.signal());
    if (isPasted) t.addigy.world.pasteAutotaskCredentials({ username, password: 'a-secret' });
    const record = await t.record(connection, 'addigy');
    return { connection, id, token, record, version: record.attempt!.submittedVersion! };
  }
  const check = (connection: Connection, version: string) =>
    checkAndFinish(connection, version, t.world, t.signal());

  it('that is denied makes nothing current, and says no more than its report', async () => {
    const { connection, version } = await submitted(false);
    expect(await check(connection, version)).toBe('');
    const vault = t.world.apiUserVault(connection.id, 'addigy');
    expect([await vault.current(), (await vault.pending())?.version]).toEqual([null, version]);
    expect((await t.record(connection, 'addigy')).attempt).toMatchObject({ stage: 'refused', detail: '' });
  });

  it('that passes makes it current', async () => {
    const { connection, version } = await submitted(true);
    expect(await check(connection, version)).toBe('');
    expect((await t.world.apiUserVault(connection.id, 'addigy').current())?.version).toBe(version);
  });

  it('that Addigy does not answer says so, and is on the page', async () => {
    const { connection, version, id, token } = await submitted(true);
    t.addigy.faults.add(down);
    const detail = await check(connection, version);
    t.addigy.faults.clear();
    expect(detail).toMatch(/Addigy/u);
    expect((await t.record(connection, 'addigy')).attempt).toMatchObject({ detail, silences: 1 });
    expect(await t.desk.look(id, token)).toMatchObject({ view: { stage: 'awaiting-administrator', detail } });
  });

  it.each<[what: string, change: (record: ApiUserRecord) => ApiUserRecord]>([
    [
      'other credentials were submitted',
      (one) => ({ ...one, attempt: { ...one.attempt!, submittedVersion: 'other' } }),
    ],
    ['the user has ended', (one) => endApiUser(one, t.clock.now)],
    ['the pass is done', (one) => ({ ...one, attempt: { ...one.attempt!, stage: 'done' } })],
  ])('changes nothing where %s meanwhile', async (_what, change) => {
    const { connection, record, version } = await submitted(false);
    const changed = await t.world.apiUsers.save(change(record));
    await check(connection, version);
    expect(await t.record(connection, 'addigy')).toEqual(changed);
  });

  it('makes no user where there is none', async () => {
    const connection = await connect();
    expect(await check(connection, 'version-of-nobody')).toBe('');
    expect(await t.world.apiUsers.get(connection.id, 'addigy')).toBeNull();
  });
});
