/** An API user for people: what it waits for and, where that is a person, the link for them. */

import type { ToldApiUser } from '#onboarding/tell-api-user';
import { shown } from '#sync/plan-text';
import { ago } from '../terminal/ago.ts';
import { type Call, line } from './call.ts';

export function printApiUser({ screen, now }: Call, user: ToldApiUser): void {
  const { bold, green, yellow } = screen.paint;
  const { purpose, firstName, lastName, state, says, link, expiresAt } = user;
  screen.say();
  const painted = state === 'trusted' ? green(state) : yellow(state);
  screen.say(`${bold(`API user for ${purpose}`)}: ${shown(`${firstName} ${lastName}`)}, ${painted}`);
  screen.prose(says, '  ');
  if (link !== null) {
    screen.say();
    // Whole and on a line of its own, however narrow the terminal: it is to be copied.
    screen.say(`  ${link}`);
    screen.say();
    const until =
      expiresAt === null
        ? ''
        : `It opens until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC (${ago(expiresAt, now())}). `;
    screen.prose(
      `${until}Whoever has it may act on it: pass it on to the Autotask administrator alone.`,
      '  ',
    );
  } else if (expiresAt !== null && state !== 'trusted') {
    screen.command(line('onboard', connectionOf(user), '--new-link', '--purpose', purpose));
  }
}

/** Users are called by their connection and a number. */
const connectionOf = ({ lastName }: ToldApiUser): string => lastName.split(' ')[0] ?? '';
