/**
 * Makes a key for a caller of the HTTP API and prints it, once: only its hash is stored.
 *
 *   npx tsx bin/mint-key.ts --name rewst --secret-id <id of the stack's callers secret>
 *
 * Region and credentials come from the environment, as for any AWS tool.
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { addCallerKey } from '#aws/caller-keys';
import { secretsClient } from '#aws/clients';

/** The new key, `aak_` and 43 characters. Rejects where a key of this name is there already. */
export async function mintKey(options: {
  readonly name: string;
  readonly secretId: string;
  /** By default the client that the environment describes. */
  readonly client?: Parameters<typeof addCallerKey>[0]['client'];
}): Promise<string> {
  const { name, secretId, client = secretsClient() } = options;
  return addCallerKey({ client, secretId, name, now: Date.now() });
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { name: { type: 'string' }, 'secret-id': { type: 'string' } },
      strict: true,
    });
    const name = values.name?.trim() ?? '';
    const secretId = values['secret-id'] ?? '';
    if (name === '' || name.length > 100 || secretId === '')
      throw new Error('--name and --secret-id are needed');
    process.stdout.write(`${await mintKey({ name, secretId })}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(
      `${error instanceof Error ? error.message : String(error)}\nusage: mint-key --name <who calls> --secret-id <id of the callers secret>\n`,
    );
    return 1;
  }
}

const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
