/** Secrets that a request names: read, proved, and refused in words that hold none of their values. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '#connections/connection-record';
import { OnboardingError } from '#onboarding/onboard';
import { type IntakeWorld, takeByArn, VendorSilentError } from '#onboarding/take-by-arn';
import {
  apiKey,
  customIdentifier,
  type OnboardingTestWorld,
  startOnboardingWorld,
} from './onboarding-world.ts';

let t: OnboardingTestWorld;
beforeAll(async () => {
  t = await startOnboardingWorld();
});
afterAll(() => t.close());

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:acme';
const down = {
  match: {},
  times: 100,
  do: { kind: 'answer', status: 200, body: '<html>maintenance</html>' },
} as const;

/** What taking the secret came to, and how much the vendors were asked for it. */
async function take(
  what: 'takeAddigyKey' | 'takeApiUser',
  connection: ConnectionRecord,
  secret: unknown,
  more: Partial<IntakeWorld> = {},
) {
  const known = (await t.world.connections.get(connection.id)) ?? connection;
  const asked: string[] = [];
  const readSecret = async (of: string) => {
    asked.push(of);
    return secret;
  };
  t.addigy.journal.clear();
  t.autotask.journal.clear();
  const error: unknown = await takeByArn({ ...t.world, ...more, readSecret })
    [what](known, arn, t.signal())
    .then(
      () => null,
      (thrown: unknown) => thrown,
    );
  expect(asked).toEqual([arn]);
  return { error, calls: t.addigy.journal.count({}) + t.autotask.journal.count({}) };
}
const refusal = ({ error }: { error: unknown }) => {
  expect(error).toBeInstanceOf(OnboardingError);
  const { code, message } = error as OnboardingError;
  return { code, message };
};
const stateOf = async ({ id }: ConnectionRecord) => (await t.world.connections.get(id))?.credentials;

describe('an Addigy key', () => {
  const currentOf = async ({ id }: ConnectionRecord) => (await t.world.addigyKeyVault(id).current())?.value;
  /** A connection whose key is another's. */
  async function anothers(settings: object = {}) {
    const connection = await t.connect(settings);
    const policies = [{ policyId: 'p', name: 'Bakery', parent: null, autotask_account_id: 175 }];
    t.addigy.world.replace({ organizationId: 'org-2', apiKeys: ['b-key'], policies, devices: [] });
    return connection;
  }

  it.each<[what: string, secret: unknown]>([
    ['an object', { apiKey: 'b-key' }],
    ['plain text', 'b-key'],
  ])('as %s is proved, current and known by its organisation', async (_what, secret) => {
    const connection = await anothers();
    const { error, calls } = await take('takeAddigyKey', connection, secret);
    expect([error, calls]).toEqual([null, 1]);
    expect(await currentOf(connection)).toEqual({ apiKey: 'b-key' });
    expect((await t.world.connections.get(connection.id))?.organizationId).toBe('org-2');
  });

  it.each<[what: string, secret: unknown]>([
    ['nothing', null],
    ['blank text', ''],
    ['an object without it', { key: 'CANARY' }],
    ['more than it', { apiKey: 'b-key', more: 'CANARY' }],
    ['a key that no header holds', 'CANARY\n'],
  ])('that is %s is not read, and not repeated', async (_what, secret) => {
    const { error, calls } = await take('takeAddigyKey', await anothers(), secret);
    expect(refusal({ error })).toEqual({
      code: 'secret-unreadable',
      message: `The secret ${arn} does not hold {"apiKey": "…"}, or the key alone.`,
    });
    expect(calls).toBe(0);
  });

  it('that is current and trusted is not tried again; refused since, it is', async () => {
    const connection = await t.connect();
    expect(await take('takeAddigyKey', connection, { apiKey })).toEqual({ error: null, calls: 0 });
    const { version } = (await t.world.addigyKeyVault(connection.id).current())!;
    await t.world.connections.refuse(connection.id, 'addigyKey', version);
    expect(await take('takeAddigyKey', connection, { apiKey })).toEqual({ error: null, calls: 1 });
    expect((await stateOf(connection))?.addigyKey).toBe('trusted');
  });

  it('that is held for trusted, and that the vault has lost, is proved', async () => {
    const connection = await anothers();
    const lost: Partial<IntakeWorld> = {
      addigyKeyVault: (id: string) => ({ ...t.world.addigyKeyVault(id), current: async () => null }),
    };
    expect((await take('takeAddigyKey', connection, 'b-key', lost)).error).toBeNull();
    expect(await currentOf(connection)).toEqual({ apiKey: 'b-key' });
  });

  it('that Addigy refuses leaves the one before in place', async () => {
    const connection = await t.connect();
    const { code, message } = refusal(await take('takeAddigyKey', connection, 'CANARY'));
    expect(code).toBe('addigy-key-refused');
    expect(message).toMatch(/40[13]/u);
    expect(message).not.toContain('CANARY');
    expect(await currentOf(connection)).toEqual({ apiKey });
  });

  it('that could not be tried can be sent again', async () => {
    const connection = await anothers();
    t.addigy.faults.add(down);
    const { error } = await take('takeAddigyKey', connection, 'b-key');
    t.addigy.faults.clear();
    expect(error).toBeInstanceOf(VendorSilentError);
    expect(error).toMatchObject({ name: 'VendorSilentError', message: expect.stringMatching(/./u) });
    expect(await currentOf(connection)).toEqual({ apiKey });
  });
});

