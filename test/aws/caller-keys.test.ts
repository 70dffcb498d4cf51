import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addCallerKey, CallerKeys } from '#aws/caller-keys';
import { localClient } from './json-server.ts';
import { type LocalSecrets, startSecretsManager } from './local-secrets.ts';

let host: LocalSecrets;
let client: SecretsManagerClient;
let secretId: string;
let now: number;
let count = 0;
beforeAll(async () => {
  host = await startSecretsManager();
  client = new SecretsManagerClient(localClient(host.url));
});
afterAll(() => host.close());
beforeEach(async () => {
  secretId = `callers-${count++}`;
  now = 1_000_000;
  await client.send(new CreateSecretCommand({ Name: secretId, SecretString: '{"keys":[]}' }));
});

const mint = (name: string) => addCallerKey({ client, secretId, name, now });
const callers = () =>
  new CallerKeys(
    () => client,
    secretId,
    () => now,
  );
const reads = () =>
  host.journal.filter(
    ({ operation, resource }) => operation === 'GetSecretValue' && resource.includes(`:secret:${secretId}`),
  ).length;

describe('a minted key', () => {
  it('opens, and is stored only as a hash', async () => {
    const key = await mint('rewst');
    expect(key).toMatch(/^aak_[A-Za-z0-9_-]{43}$/u);
    expect(await callers().callerOf(`Bearer ${key}`)).toBe('rewst');
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    expect(SecretString).not.toContain(key.slice(4));
    expect(JSON.parse(SecretString ?? '')).toEqual({
      keys: [
        {
          name: 'rewst',
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/u),
          createdAt: new Date(now).toISOString(),
        },
      ],
    });
  });

  it('stands beside those before it, and never under the same name', async () => {
    const [one, two] = [await mint('one'), await mint('two')];
    const known = callers();
    expect([await known.callerOf(`Bearer ${one}`), await known.callerOf(`bearer ${two}`)]).toEqual([
      'one',
      'two',
    ]);
    await expect(mint('one')).rejects.toThrow('one already');
  });

  it('is not added to a secret that holds something else', async () => {
    await client.send(
      new PutSecretValueCommand({ SecretId: secretId, SecretString: 'generated-by-mistake' }),
    );
    await expect(mint('one')).rejects.toThrow(secretId);
    await client.send(new CreateSecretCommand({ Name: `${secretId}-bare` }));
    await addCallerKey({ client, secretId: `${secretId}-bare`, name: 'first', now });
  });
});

describe('a header that opens nothing', () => {
  it('is told apart without a look at the secret where it cannot be a key', async () => {
    const key = await mint('rewst');
    const before = reads();
    const known = callers();
    for (const header of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      key,
      `Basic ${key}`,
      `Bearer ${key}x`,
      `Bearer ${key} x`,
      'Bearer aak_short',
      `Bearer ${key},${key}`,
    ]) {
      expect(await known.callerOf(header)).toBeNull();
    }
    expect(reads()).toBe(before);
  });

  it('with a well-formed key that is not known', async () => {
    await mint('rewst');
    expect(await callers().callerOf(`Bearer aak_${'A'.repeat(43)}`)).toBeNull();
  });
});

describe('the hashes in memory', () => {
  it('are read once a minute, and a key that was removed opens no longer than that', async () => {
    const key = await mint('rewst');
    const known = callers();
    const before = reads();
    for (let n = 0; n < 5; n++) expect(await known.callerOf(`Bearer ${key}`)).toBe('rewst');
    expect(reads()).toBe(before + 1);
    await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: '{"keys":[]}' }));
    now += 59_999;
    expect(await known.callerOf(`Bearer ${key}`)).toBe('rewst');
    now += 1;
    expect(await known.callerOf(`Bearer ${key}`)).toBeNull();
  });

  it('are read again for a strange key, but not at its bearer’s pleasure', async () => {
    const known = callers();
    await known.callerOf(`Bearer aak_${'A'.repeat(43)}`);
    const key = await mint('late');
    const before = reads();
    expect(await known.callerOf(`Bearer ${key}`)).toBeNull();
    expect(reads()).toBe(before);
    now += 5_000;
    expect(await known.callerOf(`Bearer ${key}`)).toBe('late');
    expect(reads()).toBe(before + 1);
  });
});
