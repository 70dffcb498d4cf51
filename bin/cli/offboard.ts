/** `offboard`: a connection's way out of service, one step at a time. */
import type { Command } from 'commander';
import type { ConnectionAnswer, OffboardingAnswer, RunAnswer } from '../api/answers.ts';
import type { Act } from './act.ts';
import { type Call, line, pathOf } from './call.ts';
import type { Exit } from './exit.ts';
import { usageFailure } from './failure.ts';
import { exitOfRun, followRun } from './follow-run.ts';
import { fewLines, printRun, printShortfall } from './print-run.ts';
import { wholeNumber } from './whole-number.ts';

interface OffboardOptions {
  readonly apply?: boolean;
  readonly plan?: string;
  readonly limit?: number;
  readonly keepItems?: boolean;
  readonly yes?: boolean;
  readonly all?: boolean;
}

export function addOffboard(program: Command, act: Act): void {
  program
    .command('offboard')
    .argument('<id>', 'the connection')
    .description(
      'take a connection out of service: first a plan of what is ours, then, with --apply, its deactivation',
    )
    .option('--apply', 'deactivate the items that are ours, and finish')
    .option('--plan <planId>', 'with --apply: only if this is still the plan')
    .option(
      '--limit <percent>',
      'how many of the items may go, in place of the settings; review and apply with the same',
      wholeNumber(0, 100),
    )
    .option('--keep-items', 'leave Autotask as it is, and finish at once')
    .option('--yes', 'do not ask')
    .option('--all', `every line, not the first ${fewLines} of each kind and reason`)
    .option('--timeout <minutes>', 'wait no longer than this; the run goes on', wholeNumber(1))
    .action(act(offboard));
}

async function offboard(call: Call, options: OffboardOptions, id: string): Promise<Exit> {
  const { api, screen } = call;
  const { apply, plan, limit, keepItems, yes, all } = options;
  if (keepItems === true && (apply === true || plan !== undefined || limit !== undefined)) {
    throw usageFailure('--keep-items leaves Autotask alone: it does not go with --apply, --plan or --limit.');
  }
  if (plan !== undefined && apply !== true) throw usageFailure('--plan is of a plan to apply: add --apply.');
  await call.agree(`${question(options)} Take ${id} out of service?`, yes);
  const query = new URLSearchParams({
    ...(apply === true ? { apply: 'true' } : {}),
    ...(plan === undefined ? {} : { planId: plan }),
    ...(limit === undefined ? {} : { limit: String(limit) }),
    ...(keepItems === true ? { items: 'keep' } : {}),
  });
  const path = `${pathOf(id)}${query.size === 0 ? '' : `?${query}`}`;
  const answer = await api.call<OffboardingAnswer>('DELETE', path);
  if (answer.state === 'offboarded') {
    sayDone(call, id, answer);
    return 'done';
  }
  const run = await followRun(call, id, answer.runId);
  // It may have found nothing to do, and then needs no second step.
  const isOver =
    exitOfRun(run) === 'done' && (run.applied || deactivations(run) === 0) && (await isFinished(call, id));
  const done = isOver ? await api.call<OffboardingAnswer>('DELETE', pathOf(id)) : answer;
  if (screen.isJson) {
    screen.document({ ...done, run });
    return exitOfRun(run);
  }
  if (run.applied && all !== true) printShortfall(call, run);
  else printRun(call, run, all === true ? Infinity : fewLines);
  screen.say();
  if (done.state === 'offboarded') sayDone(call, id, done);
  else sayNext(call, id, run, limit);
  return exitOfRun(run);
}

const question = ({ apply, keepItems }: OffboardOptions): string =>
  keepItems === true
    ? 'Its secrets go out of use at once, and its items stay as they are.'
    : apply === true
      ? 'Its configuration items are deactivated, and its secrets go out of use.'
      : 'It is taken off the schedule and cannot be changed any more; nothing is written to Autotask yet.';

const deactivations = ({ counts }: RunAnswer): number => counts.deactivate;

/** It finishes by itself, right after its run: looked for a few times. */
async function isFinished({ api, screen }: Call, id: string): Promise<boolean> {
  for (let tries = 0; tries < 20; tries += 1) {
    const { offboarding } = await api.call<ConnectionAnswer>('GET', pathOf(id));
    if (offboarding?.doneAt != null) return true;
    screen.live.show('  finishes');
    await api.rest(tries * 1_000);
  }
  return false;
}

function sayNext({ screen }: Call, id: string, run: RunAnswer, limit: number | undefined): void {
  const same = limit === undefined ? [] : ['--limit', String(limit)];
  if (run.status !== 'succeeded' || run.applied) {
    screen.say('It is not out of service yet. What was left is tried again by the same command:');
    screen.command(line('offboard', id, ...(run.apply ? ['--apply'] : []), ...same));
    return;
  }
  screen.say('Nothing was written. This deactivates exactly these items, and finishes:');
  screen.command(line('offboard', id, '--apply', '--plan', run.planId, ...same));
}

function sayDone(
  { screen }: Call,
  id: string,
  done: OffboardingAnswer & { readonly state: 'offboarded' },
): void {
  if (screen.isJson) {
    screen.document(done);
    return;
  }
  screen.say(`${id} is out of service.`);
  for (const { purpose, firstName, lastName, says } of done.deactivate)
    screen.prose(`${firstName} ${lastName} (${purpose}): ${says}`, '    ', '  ');
}
