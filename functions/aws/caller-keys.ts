/**
 * The keys that callers of the HTTP API bear. Only their hashes are stored: a key is 32 random bytes,
 * so a plain SHA-256 cannot be searched, and needs no salt.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';

const callersSchema = z.object({
  keys: z.array(
    z.object({
      name: z.string().min(1).max(100),
      sha256: z.string().regex(/^[0-9a-f]{64}$/u),
      createdAt: z.string(),
    }),
  ),
});
export type CallerKey = z.infer<typeof callersSchema>['keys'][number];

/** `aak_` and 32 random bytes in base64url. */
const keyPattern = /^aak_[A-Za-z0-9_-]{43}$/u;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The stored keys; none where the secret has no value yet. */
export async function readCallerKeys(
  client: SecretsManagerClient,
  secretId: string,
): Promise<readonly CallerKey[]> {
  let text: string | undefined;
  try {
    text = (await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: 'AWSCURRENT' })))
      .SecretString;
  } catch (error) {
    // A secret without any version answers so too; where the secret itself is missing, the put that follows says so.
    if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
  }
  if (text === undefined) return [];
  const parsed = callersSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new Error(`the secret ${secretId} does not hold {"keys":[…]}`);
  return parsed.data.keys;
}

/** Makes a new key and adds its hash to the secret. The key itself is in the answer and nowhere else. */
export async function addCallerKey(options: {
  readonly client: SecretsManagerClient;
  readonly secretId: string;
  readonly name: string;
  readonly now: number;
}): Promise<string> {
  const { client, secretId, name, now } = options;
  const keys = await readCallerKeys(client, secretId);
  if (keys.some((known) => known.name === name)) throw new Error(`there is a key named ${name} already`);
  const key = `aak_${randomBytes(32).toString('base64url')}`;
  const added = { name, sha256: sha256(key).toString('hex'), createdAt: new Date(now).toISOString() };
  await client.send(
    new PutSecretValueCommand({
      SecretId: secretId,
      SecretString: JSON.stringify(callersSchema.parse({ keys: [...keys, added] })),
    }),
  );
  return key;
}

/** How long the hashes are kept in memory: how long a removed key still opens. Milliseconds. */
const keptMs = 60_000;
/** A key that is not known may have been minted since, but strangers must not make us read the secret at will. */
const soonestMs = 5_000;

/** Tells who bears a key. */
export class CallerKeys {
  readonly #client: () => SecretsManagerClient;
  readonly #secretId: string;
  readonly #now: () => number;
  #keys: readonly CallerKey[] = [];
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(client: () => SecretsManagerClient, secretId: string, now: () => number) {
    this.#client = client;
    this.#secretId = secretId;
    this.#now = now;
  }

  /** The name of the caller of an `Authorization` header; null where it opens nothing. */
  async callerOf(authorization: string | undefined): Promise<string | null> {
    const key = /^Bearer +(\S+)$/iu.exec(authorization?.trim() ?? '')?.[1];
    if (key === undefined || !keyPattern.test(key)) return null;
    if (this.#now() - this.#readAt >= keptMs) await this.#read();
    let caller = this.#find(key);
    if (caller === null && this.#now() - this.#readAt >= soonestMs) {
      await this.#read();
      caller = this.#find(key);
    }
    return caller;
  }

  async #read(): Promise<void> {
    this.#keys = await readCallerKeys(this.#client(), this.#secretId);
    this.#readAt = this.#now();
  }

  /** Compares with every hash, so that the time it takes tells nothing. */
  #find(key: string): string | null {
    const presented = sha256(key);
    let caller: string | null = null;
    for (const known of this.#keys) {
      if (timingSafeEqual(presented, Buffer.from(known.sha256, 'hex'))) caller = known.name;
    }
    return caller;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
