/**
 * The keys of the callers of the HTTP API.
 *
 *   npx tsx bin/keys.ts mint   --secret-id S --name rewst [--scopes sync,read] [--expires 2027-06-30]
 *   npx tsx bin/keys.ts list   --secret-id S
 *   npx tsx bin/keys.ts retire --secret-id S --id 0123456789ab
 *
 * S is the CallersSecret output of the stateful stack. `mint` prints the key, once: only its hash is stored. To rotate
 * a key: mint a second one of the same name, give it to the caller, and retire the first when the caller uses it.
 * Region and credentials come from the environment, as for any AWS tool.
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  addCallerKey,
  isExpired,
  keyIdOf,
  type NewCallerKey,
  readCallerKeys,
  retireCallerKey,
} from '#aws/caller-keys';
import { secretsClient } from '#aws/secrets-client';
import { type Scope, scopes } from '#callers/scope';

const usage = `usage: keys mint   --secret-id <CallersSecret> --name <who calls> [--scopes ${scopes.join(',')}] [--expires <date>]
       keys list   --secret-id <CallersSecret>
       keys retire --secret-id <CallersSecret> --id <id, as listed>`;

/** The new key, `aak_` and 43 characters. Rejects where two keys of this name are there already. */
export async function mintKey({
  client = secretsClient(),
  ...wish
}: Omit<NewCallerKey, 'client' | 'now'> & {
  /** By default the client that the environment describes. */
  readonly client?: NewCallerKey['client'];
}): Promise<string> {
  return addCallerKey({ ...wish, client, now: Date.now() });
}

function readScopes(text: string | undefined): readonly Scope[] {
  if (text === undefined) return scopes;
  const wished = text.split(',').map((one) => one.trim());
  const strange = wished.find((one) => !(scopes as readonly string[]).includes(one));
  if (strange !== undefined) throw new Error(`--scopes knows ${scopes.join(', ')}; not "${strange}"`);
  return scopes.filter((scope) => wished.includes(scope));
}

function readExpiry(text: string | undefined, now: number): number | null {
  if (text === undefined) return null;
  const at = /^\d{4}-\d\d-\d\d(?:T.+Z)?$/u.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new Error('--expires is a date, such as 2027-06-30 or 2027-06-30T12:00:00Z');
  if (at <= now) throw new Error(`--expires ${text} is past`);
  return at;
}

/** What to print. Rejects with a sentence. */
export async function keysCommand(args: readonly string[], now: number): Promise<string> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      'secret-id': { type: 'string' },
      scopes: { type: 'string' },
      expires: { type: 'string' },
      id: { type: 'string' },
    },
    strict: true,
  });
  const [verb, ...rest] = positionals;
  const secretId = values['secret-id'] ?? '';
  const { name, scopes: wished, expires, id } = values;
  if (secretId === '' || rest.length > 0)
    throw new Error('--secret-id and one of mint, list, retire are needed');
  const client = secretsClient();
  switch (verb) {
    case 'mint': {
      const called = name?.trim() ?? '';
      if (called === '' || called.length > 100)
        throw new Error('--name is needed, of at most 100 characters');
      const expiresAt = readExpiry(expires, now);
      return addCallerKey({ client, secretId, name: called, now, scopes: readScopes(wished), expiresAt });
    }
    case 'list': {
      const keys = await readCallerKeys(client, secretId);
      const lines = keys.map((key) => {
        const until = key.expiresAt === null ? 'never expires' : `expires ${key.expiresAt}`;
        const end = isExpired(key, now) ? `expired ${key.expiresAt}` : until;
        return [keyIdOf(key), key.name, key.scopes.join(','), `made ${key.createdAt}`, end].join('  ');
      });
      return lines.length === 0 ? 'There are no keys.' : lines.join('\n');
    }
    case 'retire': {
      if (id === undefined) throw new Error('--id is needed; `keys list` shows it');
      const retired = await retireCallerKey(client, secretId, id);
      return `${id} (${retired.name}) opens nothing any more, at the latest in a minute.`;
    }
    default:
      throw new Error('one of mint, list, retire is needed');
  }
}

const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${await keysCommand(process.argv.slice(2), Date.now())}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    process.exitCode = 1;
  }
}
