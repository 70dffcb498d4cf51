/** `plan`: a run that writes nothing, and what it would do. */
import type { Command } from 'commander';
import type { ConnectionAnswer } from '../api/answers.ts';
import type { Act } from './act.ts';
import { type Call, line, pathOf } from './call.ts';
import type { Exit } from './exit.ts';
import { exitOfRun, followRun } from './follow-run.ts';
import { fewLines, printRun } from './print-run.ts';
import { wholeNumber } from './whole-number.ts';

interface PlanOptions {
  readonly all?: boolean;
}

export function addPlan(program: Command, act: Act): void {
  program
    .command('plan')
    .argument('<id>', 'the connection')
    .description('look again, and tell what a sync would do; nothing is written')
    .option('--all', `every line, not the first ${fewLines} of each kind and reason`)
    .option('--timeout <minutes>', 'wait no longer than this', wholeNumber(1))
    .action(act(plan));
}

async function plan(call: Call, { all }: PlanOptions, id: string): Promise<Exit> {
  const { api, screen } = call;
  const runId = await api.requestRun(pathOf(id), {});
  const run = await followRun(call, id, runId);
  if (screen.isJson) {
    screen.document(run);
    return exitOfRun(run);
  }
  printRun(call, run, all === true ? Infinity : fewLines);
  const { create, update, reactivate, deactivate } = run.counts;
  if (run.status !== 'succeeded') return exitOfRun(run);
  screen.say();
  if (create + update + reactivate + deactivate === 0) {
    screen.say('Nothing to do: Autotask is as it should be.');
    return 'done';
  }
  const { sync } = await api.call<ConnectionAnswer>('GET', pathOf(id));
  if (sync.policy === 'observe') {
    screen.prose(
      `Nothing was written, and ${id} may write nothing: its policy is observe. One rung up the ladder, new items are created:`,
    );
    screen.command(line('connections', 'set', id, 'sync.policy=create'));
    screen.say('Then this applies exactly this plan, as far as the policy allows:');
  } else screen.say('Nothing was written. This applies exactly this plan:');
  screen.command(line('apply', id, '--plan', run.planId));
  return 'done';
}
