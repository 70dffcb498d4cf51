/** Credentials that come by the API: what becomes of those that do not pass, and of an Addigy key's organisation. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '#connections/connection-record';
import { takeAddigyKey } from '#onboarding/take-addigy-key';
import { takeCredentials } from '#onboarding/take-credentials';
import { customIdentifier, type OnboardingTestWorld, startOnboardingWorld } from './onboarding-world.ts';

let t: OnboardingTestWorld;
beforeAll(async () => {
  t = await startOnboardingWorld();
});
afterAll(() => t.close());

const credentials = { username: 'nobody@acme.example', secret: 's', trackingIdentifier: customIdentifier };
const vaultOf = ({ id }: ConnectionRecord) => t.world.apiUserVault(id, 'device-sync');
const take = (connection: ConnectionRecord, world: Partial<typeof t.world> = {}) =>
  takeCredentials(connection, credentials, { ...t.world, ...world }, t.signal());
const openAccess = () => Promise.reject(new TypeError('a defect'));

describe('credentials that do not pass', () => {
  it('are taken back where nobody is waited for, and no user is made of them', async () => {
    const connection = await t.connect();
    expect((await take(connection)).kind).toBe('login-refused');
    expect(await vaultOf(connection).pending()).toBeNull();
    expect(await t.world.apiUsers.get(connection.id, 'device-sync')).toBeNull();
  });

  it('are taken back after a defect, too', async () => {
    const connection = await t.connect();
    await expect(take(connection, { openAccess })).rejects.toThrow('a defect');
    expect(await vaultOf(connection).pending()).toBeNull();
  });

  it('count as typed on the page of a first user that is waited for', async () => {
    const connection = await t.connect();
    await t.link(connection, 'device-sync');
    expect((await take(connection)).kind).toBe('login-refused');
    const pending = await vaultOf(connection).pending();
    expect(pending).toMatchObject({ kind: 'submitted', value: credentials });
    expect((await t.record(connection)).attempt).toMatchObject({
      stage: 'verifying',
      submittedVersion: pending?.version,
      firstRefusedAt: t.clock.now,
    });
  });
});

it('credentials that pass are trusted, whatever the vault could not take back', async () => {
  const connection = await t.connect({ validation: { canary: false } });
  const { username } = t.makeUser({ localPart: 'nobody', secret: credentials.secret });
  expect(username).toBe(credentials.username);
  const apiUserVault: typeof t.world.apiUserVault = (...of) => ({
    ...t.world.apiUserVault(...of),
    discard: () => Promise.reject(new Error('throttled')),
  });
  expect((await take(connection, { apiUserVault })).kind).toBe('passed');
  expect((await vaultOf(connection).current())?.value).toEqual(credentials);
});

describe('an Addigy key that is proved', () => {
  const prove = (organizationId: string | null) => ({
    ...t.world,
    proveAddigyKey: async () => ({ kind: 'trusted', evidence: { organizationId } }) as const,
  });
  const learntOf = async ({ id }: ConnectionRecord) => (await t.world.connections.get(id))?.organizationId;

  it.each<
    [what: string, settings: object, told: string | null, organizationId: string | null, learnt: string]
  >([
    ['belongs to the organisation it tells', {}, 'org-9', 'org-9', 'org-9'],
    ['belongs to the one declared', { addigy: { organizationId: 'org-8' } }, 'org-9', 'org-8', 'org-8'],
    ['tells none: what was known stays', {}, null, null, 'org-1'],
  ])('%s', async (_what, settings, told, organizationId, learnt) => {
    const connection = await t.connect(settings);
    expect(await takeAddigyKey(connection, { apiKey: 'k' }, prove(told), t.signal())).toEqual({
      kind: 'trusted',
      evidence: { organizationId, gone: false },
    });
    expect(await learntOf(connection)).toBe(learnt);
  });

  it('of a connection that is gone by then says so', async () => {
    const connection = await t.connect();
    await t.world.connections.remove(connection.id);
    expect(await takeAddigyKey(connection, { apiKey: 'k' }, prove('org-9'), t.signal())).toEqual({
      kind: 'trusted',
      evidence: { organizationId: 'org-9', gone: true },
    });
  });
});
