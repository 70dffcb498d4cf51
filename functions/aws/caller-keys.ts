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
import * as z from 'zod/mini';
import { type Scope, scopes } from '#callers/scope';

const callersSchema = z.object({
  keys: z.array(
    z.object({
      name: z.string().check(z.minLength(1), z.maxLength(100)),
      sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/u)),
      createdAt: z.string(),
      /** A key of before there were scopes has all of them. */
      scopes: z._default(z.array(z.enum(scopes)).check(z.minLength(1)), [...scopes]),
      /** ISO 8601; null: never. */
      expiresAt: z._default(z.nullable(z.iso.datetime()), null),
    }),
  ),
});
export type CallerKey = z.infer<typeof callersSchema>['keys'][number];

/** `aak_` and 32 random bytes in base64url. */
const keyPattern = /^aak_[A-Za-z0-9_-]{43}$/u;
/** One at work and the one that takes its place. */
const mostOfOneName = 2;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** What a key is called by people: the beginning of its hash, which opens nothing. */
export const keyIdOf = (key: CallerKey): string => key.sha256.slice(0, 12);

export const isExpired = ({ expiresAt }: CallerKey, now: number): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= now;

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

async function writeCallerKeys(
  client: SecretsManagerClient,
  secretId: string,
  keys: readonly CallerKey[],
): Promise<void> {
  const SecretString = JSON.stringify(callersSchema.parse({ keys }));
  await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString }));
}

export interface NewCallerKey {
  readonly client: SecretsManagerClient;
  readonly secretId: string;
  readonly name: string;
  readonly now: number;
  /** By default every one. */
  readonly scopes?: readonly Scope[];
  /** Epoch milliseconds; by default never. */
  readonly expiresAt?: number | null;
}

/**
 * Makes a new key and adds its hash to the secret. The key itself is in the answer and nowhere else. A second one of
 * a name stands beside the first, so that a caller can change from one to the other with both at work.
 */
export async function addCallerKey(wish: NewCallerKey): Promise<string> {
  const { client, secretId, name, now, expiresAt = null } = wish;
  const keys = await readCallerKeys(client, secretId);
  const valid = keys.filter((known) => known.name === name && !isExpired(known, now));
  if (valid.length >= mostOfOneName) {
    throw new Error(
      `there are ${valid.length} keys named ${name} already (${valid.map(keyIdOf).join(', ')}): retire one first`,
    );
  }
  const key = `aak_${randomBytes(32).toString('base64url')}`;
  const added = {
    name,
    sha256: sha256(key).toString('hex'),
    createdAt: new Date(now).toISOString(),
    scopes: scopes.filter((scope) => (wish.scopes ?? scopes).includes(scope)),
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  };
  await writeCallerKeys(client, secretId, [...keys, added]);
  return key;
}

/** Takes a key away for good: it opens nothing within a minute. Rejects where there is none of this id. */
export async function retireCallerKey(
  client: SecretsManagerClient,
  secretId: string,
  keyId: string,
): Promise<CallerKey> {
  const keys = await readCallerKeys(client, secretId);
  const retired = keys.find((known) => keyIdOf(known) === keyId);
  if (retired === undefined) throw new Error(`there is no key ${keyId}`);
  await writeCallerKeys(
    client,
    secretId,
    keys.filter((known) => known !== retired),
  );
  return retired;
}

/**
 * How long the hashes are kept in memory. API Gateway takes our word for 30 s more (lib/connections-api.ts): after a
 * minute in all a key that was removed opens nothing. Milliseconds.
 */
const keptMs = 30_000;
/**
 * A key that is not known may have been minted a moment ago, and must open at once. But strangers must not make us
 * read the secret at will: so many readings at once, and one more after so many milliseconds.
 */
const mostReadings = 10;
const readingEveryMs = 5_000;

export interface Caller {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** Tells who bears a key. */
export class CallerKeys {
  readonly #client: () => SecretsManagerClient;
  readonly #secretId: string;
  readonly #now: () => number;
  #keys: readonly CallerKey[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #readings = mostReadings;
  #readingsAt = 0;

  constructor(client: () => SecretsManagerClient, secretId: string, now: () => number) {
    this.#client = client;
    this.#secretId = secretId;
    this.#now = now;
  }

  /** The caller of an `Authorization` header; null where it opens nothing. */
  async callerOf(authorization: string | undefined): Promise<Caller | null> {
    const key = /^Bearer +(\S+)$/iu.exec(authorization?.trim() ?? '')?.[1];
    if (key === undefined || !keyPattern.test(key)) return null;
    if (this.#now() - this.#readAt >= keptMs) await this.#read();
    let caller = this.#find(key);
    if (caller === null && this.#mayReadAgain()) {
      await this.#read();
      caller = this.#find(key);
    }
    return caller;
  }

  async #read(): Promise<void> {
    this.#keys = await readCallerKeys(this.#client(), this.#secretId);
    this.#readAt = this.#now();
  }

  #mayReadAgain(): boolean {
    const now = this.#now();
    // What was read this very moment cannot have changed since.
    if (this.#readAt === now) return false;
    this.#readings = Math.min(mostReadings, this.#readings + (now - this.#readingsAt) / readingEveryMs);
    this.#readingsAt = now;
    if (this.#readings < 1) return false;
    this.#readings -= 1;
    return true;
  }

  /** Compares with every hash, so that the time it takes tells nothing. */
  #find(key: string): Caller | null {
    const presented = sha256(key);
    let caller: Caller | null = null;
    for (const known of this.#keys) {
      const isIt = timingSafeEqual(presented, Buffer.from(known.sha256, 'hex'));
      if (isIt && !isExpired(known, this.#now())) caller = { name: known.name, scopes: known.scopes };
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
