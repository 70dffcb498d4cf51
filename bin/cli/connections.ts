/** `connections`: the list; and, of one, everything that stands, its settings, its Addigy key. */
import type { Command } from 'commander';
import type { ConnectionAnswer } from '../api/answers.ts';
import type { Act } from './act.ts';
import { addAddigyKey } from './addigy-key.ts';
import { type Call, line } from './call.ts';
import { credentialsText, dueText, lastRunText, nameOf, successText } from './connection-words.ts';
import type { Exit } from './exit.ts';
import { listAll } from './list-all.ts';
import { paintStatus } from './print-run.ts';
import { addSetConnection } from './set-connection.ts';
import { addShowConnection } from './show-connection.ts';
import { wholeNumber } from './whole-number.ts';

export function addConnections(program: Command, act: Act): void {
  const connections = program
    .command('connections')
    .description('the connections: listed, shown, set, given an Addigy key');
  connections
    .command('list', { isDefault: true })
    .description('all of them, by id')
    .option('--limit <n>', 'no more than so many', wholeNumber(1))
    .action(act(list));
  addShowConnection(connections, act);
  addSetConnection(connections, act);
  addAddigyKey(connections, act);
}

async function list({ api, screen, now }: Call, { limit }: { readonly limit?: number }): Promise<Exit> {
  const found = await listAll<ConnectionAnswer, 'connections'>(api, '/connections', 'connections', limit);
  if (screen.isJson) {
    screen.document({ connections: found });
    return 'done';
  }
  if (found.length === 0) {
    screen.say('There is no connection yet. The first one:');
    screen.command(line('onboard', 'acme', '--name', '"Acme Dental"'));
    return 'done';
  }
  const { green, yellow } = screen.paint;
  screen.table(found, [
    { title: 'ID', of: ({ id }) => id, shrinksTo: 12 },
    { title: 'NAME', of: nameOf, shrinksTo: 10, dispensable: 3 },
    { title: 'ENGINE', of: ({ engine }) => engine, dispensable: 4 },
    { title: 'POLICY', of: ({ sync }) => sync.policy, dispensable: 2 },
    {
      title: 'CREDENTIALS',
      of: credentialsText,
      paint: (text) => (text === 'trusted' ? green(text) : yellow(text)),
      shrinksTo: 11,
    },
    {
      title: 'LAST RUN',
      of: lastRunText,
      paint: (text, { lastRun }) => paintStatus(screen, lastRun?.status ?? '', text),
      shrinksTo: 9,
    },
    { title: 'SUCCESS', of: (connection) => successText(connection, now()) },
    { title: 'DUE', of: (connection) => dueText(connection, now()), dispensable: 1 },
  ]);
  return 'done';
}
