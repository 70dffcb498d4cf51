/** One request for the whole of an onboarding: what it makes, what it leaves alone, and what it is answered. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { versionOf } from '#connections/connection-record';
import { endApiUser } from '#onboarding/end-api-user';
import { type OnboardingWorld, onboard, readOnboardingRequest, tellWithLink } from '#onboarding/onboard';
import { createApiUser } from '#onboarding/provision-api-user';
import { takeCredentials } from '#onboarding/take-credentials';
import { customIdentifier, type OnboardingTestWorld, startOnboardingWorld } from './onboarding-world.ts';

let t: OnboardingTestWorld;
beforeAll(async () => {
  t = await startOnboardingWorld();
});
afterAll(() => t.close());

const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}`;
const ask = (request: object, world: Partial<OnboardingWorld> = {}) =>
  onboard(readOnboardingRequest(request), { ...t.world, ...world }, t.signal());

describe('a request', () => {
  it('makes the connection and both users, and comes twice to the same', async () => {
    const request = {
      connectionId: 'new',
      connection: { name: 'New' },
      provision: ['addigy', 'device-sync'],
    };
    const first = await ask(request);
    expect(first).toMatchObject({ connectionId: 'new', created: true, addigyKey: 'missing' });
    expect(first.apiUsers.map(({ purpose }) => purpose)).toEqual(['device-sync', 'addigy']);
    const { attempt } = (await t.world.apiUsers.get('new', 'device-sync'))!;
    const token = await t.world.tokenOf(attempt!.version, 'new', 'device-sync');
    expect(first.apiUsers[0]?.link).toBe(t.world.linkOf(token));
    expect(await ask(request)).toEqual({ ...first, created: false });
  });

  it('makes no user that it does not ask for', async () => {
    const { id } = await t.connect();
    expect(await ask({ connectionId: id })).toEqual({
      connectionId: id,
      created: false,
      addigyKey: 'trusted',
      apiUsers: [],
    });
  });

  it('has its secrets taken, the key first, before users are asked for', async () => {
    const { id } = await t.connect();
    const taken: unknown[] = [];
    const taking = (what: string) => async (of: { id: string }, arn: string) => {
      taken.push([what, of.id, arn, (await t.world.apiUsers.list(id)).length]);
    };
    const world = { takeAddigyKey: taking('key'), takeApiUser: taking('user') };
    const addigyKeySecretArn = arnOf('k');
    await ask({ connectionId: id, addigyKeySecretArn }, world);
    await ask({ connectionId: id, apiUserSecretArn: arnOf('u') }, world);
    await ask(
      { connectionId: id, addigyKeySecretArn, apiUserSecretArn: arnOf('u'), provision: ['addigy'] },
      world,
    );
    expect(taken).toEqual([
      ['key', id, arnOf('k'), 0],
      ['user', id, arnOf('u'), 0],
      ['key', id, arnOf('k'), 0],
      ['user', id, arnOf('u'), 0],
    ]);
  });

  it('about a connection that is removed meanwhile says that its key is missing', async () => {
    const { id } = await t.connect();
    const takeAddigyKey = async () => void (await t.world.connections.remove(id));
    const answer = await ask({ connectionId: id, addigyKeySecretArn: arnOf('k') }, { takeAddigyKey });
    expect(answer).toMatchObject({ created: false, addigyKey: 'missing' });
  });

  it.each<[what: string, request: object, code: string, says: RegExp]>([
    [
      'a connection that is not there',
      { connectionId: 'nowhere' },
      'not-found',
      /^There is no connection nowhere: send its settings under "connection"\.$/u,
    ],
    [
      'a version of a connection that is not there',
      { connectionId: 'nowhere', connection: { name: 'N' }, connectionVersion: 'v' },
      'precondition-failed',
      /^There is no connection nowhere; nothing was written\. Look at what is there, /u,
    ],
  ])('for %s is refused', async (_what, request, code, says) => {
    await expect(ask(request)).rejects.toMatchObject({ code, message: expect.stringMatching(says) });
  });

  it('overwrites settings that were seen, or whatever is there where it says so', async () => {
    const { id } = await t.connect();
    const name = async () => (await t.world.connections.get(id))?.settings.name;
    const seen = async () => versionOf((await t.world.connections.get(id))!);
    const before = await name();
    const declare = (to: string, connectionVersion?: string) =>
      ask({ connectionId: id, connection: { name: to }, connectionVersion });
    await expect(declare('Other')).rejects.toMatchObject({ code: 'precondition-required' });
    await expect(declare('Other', 'not-this')).rejects.toMatchObject({ code: 'precondition-failed' });
    expect(await name()).toBe(before);
    expect(await declare('Seen', await seen())).toMatchObject({ created: false });
    expect(await name()).toBe('Seen');
    await declare('Whatever', '*');
    expect(await name()).toBe('Whatever');
  });

  it('declares no connection that is on its way out', async () => {
    const { id } = await t.connect();
    await t.world.connections.beginOffboarding(id, null, t.clock.now);
    await expect(
      ask({ connectionId: id, connection: { name: 'Again' }, connectionVersion: '*' }),
    ).rejects.toMatchObject({
      code: 'offboarding-in-progress',
      message: expect.stringMatching(
        new RegExp(`^The connection ${id} is offboarded, or about to be: `, 'u'),
      ),
    });
  });
});

describe('the link', () => {
  it('is derived where somebody is waited for, and not where nobody is', async () => {
    const connection = await t.connect({ validation: { canary: false } });
    const told = async () => {
      const tokenOf = vi.fn(t.world.tokenOf);
      const { link } = await tellWithLink(await t.record(connection), { ...t.world, tokenOf });
      return [link !== null, tokenOf.mock.calls.length];
    };
    const trusting = async (localPart: string) => {
      const { username } = t.makeUser({ localPart, secret: 'a-secret' });
      const value = { username, secret: 'a-secret', trackingIdentifier: customIdentifier };
      expect((await takeCredentials(connection, value, t.world, t.signal())).kind).toBe('passed');
    };
    await t.link(connection, 'device-sync');
    expect(await told()).toEqual([true, 1]);
    await trusting('k7');
    expect(await told()).toEqual([false, 0]);
    await createApiUser(connection, 'device-sync', () => true, t.world, t.signal());
    expect(await told()).toEqual([true, 1]);
    // The page's last step: the replaced user is to be deactivated.
    const { id, token } = await t.link(connection, 'device-sync');
    const { username } = t.makeUser({ localPart: 'k8', secret: 'b-secret' });
    const typed = { username, secret: 'b-secret', trackingIdentifier: customIdentifier };
    await t.desk.verify(id, token, typed, t.signal());
    expect(await told()).toEqual([true, 1]);
    await t.world.apiUsers.save(endApiUser(await t.record(connection), t.clock.now));
    expect(await told()).toEqual([false, 0]);
  });
});
