/** `connections show`: a connection as it stands, with its API users, but without the links to their pages. */
import type { Command } from 'commander';
import type { ToldApiUser } from '#onboarding/tell-api-user';
import { shown } from '#sync/plan-text';
import type { ConnectionAnswer } from '../api/answers.ts';
import { ago } from '../terminal/ago.ts';
import type { Act } from './act.ts';
import { type Call, line, pathOf } from './call.ts';
import { credentialsText, dueText, lastRunText, nameOf, successText } from './connection-words.ts';
import type { Exit } from './exit.ts';
import { settingLines, settingsOf } from './settings.ts';

export function addShowConnection(connections: Command, act: Act): void {
  connections
    .command('show')
    .argument('<id>', 'the connection')
    .description('one as it stands: settings, credentials, API users, last run')
    .action(act(show));
}

async function show({ api, screen, now }: Call, _options: object, id: string): Promise<Exit> {
  const connection = await api.call<ConnectionAnswer>('GET', pathOf(id));
  const { apiUsers } = await api.call<{ apiUsers: readonly ToldApiUser[] }>('GET', `${pathOf(id)}/api-users`);
  if (screen.isJson) {
    // Whoever has a link may act on it: it is told where it is asked for, by `onboard`.
    screen.document({ ...connection, apiUsers: apiUsers.map(({ link, ...user }) => user) });
    return 'done';
  }
  const { bold, dim, yellow } = screen.paint;
  const row = (name: string, text: string): void =>
    screen.prose(text, ' '.repeat(14), `${dim(name.padEnd(12))}  `);
  screen.say(`${bold(id)}  ${nameOf(connection)}`);
  row('engine', connection.engine);
  row('policy', connection.sync.policy);
  row('credentials', credentialsText(connection));
  if (connection.zone !== null) row('zone', `${connection.zone.name}, ${connection.zone.url}`);
  const ended = connection.lastRun?.finishedAt ?? null;
  row('last run', `${lastRunText(connection)}${ended === null ? '' : `, ${ago(ended, now())}`}`);
  row('last success', successText(connection, now()));
  row('next run', dueText(connection, now()));
  if (connection.lastPlanId !== null) row('newest plan', connection.lastPlanId);
  for (const lost of connection.permissionLost === null ? [] : [connection.permissionLost])
    row('right lost', yellow(lost));
  if (connection.addigyBlockedUntil !== null)
    row(
      'Addigy',
      `has locked its key; nothing is asked of it before ${ago(connection.addigyBlockedUntil, now())}`,
    );
  for (const user of apiUsers)
    row(
      'API user',
      `${user.purpose}: ${shown(`${user.firstName} ${user.lastName}`)}, ${user.state}. ${user.says}`,
    );
  if (apiUsers.length === 0 && connection.offboarding === null)
    row('API user', `none: ${line('onboard', id)}`);
  screen.say();
  screen.say(dim('settings'));
  for (const text of settingLines(settingsOf(connection))) screen.prose(text, '    ', '  ');
  return 'done';
}