describe('an API user', () => {
  const secretOf = (username: string, secret = 'a-secret') => ({
    username,
    secret,
    trackingIdentifier: customIdentifier,
  });
  const currentOf = async ({ id }: ConnectionRecord) =>
    (await t.world.apiUserVault(id, 'device-sync').current())?.value;
  async function made(more: Parameters<OnboardingTestWorld['makeUser']>[1] = {}) {
    const connection = await t.connect({ validation: { canary: false } });
    return { connection, ...t.makeUser({ localPart: 'k7', secret: 'a-secret' }, more) };
  }

  it('is proved and current; the same again costs nothing, unless it was refused since', async () => {
    const { connection, username } = await made();
    const secret = secretOf(username);
    expect((await take('takeApiUser', connection, secret)).error).toBeNull();
    expect(await currentOf(connection)).toEqual(secret);
    // However the secret orders its fields.
    const again = Object.fromEntries(Object.entries(secret).reverse());
    expect(await take('takeApiUser', connection, again)).toEqual({ error: null, calls: 0 });
    const { version } = (await t.world.apiUserVault(connection.id, 'device-sync').current())!;
    await t.world.connections.refuse(connection.id, 'deviceSync', version);
    const { error, calls } = await take('takeApiUser', connection, secret);
    expect(error).toBeNull();
    expect(calls).toBeGreaterThan(0);
    expect((await stateOf(connection))?.deviceSync).toBe('trusted');
  });

  it('that is held for trusted, and that the vault has lost, is proved', async () => {
    const { connection, username } = await made();
    await t.world.connections.trust(connection.id, 'deviceSync', { version: 'lost' }, t.clock.now);
    expect((await take('takeApiUser', connection, secretOf(username))).error).toBeNull();
    expect(await currentOf(connection)).toEqual(secretOf(username));
  });

  it('with another secret than the current one is tried', async () => {
    const { connection, username } = await made();
    await take('takeApiUser', connection, secretOf(username));
    t.autotask.world.setUser(username, { secret: 'renewed' });
    expect((await take('takeApiUser', connection, secretOf(username, 'renewed'))).error).toBeNull();
    expect(await currentOf(connection)).toEqual(secretOf(username, 'renewed'));
  });

  it.each<[what: string, secret: unknown]>([
    ['nothing', null],
    ['plain text', 'CANARY'],
    ['less than all three', { username: 'u', secret: 'CANARY' }],
  ])('that is %s is not read, and not repeated', async (_what, secret) => {
    const { connection } = await made();
    const { error, calls } = await take('takeApiUser', connection, secret);
    expect(refusal({ error })).toEqual({
      code: 'secret-unreadable',
      message: `The secret ${arn} does not hold {"username": "…", "secret": "…", "trackingIdentifier": "…"}.`,
    });
    expect(calls).toBe(0);
  });

  it('that may not log in is refused', async () => {
    const { connection, username } = await made({ active: false });
    const { code, message } = refusal(await take('takeApiUser', connection, secretOf(username)));
    expect(code).toBe('credentials-refused');
    expect(message).toMatch(/401/u);
  });

  it('that lacks rights is refused, with what to do about each', async () => {
    const { connection, username } = await made({
      rights: {
        Companies: { query: true },
        ConfigurationItems: { query: true, create: false, update: false },
      },
    });
    const { code, message } = refusal(await take('takeApiUser', connection, secretOf(username)));
    expect(code).toBe('permission-denied');
    expect(message).toMatch(
      /needs: Configuration items: add \(Admin > .*\.\) Configuration items: edit \(Admin > .*\.\)$/u,
    );
    expect(await currentOf(connection)).toBeUndefined();
  });

  it('that could not be tried can be sent again', async () => {
    const { connection, username } = await made();
    t.autotask.faults.add(down);
    const { error } = await take('takeApiUser', connection, secretOf(username));
    t.autotask.faults.clear();
    expect(error).toBeInstanceOf(VendorSilentError);
    expect(String(error)).toMatch(/maintenance/u);
    expect(await currentOf(connection)).toBeUndefined();
  });
});
