/** `onboard`: API users are asked for, their links told, and, with `--wait`, followed until they are trusted. */
import type { Command } from 'commander';
import type { Purpose } from '#connections/connection';
import type { ToldApiUser } from '#onboarding/tell-api-user';
import type { Act } from './act.ts';
import { type Call, line, pathOf } from './call.ts';
import { declare } from './declare.ts';
import type { Exit } from './exit.ts';
import { followApiUsers } from './follow-api-users.ts';
import { printApiUser } from './print-api-user.ts';
import { purposeList } from './purposes.ts';
import { wholeNumber } from './whole-number.ts';

interface OnboardOptions {
  readonly name?: string;
  readonly purpose: readonly Purpose[];
  readonly newLink?: boolean;
  readonly wait?: boolean;
}

export function addOnboard(program: Command, act: Act): void {
  program
    .command('onboard')
    .argument('<id>', 'the connection; a new one where there is none')
    .description('ask for API users, and tell the one-time links for the Autotask administrator')
    .option('--name <name>', 'what people call the connection; a new one is called by its id')
    .option(
      '--purpose <list>',
      'device-sync (this service logs in), addigy (Addigy does), or both',
      purposeList,
      ['device-sync'],
    )
    .option('--new-link', 'a fresh link: for one that was lost or has expired; the old one is void')
    .option('--wait', 'until the users are trusted, or one is refused')
    .option('--timeout <minutes>', 'with --wait: no longer than this', wholeNumber(1))
    .action(act(onboard));
}

async function onboard(call: Call, options: OnboardOptions, id: string): Promise<Exit> {
  const { api, screen } = call;
  const { name, purpose: wished, newLink, wait } = options;
  const { before, after } = await declare(api, id, (settings) => ({
    ...(settings ?? { name: id }),
    ...(name === undefined ? {} : { name }),
    provision: wished,
  }));
  for (const purpose of newLink === true ? wished : []) {
    await api.call('POST', `${pathOf(id)}/api-users/${purpose}/hand-offs`);
  }
  const asked =
    newLink === true
      ? await Promise.all(
          wished.map((purpose) => api.call<ToldApiUser>('GET', `${pathOf(id)}/api-users/${purpose}`)),
        )
      : (after.apiUsers ?? []).filter(({ purpose }) => wished.includes(purpose));
  if (!screen.isJson) {
    screen.prose(
      `${id} is ${before === null ? 'declared' : 'there'}; its policy is ${after.sync.policy}${after.sync.policy === 'observe' ? ': it plans, and writes nothing' : ''}.`,
    );
    for (const user of asked) printApiUser(call, user);
    if (after.credentials.addigyKey !== 'trusted') {
      screen.say();
      screen.say('It has no Addigy key that works. Give it one:');
      screen.command(line('connections', 'addigy-key', id));
    }
  }
  const ended = wait === true ? await followApiUsers(call, id, asked) : asked;
  if (screen.isJson) screen.document({ ...after, apiUsers: ended });
  return wait !== true || ended.every(({ state }) => state === 'trusted') ? 'done' : 'unsuccessful';
}
