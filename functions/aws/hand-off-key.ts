import { createHmac } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Purpose } from '#connections/connection';

/** Of characters from a large alphabet: more than 128 bits. */
const shortestKey = 32;

/** Derives a link's token: 43 characters. */
export type TokenOf = (version: string, connectionId: string, purpose: Purpose) => Promise<string>;

/**
 * The same attempt has the same token each time it is asked for, and nothing of it is stored. The key is read
 * when the first one is asked for and kept as long as the process lives: with a new key every link is another.
 */
export function createTokenOf(client: () => SecretsManagerClient, secretId: string): TokenOf {
  let key: Promise<string> | undefined;
  const read = async (): Promise<string> => {
    try {
      return await readKey(client(), secretId);
    } catch (error) {
      // What failed once may work the next time.
      key = undefined;
      throw error;
    }
  };
  return async (version, connectionId, purpose) => {
    key ??= read();
    // As JSON, so that no two triples are one text.
    const named = JSON.stringify([version, connectionId, purpose]);
    return createHmac('sha256', await key)
      .update(named)
      .digest('base64url');
  };
}

async function readKey(client: SecretsManagerClient, secretId: string): Promise<string> {
  const found = await client.send(
    new GetSecretValueCommand({ SecretId: secretId, VersionStage: 'AWSCURRENT' }),
  );
  const key = found.SecretString ?? '';
  if (key.length < shortestKey) {
    throw new Error(`the key of the hand-off links (${secretId}) has fewer than ${shortestKey} characters`);
  }
  return key;
}
