import { readFileSync } from 'node:fs';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addCallerKey, CallerKeys, keyIdOf, readCallerKeys, retireCallerKey } from '#aws/caller-keys';
import type { Scope } from '#callers/scope';
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

const mint = (name: string, more: { scopes?: readonly Scope[]; expiresAt?: number } = {}) =>
  addCallerKey({ client, secretId, name, now, ...more });
const all: readonly Scope[] = ['onboard', 'sync', 'read'];
const rewst = { name: 'rewst', scopes: all };
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
    expect(await callers().callerOf(`Bearer ${key}`)).toEqual(rewst);
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    expect(SecretString).not.toContain(key.slice(4));
    expect(JSON.parse(SecretString ?? '')).toEqual({
      keys: [
        {
          name: 'rewst',
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/u),
          createdAt: new Date(now).toISOString(),
          scopes: all,
          expiresAt: null,
        },
      ],
    });
  });

  it('stands beside those before it; of one name there are two at most', async () => {
    const [one, two] = [await mint('one'), await mint('two')];
    const known = callers();
    expect([await known.callerOf(`Bearer ${one}`), await known.callerOf(`bearer ${two}`)]).toMatchObject([
      { name: 'one' },
      { name: 'two' },
    ]);
    await mint('one');
    await expect(mint('one')).rejects.toThrow(/2 keys named one already/u);
  });

  it('has the scopes that it was given, and ends when it was told to', async () => {
    const key = await mint('rewst', { scopes: ['read', 'sync'], expiresAt: now + 10_000 });
    const known = callers();
    now += 9_999;
    expect(await known.callerOf(`Bearer ${key}`)).toEqual({ name: 'rewst', scopes: ['sync', 'read'] });
    now += 1;
    expect(await known.callerOf(`Bearer ${key}`)).toBeNull();
    // An expired one does not stand in the way of two new ones.
    await mint('rewst');
    await mint('rewst');
  });

  it('of before there were scopes has every one', async () => {
    const key = await mint('rewst');
    const [{ scopes, expiresAt, ...before }] = (await readCallerKeys(client, secretId)) as [
      Awaited<ReturnType<typeof readCallerKeys>>[number],
    ];
    const SecretString = JSON.stringify({ keys: [before] });
    await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString }));
    expect(await callers().callerOf(`Bearer ${key}`)).toEqual(rewst);
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
  it('are read every half a minute, and a key that was removed opens no longer than that', async () => {
    const key = await mint('rewst');
    const known = callers();
    const before = reads();
    for (let n = 0; n < 5; n++) expect(await known.callerOf(`Bearer ${key}`)).toEqual(rewst);
    expect(reads()).toBe(before + 1);
    await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: '{"keys":[]}' }));
    now += 29_999;
    expect(await known.callerOf(`Bearer ${key}`)).toEqual(rewst);
    now += 1;
    expect(await known.callerOf(`Bearer ${key}`)).toBeNull();
  });

  it('are read again for a strange key, but not at its bearer’s pleasure', async () => {
    const known = callers();
    const strange = `Bearer aak_${'A'.repeat(43)}`;
    await known.callerOf(strange);
    const before = reads();
    for (let n = 0; n < 100; n++) {
      now += 1;
      expect(await known.callerOf(strange)).toBeNull();
    }
    expect(reads() - before).toBe(10);
    const key = await mint('late');
    now += 5_000;
    const then = reads();
    expect(await known.callerOf(`Bearer ${key}`)).toEqual({ name: 'late', scopes: all });
    expect(reads()).toBe(then + 1);
  });
});

describe('a rotation', () => {
  it('refuses no request: the second key opens at once, the first until it is retired', async () => {
    // Two instances of the door, each with hashes of its own in memory.
    const instances = [callers(), callers()];
    const ask = async (key: string) => {
      now += 1;
      return Promise.all(instances.map(async (one) => (await one.callerOf(`Bearer ${key}`))?.name));
    };
    const first = await mint('rewst');
    for (let n = 0; n < 20; n++) expect(await ask(first)).toEqual(['rewst', 'rewst']);
    const second = await mint('rewst');
    // The caller is given the second while its other workers still bear the first.
    for (let n = 0; n < 20; n++) {
      expect(await ask(second)).toEqual(['rewst', 'rewst']);
      expect(await ask(first)).toEqual(['rewst', 'rewst']);
    }
    const [old] = await readCallerKeys(client, secretId);
    expect((await retireCallerKey(client, secretId, keyIdOf(old!))).name).toBe('rewst');
    for (let n = 0; n < 20; n++) expect(await ask(second)).toEqual(['rewst', 'rewst']);
    now += 60_000;
    expect(await ask(first)).toEqual([undefined, undefined]);
    expect(await ask(second)).toEqual(['rewst', 'rewst']);
    await expect(retireCallerKey(client, secretId, keyIdOf(old!))).rejects.toThrow('no key');
  });
});

describe('comparing', () => {
  it('goes through every hash in constant time, and never by ===', () => {
    const source = readFileSync('functions/aws/caller-keys.ts', 'utf8');
    const find = /#find\(key: string\)[\s\S]*?\n {2}\}/u.exec(source)?.[0] ?? '';
    expect(find).toContain('timingSafeEqual(presented, Buffer.from(known.sha256');
    // No way out of the loop, and no comparison of texts.
    expect(find.match(/return|break|===|==|includes|find\(/gu)).toEqual(['find(', 'return']);
  });
});
