/** When another pass begins, when the same one is given again, and what is asked and minted for it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { endApiUser } from '#onboarding/end-api-user';
import { newApiUser } from '#onboarding/new-api-user';
import { type CreatingWorld, createApiUser, renewDoneLink } from '#onboarding/provision-api-user';
import { takeCredentials } from '#onboarding/take-credentials';
import { credentials, type OnboardingTestWorld, startOnboardingWorld } from './onboarding-world.ts';

let t: OnboardingTestWorld;
beforeAll(async () => {
  t = await startOnboardingWorld();
});
afterAll(() => t.close());

const connect = () => t.connect({ validation: { canary: false } });
type Connection = Awaited<ReturnType<typeof connect>>;
const create = (connection: Connection, more: Partial<CreatingWorld> = {}) =>
  createApiUser(connection, 'device-sync', null, { ...t.world, ...more }, t.signal());
const vaultOf = ({ id }: Connection) => t.world.apiUserVault(id, 'device-sync');
async function trusted() {
  const connection = await connect();
  const { username } = t.makeUser({ localPart: 'k7', secret: 'a-secret' });
  expect((await takeCredentials(connection, credentials(username), t.world, t.signal())).kind).toBe('passed');
  return connection;
}

describe('a pass', () => {
  it('is not begun for a user that works, and nothing is minted', async () => {
    const connection = await trusted();
    const before = await t.record(connection);
    expect(await create(connection)).toEqual({ record: before, apiCanCreate: null });
    expect(await vaultOf(connection).pendingVersion()).toBeNull();
  });

  it('is begun for a user that was never trusted and is waited for by nobody', async () => {
    const connection = await connect();
    await t.world.apiUsers.save(newApiUser(connection.id, 'device-sync', t.clock.now));
    expect((await create(connection)).record.attempt).toMatchObject({ generation: 1 });
  });

  it('is begun for a user that has ended, with a name of its own', async () => {
    const connection = await trusted();
    await t.world.apiUsers.save(endApiUser(await t.record(connection), t.clock.now));
    expect((await create(connection)).record).toMatchObject({
      state: 'awaiting-administrator',
      trustedVersion: null,
      attempt: { generation: 2 },
    });
  });

  it('is begun anew where the key of the links is another, since nobody could be given its link', async () => {
    const connection = await connect();
    const first = await create(connection);
    const tokenOf = async (version: string) => `of another key: ${version}`;
    const second = await create(connection, { tokenOf });
    expect(second.record.attempt?.version).not.toBe(first.record.attempt?.version);
    expect((await create(connection, { tokenOf })).record.attempt).toEqual(second.record.attempt);
  });

  it('has the API itself asked, once, by whoever begins it', async () => {
    const connection = await connect();
    const { username } = t.makeUser({ localPart: 'known', secret: 'a-secret' });
    const workingCredentials = vi.fn(async () => credentials(username));
    expect((await create(connection, { workingCredentials })).apiCanCreate).toBe(false);
    expect((await create(connection, { workingCredentials })).apiCanCreate).toBeNull();
    expect(workingCredentials.mock.calls).toEqual([[connection.id]]);
  });
});

describe('the values', () => {
  it('are minted once for a pass', async () => {
    const connection = await connect();
    await create(connection);
    const randomBelow = vi.fn(t.world.randomBelow);
    await create(connection, { randomBelow });
    expect(randomBelow).not.toHaveBeenCalled();
  });

  it('are minted where whoever began the pass died before it', async () => {
    const connection = await connect();
    const { record } = await create(connection);
    const version = record.attempt!.version;
    await vaultOf(connection).discard(version);
    await vaultOf(connection).storeDraft('another-version-that-nobody-asked-for', {
      localPart: 'x',
      secret: 'y',
    });
    await t.world.apiUsers.save({ ...record, attempt: { ...record.attempt!, version: `${version}-2` } });
    const again = { tokenOf: async () => 'same', digest: () => record.attempt!.handOff.id };
    await create(connection, again);
    expect(await vaultOf(connection).pendingVersion()).toBe(`${version}-2`);
  });

  it('are not minted over what was submitted', async () => {
    const connection = await connect();
    const { id, token } = await t.link(connection, 'device-sync');
    await t.desk.verify(id, token, credentials('nobody@acme.example'), t.signal());
    const before = await vaultOf(connection).pending();
    expect(before?.kind).toBe('submitted');
    const randomBelow = vi.fn(t.world.randomBelow);
    await create(connection, { randomBelow });
    expect(randomBelow).not.toHaveBeenCalled();
    expect(await vaultOf(connection).pending()).toEqual(before);
  });

  it('are not minted again where they were shown', async () => {
    const connection = await trusted();
    await createApiUser(connection, 'device-sync', () => true, t.world, t.signal());
    const { id, token } = await t.link(connection, 'device-sync');
    await t.desk.show(id, token);
    // Credentials by the API have taken their place meanwhile.
    await takeCredentials(connection, credentials('nobody@acme.example'), t.world, t.signal());
    const randomBelow = vi.fn(t.world.randomBelow);
    await create(connection, { randomBelow });
    expect(randomBelow).not.toHaveBeenCalled();
    expect(await vaultOf(connection).pendingVersion()).toBeNull();
  });
});

describe('a fresh link to the last step', () => {
  it('is given to nobody where no user is there', async () => {
    expect(await renewDoneLink(await connect(), 'device-sync', t.world)).toBeNull();
  });

  it('is not given while a pass is under way: its own link opens the page', async () => {
    const connection = await connect();
    const { record } = await create(connection);
    expect(await renewDoneLink(connection, 'device-sync', t.world)).toEqual(record);
  });
});
