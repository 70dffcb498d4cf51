import { createHmac } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { createTokenOf } from '#aws/hand-off-key';
import type { Purpose } from '#connections/connection';
import { AwsRefusal, type JsonServer, localClient, startJsonServer } from './json-server.ts';

const key = 'k'.repeat(32);

let server: JsonServer | undefined;
afterEach(() => server?.close());

/** Each answer of Secrets Manager in turn, the last one for ever; an `Error` is its refusal. */
async function tokensWith(...answers: ReadonlyArray<string | AwsRefusal>) {
  let asked = 0;
  const started = await startJsonServer({
    GetSecretValue: () => {
      const answer = answers[Math.min(asked, answers.length - 1)]!;
      asked += 1;
      if (answer instanceof AwsRefusal) throw answer;
      return { VersionId: 'v', SecretString: answer };
    },
  });
  server = started;
  const client = new SecretsManagerClient(localClient(started.url));
  return { tokenOf: createTokenOf(() => client, 'the-key'), journal: started.journal };
}

describe('the token of a link', () => {
  it('is the HMAC of what it is for, as 43 characters', async () => {
    const { tokenOf } = await tokensWith(key);
    const token = await tokenOf('v1', 'acme', 'device-sync');
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/u);
    const text = '["v1","acme","device-sync"]';
    expect(token).toBe(createHmac('sha256', key).update(text).digest('base64url'));
  });

  it('is the same in another process, and another for anything else', async () => {
    const { tokenOf } = await tokensWith(key);
    const again = createTokenOf(() => new SecretsManagerClient(localClient(server?.url ?? '')), 'the-key');
    const all: ReadonlyArray<[string, string, Purpose]> = [
      ['v1', 'acme', 'device-sync'],
      ['v2', 'acme', 'device-sync'],
      ['v1', 'acme-2', 'device-sync'],
      ['v1', 'acme', 'addigy'],
      ['v1acme', '', 'device-sync'],
      ['v1","acme', '', 'device-sync'],
    ];
    const tokens = await Promise.all(all.map((each) => tokenOf(...each)));
    expect(new Set(tokens).size).toBe(all.length);
    expect(await Promise.all(all.map((each) => again(...each)))).toEqual(tokens);
    const other = await tokensWith('o'.repeat(32));
    expect(tokens).not.toContain(await other.tokenOf(...all[0]!));
  });
});

describe('the key', () => {
  it('is read when the first token is asked for, and once', async () => {
    const { tokenOf, journal } = await tokensWith(key);
    expect(journal).toHaveLength(0);
    await Promise.all([tokenOf('v1', 'a', 'addigy'), tokenOf('v2', 'b', 'addigy')]);
    await tokenOf('v3', 'c', 'addigy');
    expect(journal.map(({ input }) => input)).toEqual([{ SecretId: 'the-key', VersionStage: 'AWSCURRENT' }]);
  });

  it('is read again where that failed', async () => {
    const { tokenOf } = await tokensWith(new AwsRefusal('ThrottlingException'), key);
    await expect(tokenOf('v1', 'a', 'addigy')).rejects.toThrow('ThrottlingException');
    expect(await tokenOf('v1', 'a', 'addigy')).toHaveLength(43);
  });

  it.each(['', 'k'.repeat(31)])('is refused where it is short, and not quoted: %j', async (short) => {
    const { tokenOf } = await tokensWith(short);
    const error = await tokenOf('v1', 'a', 'addigy').catch((caught: unknown) => caught);
    expect(String(error)).toContain('(the-key) has fewer than 32 characters');
    expect(String(error)).not.toContain('kkk');
  });
});
