import { randomUUID } from 'node:crypto';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretVault } from '#aws/secret-vault';
import type { ApiUserCredentials, Purpose } from '#connections/connection';
import type { ApiUserVault } from '#onboarding/api-user-vault';
import { localClient } from './json-server.ts';
import { keeping } from './secret-keeping.ts';
import { type SecretsHost, secretsHosts } from './secrets-hosts.ts';

const draft = { localPart: 'k3fw9', secret: 'hunter2-draft' };
const userOf = (name: string): ApiUserCredentials => ({
  username: `${name}@acme.test`,
  secret: `hunter2-${name}`,
  trackingIdentifier: 'TRACK',
});

describe.each(secretsHosts)('the vault of an API user on $name', ({ start, skip, name }) => {
  const test = it.skipIf(skip);
  let host: SecretsHost;
  let client: SecretsManagerClient;
  let vault: SecretVault;
  let connection: string;
  let user: ApiUserVault;
  beforeAll(async () => {
    if (skip) return;
    host = await start();
    client = new SecretsManagerClient(localClient(host.url));
    vault = new SecretVault(() => client, 'addigy-autotask/test', keeping);
  });
  afterAll(() => (skip ? undefined : host.close()));
  beforeEach(() => {
    if (skip) return;
    connection = `acme-${randomUUID().slice(0, 8)}`;
    user = vault.apiUser(connection, 'device-sync');
  });

  async function trusted(value: ApiUserCredentials): Promise<string> {
    const version = randomUUID();
    await user.storePending(version, value);
    await user.promote(version);
    return version;
  }
  const stored = (text: string, purpose: Purpose, stage: string) =>
    client.send(
      new PutSecretValueCommand({
        SecretId: `addigy-autotask/test/${connection}/${purpose}`,
        SecretString: text,
        VersionStages: [stage],
      }),
    );
  const whole = async (from = user) => [await from.current(), await from.pending(), await from.previous()];

  test('holds nothing in the beginning', async () => {
    expect(await whole()).toEqual([null, null, null]);
  });

  test('keeps a draft pending, and nothing current', async () => {
    const version = randomUUID();
    await user.storeDraft(version, draft);
    await user.storeDraft(version, draft);
    expect(await whole()).toEqual([null, { kind: 'draft', version, value: draft }, null]);
  });

  test('tells which version is pending without its value', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    expect(await user.pendingVersion()).toBeNull();
    await user.storeDraft(first, draft);
    expect(await user.pendingVersion()).toBe(first);
    await user.storePending(second, userOf('a'));
    expect(await user.pendingVersion()).toBe(second);
    await user.promote(second);
    expect(await user.pendingVersion()).toBeNull();
    await user.storeDraft(randomUUID(), draft);
    await vault.scheduleDeletion(connection);
    expect(await user.pendingVersion()).toBeNull();
  });

  test('takes nothing back that is out of use', async () => {
    const version = randomUUID();
    await user.discard(version);
    await user.storeDraft(version, draft);
    await vault.scheduleDeletion(connection);
    await user.discard(version);
    await expect(user.promote(version)).rejects.toThrow();
  });

  test('replaces a draft by another, and by what was submitted', async () => {
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
    await user.storeDraft(first, draft);
    await user.storeDraft(second, { ...draft, secret: 'other' });
    expect(await user.pending()).toMatchObject({ version: second, value: { secret: 'other' } });
    await user.storePending(third, userOf('a'));
    expect(await user.pending()).toEqual({ kind: 'submitted', version: third, value: userOf('a') });
    await user.discard(first);
    expect(await user.pending()).toMatchObject({ version: third });
    await user.discard(third);
    expect(await whole()).toEqual([null, null, null]);
  });

  // moto overwrites the version.
  it.skipIf(name === 'moto')('keeps the first of two drafts of one version', async () => {
    const version = randomUUID();
    await user.storeDraft(version, draft);
    await user.storeDraft(version, { ...draft, secret: 'later' });
    expect(await user.pending()).toEqual({ kind: 'draft', version, value: draft });
  });

  test('knows what was current before, and no placeholder', async () => {
    const first = await trusted(userOf('first'));
    expect(await whole()).toMatchObject([{ version: first, value: userOf('first') }, null, null]);
    const second = await trusted(userOf('second'));
    await user.promote(second);
    const pending = randomUUID();
    await user.storeDraft(pending, draft);
    expect(await whole()).toMatchObject([
      { version: second, value: userOf('second') },
      { kind: 'draft', version: pending, value: draft },
      { version: first, value: userOf('first') },
    ]);
  });

  test('forgets all three with the connection, for the next one too', async () => {
    await trusted(userOf('first'));
    await trusted(userOf('second'));
    await user.storeDraft(randomUUID(), draft);
    await vault.scheduleDeletion(connection);
    expect(await whole()).toEqual([null, null, null]);
    const version = randomUUID();
    await user.storePending(version, userOf('new'));
    expect(await whole()).toEqual([null, { kind: 'submitted', version, value: userOf('new') }, null]);
    await user.promote(version);
    expect(await whole()).toMatchObject([{ version, value: userOf('new') }, null, null]);
  });

  test("keeps Addigy's user without a tracking identifier, apart from ours", async () => {
    const addigy = vault.apiUser(connection, 'addigy');
    const value = { ...userOf('a'), trackingIdentifier: '' };
    const version = randomUUID();
    await addigy.storePending(version, value);
    expect(await addigy.pending()).toEqual({ kind: 'submitted', version, value });
    await addigy.promote(version);
    expect(await whole(addigy)).toMatchObject([{ version, value }, null, null]);
    expect(await whole()).toEqual([null, null, null]);
  });

  describe.each([
    ['AWSCURRENT', 'current'],
    ['AWSPENDING', 'pending'],
    ['AWSPREVIOUS', 'previous'],
  ] as const)('what should not be in %s', (stage, method) => {
    it.skipIf(skip).each<[string, Purpose, unknown]>([
      ['a draft of another shape', 'device-sync', { draft: { ...draft, more: 'hunter2' } }],
      ['an Addigy key', 'device-sync', { apiKey: 'hunter2' }],
      ['no tracking identifier', 'device-sync', { ...userOf('a'), trackingIdentifier: '' }],
      ["a tracking identifier that is not Addigy's to tell", 'addigy', userOf('a')],
      ['no JSON', 'addigy', 'hunter2'],
    ])('%s for %s: is said, and not quoted', async (_, purpose, value) => {
      const other = vault.apiUser(connection, purpose);
      await other.storeDraft(randomUUID(), draft);
      await stored(typeof value === 'string' ? value : JSON.stringify(value), purpose, stage);
      const error = await other[method]().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).toContain(`addigy-autotask/test/${connection}/${purpose}`);
      expect(String(error)).not.toContain('hunter2');
    });
  });

  test('never takes a draft for credentials', async () => {
    const version = randomUUID();
    await user.storeDraft(version, draft);
    await user.promote(version);
    await expect(user.current()).rejects.toThrow('does not hold what it should');
  });
});
