/** `held`: what the newest run saw and left alone, by reason, and what to do about it. */
import type { Command } from 'commander';
import { shown } from '#sync/plan-text';
import type { HeldLine } from '#sync/report';
import type { ConnectionAnswer } from '../api/answers.ts';
import { ago } from '../terminal/ago.ts';
import type { Act } from './act.ts';
import { type Call, line, pathOf } from './call.ts';
import type { Exit } from './exit.ts';
import { Failure } from './failure.ts';
import { fewLines, statusText } from './print-run.ts';

interface HeldOptions {
  readonly run?: string;
  readonly all?: boolean;
}

export function addHeld(program: Command, act: Act): void {
  program
    .command('held')
    .argument('<id>', 'the connection')
    .description('what the newest run saw and left alone: which device, why, and what to do')
    .option('--run <runId>', 'of this run')
    .option('--all', `every device, not the first ${fewLines} of each reason`)
    .action(act(held));
}

async function held(call: Call, { run: runId, all }: HeldOptions, id: string): Promise<Exit> {
  const { api, screen } = call;
  const path = encodeURIComponent(runId ?? (await newestRun(call, id)));
  const run = await api.run(id, path);
  const lines = (await api.lines(id, path)).held;
  if (screen.isJson) {
    const { status, reason, detail, finishedAt } = run;
    screen.document({ connectionId: id, runId: run.runId, status, reason, detail, finishedAt, held: lines });
    return 'done';
  }
  const when = run.finishedAt === null ? 'which goes on' : ago(run.finishedAt, call.now());
  const intro = `Run ${run.runId}, ${when}`;
  if (run.status !== 'succeeded') screen.prose(`${intro}: ${statusText(run)}. ${run.detail}`);
  else
    screen.prose(
      `${intro}: ${lines.length === 0 ? 'nothing was held.' : `${lines.length} held of ${run.devices} devices.`}`,
    );
  for (const [reason, group] of byReason(lines)) printGroup(call, reason, group, all === true);
  return 'done';
}

async function newestRun({ api }: Call, id: string): Promise<string> {
  const { lastRun } = await api.call<ConnectionAnswer>('GET', pathOf(id));
  if (lastRun !== null) return lastRun.runId;
  throw new Failure('missing', 'no-run', `No run of ${id} has ended yet.`, [`Make one: ${line('plan', id)}`]);
}

/** The reason with the most devices first. */
function byReason(lines: readonly HeldLine[]): Array<[string, HeldLine[]]> {
  const groups = new Map<string, HeldLine[]>();
  for (const own of lines) groups.set(own.reason, [...(groups.get(own.reason) ?? []), own]);
  return [...groups].sort(([, one], [, other]) => other.length - one.length);
}

function printGroup({ screen }: Call, reason: string, group: readonly HeldLine[], isAll: boolean): void {
  const { bold, dim } = screen.paint;
  const first = isAll ? group : group.slice(0, fewLines);
  screen.say();
  screen.say(bold(`${reason}  ${group.length}`));
  // Where the sentence is the same for all of them, it is said once.
  const details = new Set(group.map(({ detail }) => detail));
  for (const detail of details.size === 1 ? details : []) screen.prose(shown(detail), '  ');
  screen.table(
    first,
    [
      { title: 'DEVICE', of: ({ name }) => shown(name), shrinksTo: 12 },
      { title: 'SERIAL', of: ({ serial }) => shown(serial) },
      {
        title: 'COMPANY',
        of: ({ companyId }) => (companyId === null ? '' : String(companyId)),
        dispensable: 1,
      },
      { title: 'ITEM', of: ({ itemId }) => (itemId === null ? '' : String(itemId)), dispensable: 2 },
    ],
    '  ',
    ({ detail }) => (details.size === 1 ? '' : shown(detail)),
  );
  if (group.length > first.length)
    screen.say(dim(`  … and ${group.length - first.length} more; --all shows them`));
}
