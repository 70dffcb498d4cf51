/** `apply`: what a plan says is written, if it is still the plan. */
import type { Command } from 'commander';
import type { ConnectionAnswer, RunAnswer } from '../api/answers.ts';
import { ago } from '../terminal/ago.ts';
import type { Act } from './act.ts';
import { type Call, line, pathOf } from './call.ts';
import type { Exit } from './exit.ts';
import { Failure, usageFailure } from './failure.ts';
import { exitOfRun, followRun } from './follow-run.ts';
import { printRun, printShortfall } from './print-run.ts';
import { wholeNumber } from './whole-number.ts';

interface ApplyOptions {
  readonly plan?: string;
  readonly newest?: boolean;
  readonly yes?: boolean;
  readonly all?: boolean;
}

export function addApply(program: Command, act: Act): void {
  program
    .command('apply')
    .argument('<id>', 'the connection')
    .description('write to Autotask what a reviewed plan says; held if the plan has changed since')
    .option('--plan <planId>', 'the plan that was reviewed')
    .option('--newest', 'the newest plan, after a question')
    .option('--yes', 'with --newest: do not ask')
    .option('--all', `every line, not only what did not come about`)
    .option('--timeout <minutes>', 'wait no longer than this; the run goes on', wholeNumber(1))
    .action(act(apply));
}

async function apply(call: Call, options: ApplyOptions, id: string): Promise<Exit> {
  const { api, screen } = call;
  const planId = await planOf(call, options, id);
  const runId = await api.requestRun(pathOf(id), { apply: true, planId });
  const run = await followRun(call, id, runId);
  if (screen.isJson) screen.document(run);
  else {
    if (options.all === true) printRun(call, run, Infinity);
    else printShortfall(call, run);
    const heldCount = Object.values(run.counts.held).reduce((sum, count) => sum + count, 0);
    if (heldCount > 0) {
      screen.say('What was held, and why:');
      screen.command(line('held', id));
    }
  }
  return exitOfRun(run);
}

async function planOf(call: Call, { plan, newest, yes }: ApplyOptions, id: string): Promise<string> {
  if ((plan === undefined) === (newest !== true)) {
    throw usageFailure('Which plan? Name one with --plan, or take the newest with --newest; not both.', [
      `Make one, and see it: ${line('plan', id)}`,
    ]);
  }
  if (plan !== undefined) return plan;
  const { lastPlanId, lastRun } = await call.api.call<ConnectionAnswer>('GET', pathOf(id));
  if (lastPlanId === null) {
    throw new Failure('refused', 'no-plan', `${id} has no plan yet.`, [`Make one: ${line('plan', id)}`]);
  }
  const of = lastRun?.planId === lastPlanId ? await call.api.run(id, lastRun.runId) : null;
  await call.agree(
    `Apply plan ${lastPlanId} of ${id}${of === null ? '' : ` (${summary(of, call.now())})`}?`,
    yes,
  );
  return lastPlanId;
}

function summary({ counts, finishedAt }: RunAnswer, now: number): string {
  const { create, update, reactivate, deactivate } = counts;
  const age = finishedAt === null ? '' : `, ${ago(finishedAt, now)}`;
  return `+ ${create}  ~ ${update}  ^ ${reactivate}  - ${deactivate}${age}`;
}
