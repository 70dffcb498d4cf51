/** API users on their way: looked at until all of them are trusted, or a test of one has failed. */
import type { ToldApiUser } from '#onboarding/tell-api-user';
import { lasting } from '../terminal/ago.ts';
import { type Call, line, pathOf } from './call.ts';
import { stopped } from './failure-of.ts';
import { printReport } from './print-report.ts';

/** `asked`: as they were at first; a test that had failed before does not end the waiting. */
export async function followApiUsers(
  call: Call,
  id: string,
  asked: readonly ToldApiUser[],
): Promise<readonly ToldApiUser[]> {
  const { api, screen, signal } = call;
  const began = call.now();
  const said = new Map(asked.map((user) => [user.purpose, user.state]));
  const failedAt = new Map(asked.map((user) => [user.purpose, failureOf(user)]));
  let users = asked;
  try {
    while (!users.every(({ state }) => state === 'trusted')) {
      const failed = users.filter(
        (user) => failureOf(user) !== '' && failureOf(user) !== failedAt.get(user.purpose),
      );
      for (const user of failed) {
        if (screen.isJson || user.report === null) continue;
        screen.say();
        printReport(screen, user.report, true);
      }
      if (failed.length > 0) {
        if (!screen.isJson) screen.say('Fixed there, and Verify pressed again? Go on waiting:');
        if (!screen.isJson) screen.command(line('onboard', id, '--wait'));
        return users;
      }
      const waited = call.now() - began;
      screen.live.show(
        `  ${users.map(({ purpose, state }) => `${purpose}: ${state}`).join(', ')}  ${lasting(waited)}`,
      );
      await api.rest(waited);
      users = await Promise.all(
        asked.map(({ purpose }) => api.call<ToldApiUser>('GET', `${pathOf(id)}/api-users/${purpose}`)),
      );
      for (const { purpose, state, says } of users) {
        if (!screen.isJson && said.get(purpose) !== state)
          screen.prose(`${purpose}: ${state}. ${says}`, '  ', '');
        said.set(purpose, state);
      }
    }
    return users;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw stopped(
      signal,
      'Stopped waiting. The link stays good.',
      [`Go on waiting: ${line('onboard', id, '--wait')}`],
      {
        connectionId: id,
      },
    );
  } finally {
    screen.live.clear();
  }
}

/** When its test has failed; '' where it has not. */
const failureOf = ({ state, report }: ToldApiUser): string =>
  state === 'refused' ? (report?.at ?? 'refused') : '';
