import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { SecretVault } from '#aws/secret-vault';
import type { Vault } from '#onboarding/trust-credentials';
import { localClient } from './json-server.ts';
import { keeping } from './secret-keeping.ts';
import { type SecretsHost, secretsHosts } from './secrets-hosts.ts';

const schema = z.strictObject({ secret: z.string() });
type Value = z.output<typeof schema>;

describe.each(secretsHosts)('the vault on $name', ({ start, skip }) => {
  let host: SecretsHost;
  let client: SecretsManagerClient;
  let vault: SecretVault;
  let secret: Vault<Value>;
  let id: string;
  beforeAll(async () => {
    if (skip) return;
    host = await start();
    client = new SecretsManagerClient(localClient(host.url));
  });
  afterAll(() => (skip ? undefined : host.close()));
  beforeEach(() => {
    if (skip) return;
    const connection = `acme-${randomUUID().slice(0, 8)}`;
    id = `addigy-autotask/test/${connection}/device-sync`;
    vault = new SecretVault(() => client, 'addigy-autotask/test', keeping);
    secret = vault.secret(connection, 'device-sync', schema);
  });

  const stagesOf = async (version: string): Promise<readonly string[]> => {
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: id }));
    return [...(VersionIdsToStages?.[version] ?? [])].sort();
  };

  it.skipIf(skip)(
    'has nothing current before anything was stored, and after something is pending',
    async () => {
      expect(await secret.current()).toBeNull();
      const version = randomUUID();
      await secret.storePending(version, { secret: 'new' });
      expect(await secret.current()).toBeNull();
      expect(await stagesOf(version)).toEqual(['AWSPENDING']);
    },
  );

  it.skipIf(skip)('makes a pending version current, once', async () => {
    const version = randomUUID();
    await secret.storePending(version, { secret: 'new' });
    await secret.promote(version);
    await secret.promote(version);
    expect(await secret.current()).toMatchObject({ version, value: { secret: 'new' } });
    expect(await stagesOf(version)).toEqual(['AWSCURRENT']);
  });

  it.skipIf(skip)('takes a pending version back and leaves the current one', async () => {
    const [good, bad] = [randomUUID(), randomUUID()];
    await secret.storePending(good, { secret: 'good' });
    await secret.promote(good);
    await secret.storePending(bad, { secret: 'bad' });
    await secret.discard(bad);
    await secret.discard(bad);
    expect(await secret.current()).toMatchObject({ version: good, value: { secret: 'good' } });
    expect(await stagesOf(bad)).toEqual([]);
  });

  it.skipIf(skip)('stores the same version twice as one', async () => {
    const version = randomUUID();
    await secret.storePending(version, { secret: 'new' });
    await secret.storePending(version, { secret: 'new' });
    await secret.promote(version);
    expect((await secret.current())?.version).toBe(version);
  });

  it.skipIf(skip)('lets the later of two attempts be the pending one', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await secret.storePending(first, { secret: 'first' });
    await secret.storePending(second, { secret: 'second' });
    await secret.discard(first);
    expect(await stagesOf(second)).toEqual(['AWSPENDING']);
    await secret.promote(second);
    expect((await secret.current())?.value).toEqual({ secret: 'second' });
  });

  it.skipIf(skip)('is out of use at once when deleted, and empty when it is stored in again', async () => {
    const [old, version] = [randomUUID(), randomUUID()];
    await secret.storePending(old, { secret: 'old' });
    await secret.promote(old);
    const connection = id.split('/').at(-2) ?? '';
    await vault.scheduleDeletion(connection);
    await vault.scheduleDeletion(connection);
    expect(await secret.current()).toBeNull();
    const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: id }));
    expect(DeletedDate).toBeInstanceOf(Date);
    await secret.storePending(version, { secret: 'new' });
    expect(await secret.current()).toBeNull();
    await secret.promote(version);
    expect((await secret.current())?.value).toEqual({ secret: 'new' });
  });

  it.skipIf(skip)('says which secret holds something else, and never what', async () => {
    const version = randomUUID();
    await secret.storePending(version, { secret: 'new' });
    for (const text of ['{"password":"hunter2"}', 'hunter2']) {
      await client.send(new PutSecretValueCommand({ SecretId: id, SecretString: text }));
      const error = await secret.current().catch((caught: unknown) => caught);
      expect(String(error)).toContain(id);
      expect(String(error)).not.toContain('hunter2');
    }
  });

  it.skipIf(skip)('tags what it makes, and has it encrypted with our key', async () => {
    await secret.storePending(randomUUID(), { secret: 'new' });
    expect((await client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString).toBe(
      '{"state":"empty"}',
    );
    const { KmsKeyId, Tags } = await client.send(new DescribeSecretCommand({ SecretId: id }));
    expect(KmsKeyId).toBe(keeping.keyId);
    expect(Tags).toEqual([
      { Key: 'addigy-autotask:stage', Value: 'test' },
      { Key: 'connection', Value: id.split('/').at(-2) },
      { Key: 'purpose', Value: 'device-sync' },
    ]);
  });

  it.skipIf(skip)('mends a secret that was made without tag and key, when it is next stored in', async () => {
    await client.send(
      new CreateSecretCommand({
        Name: id,
        SecretString: '{"secret":"old"}',
        Tags: [{ Key: 'connection', Value: 'acme' }],
      }),
    );
    await secret.storePending(randomUUID(), { secret: 'new' });
    const { KmsKeyId, Tags } = await client.send(new DescribeSecretCommand({ SecretId: id }));
    expect(KmsKeyId).toBe(keeping.keyId);
    expect(Tags).toContainEqual({ Key: 'addigy-autotask:stage', Value: 'test' });
    expect((await secret.current())?.value).toEqual({ secret: 'old' });
  });

  it.skipIf(skip)('stores nothing where it is only for reading', async () => {
    const reader = new SecretVault(() => client, 'addigy-autotask/test', null);
    const other = reader.secret('acme', 'device-sync', schema);
    await expect(other.storePending(randomUUID(), { secret: 'x' })).rejects.toThrow('is only read here');
    expect(await other.current()).toBeNull();
  });
});
