/** `connections addigy-key`: from a person who is not overlooked, or from a pipe; never from an argument. */
import type { Command } from 'commander';
import { askSecret } from '../terminal/ask.ts';
import type { Act } from './act.ts';
import { type Call, line, pathOf } from './call.ts';
import type { Exit } from './exit.ts';
import { usageFailure } from './failure.ts';

export function addAddigyKey(connections: Command, act: Act): void {
  connections
    .command('addigy-key')
    .argument('<id>', 'the connection')
    .description('give it its Addigy API token, from stdin or a hidden prompt; it is tried, then kept')
    .action(act(storeKey));
}

async function storeKey(call: Call, _options: object, id: string): Promise<Exit> {
  const { api, screen, stdin, stderr, signal } = call;
  const apiKey =
    stdin.isTTY === true
      ? await askSecret(`Addigy API token for ${id} (not shown):`, { input: stdin, output: stderr, signal })
      : (await call.readInput('the Addigy key')).trim();
  if (apiKey === '') throw usageFailure('No Addigy key came: it is read from stdin, or typed at the prompt.');
  const answer = await api.call<{ organizationId: string | null }>('PUT', `${pathOf(id)}/addigy-key`, {
    apiKey,
  });
  if (screen.isJson) screen.document(answer);
  else {
    const whose =
      answer.organizationId === null ? 'its organisation' : `organisation ${answer.organizationId}`;
    screen.prose(`Addigy let it in: it reads ${whose}, and is the key of ${id} now. What a sync would do:`);
    screen.command(line('plan', id));
  }
  return 'done';
}
