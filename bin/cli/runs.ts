/** `runs`: the list of them, or one with its lines. */
import type { Command } from 'commander';
import type { RunAnswer } from '../api/answers.ts';
import { ago } from '../terminal/ago.ts';
import type { Act } from './act.ts';
import { type Call, line, pathOf } from './call.ts';
import type { Exit } from './exit.ts';
import { exitOfRun, followRun } from './follow-run.ts';
import { listAll } from './list-all.ts';
import { fewLines, paintStatus, printRun, statusText } from './print-run.ts';
import { wholeNumber } from './whole-number.ts';

interface RunsOptions {
  readonly limit?: number;
  readonly wait?: boolean;
  readonly all?: boolean;
}

export function addRuns(program: Command, act: Act): void {
  program
    .command('runs')
    .argument('<id>', 'the connection')
    .argument('[runId]', 'one of its runs, with its lines')
    .description('the runs of the last 90 days, newest first; or one of them')
    .option('--limit <n>', 'no more than so many runs', wholeNumber(1))
    .option('--wait', 'until the run has ended; the exit status is then its own')
    .option('--all', `every line, not the first ${fewLines} of each kind and reason`)
    .option('--timeout <minutes>', 'with --wait: no longer than this', wholeNumber(1))
    .action(act(runs));
}

async function runs(call: Call, options: RunsOptions, id: string, runId: string | undefined): Promise<Exit> {
  return runId === undefined ? list(call, options, id) : one(call, options, id, runId);
}

async function list(call: Call, { limit }: RunsOptions, id: string): Promise<Exit> {
  const { api, screen } = call;
  const found = await listAll<RunAnswer, 'runs'>(api, `${pathOf(id)}/runs`, 'runs', limit);
  if (screen.isJson) screen.document({ runs: found });
  else if (found.length === 0) {
    screen.say(`${id} has had no run. To see what one would do:`);
    screen.command(line('plan', id));
  } else printRuns(call, found);
  return 'done';
}

function printRuns({ screen, now }: Call, found: readonly RunAnswer[]): void {
  const count = (own: number): string => (own === 0 ? '' : String(own));
  screen.table(found, [
    { title: 'RUN', of: (run) => run.runId },
    { title: 'QUEUED', of: (run) => ago(run.queuedAt ?? '', now()), dispensable: 1 },
    {
      title: 'STATUS',
      of: statusText,
      paint: (text, run) => paintStatus(screen, run.status, text),
      shrinksTo: 9,
    },
    { title: '+', of: ({ counts }) => count(counts.create), align: 'right', paint: screen.paint.green },
    { title: '~', of: ({ counts }) => count(counts.update), align: 'right', paint: screen.paint.yellow },
    { title: '^', of: ({ counts }) => count(counts.reactivate), align: 'right', paint: screen.paint.cyan },
    { title: '-', of: ({ counts }) => count(counts.deactivate), align: 'right', paint: screen.paint.red },
    {
      title: '!',
      of: ({ counts }) => count(Object.values(counts.held).reduce((sum, own) => sum + own, 0)),
      align: 'right',
    },
    { title: 'FAILED', of: ({ counts }) => count(counts.failed), align: 'right', dispensable: 2 },
    { title: 'WROTE', of: (run) => (run.applied ? run.policy : 'no'), dispensable: 3 },
    {
      title: 'BY',
      of: (run) => (run.purpose === 'offboarding' ? 'offboarding' : run.trigger),
      dispensable: 4,
    },
  ]);
}

async function one(call: Call, { wait, all }: RunsOptions, id: string, runId: string): Promise<Exit> {
  const { api, screen } = call;
  const path = encodeURIComponent(runId);
  const run =
    wait === true
      ? await followRun(call, id, path)
      : { ...(await api.run(id, path)), ...(await api.lines(id, path)) };
  if (screen.isJson) screen.document(run);
  else printRun(call, run, all === true ? Infinity : fewLines);
  return wait === true ? exitOfRun(run) : 'done';
}
