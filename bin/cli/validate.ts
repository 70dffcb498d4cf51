/** `validate`: what the API user may do, asked of the vendor now. */
import { Argument, type Command } from 'commander';
import type { Purpose } from '#connections/connection';
import type { ToldApiUser } from '#onboarding/tell-api-user';
import { shown } from '#sync/plan-text';
import type { ConnectionAnswer } from '../api/answers.ts';
import type { Act } from './act.ts';
import { type Call, pathOf } from './call.ts';
import type { Exit } from './exit.ts';
import { printReport, verdictsText } from './print-report.ts';
import { purposes } from './purposes.ts';

export function addValidate(program: Command, act: Act): void {
  program
    .command('validate')
    .argument('<id>', 'the connection')
    .addArgument(
      new Argument('[purpose]', 'which API user; without it, the one that the engine needs').choices(
        purposes,
      ),
    )
    .description('ask Autotask (or Addigy) now what the API user may do, and name the box to tick')
    .option('--strict', 'inconclusive counts as denied')
    .action(act(validate));
}

async function validate(
  { api, screen }: Call,
  { strict }: { readonly strict?: boolean },
  id: string,
  named: Purpose | undefined,
): Promise<Exit> {
  const purpose = named ?? (await neededPurpose(api, id));
  screen.live.show(`  validating ${purpose}`);
  const user = await api.call<ToldApiUser>('POST', `${pathOf(id)}/api-users/${purpose}/validations`);
  const lines = user.report?.lines ?? [];
  const isLacking = lines.some(
    ({ verdict }) => verdict === 'denied' || (strict === true && verdict === 'inconclusive'),
  );
  if (screen.isJson) screen.document(user);
  else {
    screen.say(`${id}, API user for ${purpose}: ${shown(`${user.firstName} ${user.lastName}`)}`);
    if (user.report !== null) {
      printReport(screen, user.report);
      screen.say();
      screen.prose(
        `${verdictsText(user.report)}; ${user.report.calls.autotask} Autotask and ${user.report.calls.addigy} Addigy calls.`,
      );
    }
    screen.prose(user.says);
  }
  return isLacking || lines.length === 0 ? 'unsuccessful' : 'done';
}

async function neededPurpose(api: Call['api'], id: string): Promise<Purpose> {
  const { engine } = await api.call<ConnectionAnswer>('GET', pathOf(id));
  return engine === 'native' ? 'addigy' : 'device-sync';
}
