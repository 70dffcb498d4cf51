/** A run, for people: its lines by sign and colour, what they add up to, and how it ended. */
import { planLines } from '#sync/plan-text';
import type { RunAnswer, WholeRun } from '../api/answers.ts';
import { ago, lasting } from '../terminal/ago.ts';
import { paintPlanLine } from '../terminal/paint.ts';
import { wrap } from '../terminal/wrap.ts';
import type { Call } from './call.ts';
import type { Screen } from './screen.ts';

/** Lines of each kind of change and each reason that are shown, unless all are asked for. */
export const fewLines = 5;

/** `each`: at most so many lines of each kind and reason. */
export function printRun({ screen, now }: Call, run: WholeRun, each: number): void {
  const lines = planLines(run, { each });
  for (const text of lines.slice(0, -1)) sayPlanLine(screen, text);
  if (lines.length > 1) screen.say();
  if (lines.some((text) => /^. … and more/u.test(text))) {
    screen.say(screen.paint.dim('--all shows every line.'));
  }
  screen.prose(screen.paint.bold(lines.at(-1) ?? ''), '    ', '');
  printEnd(screen, run, now());
}

/** What an applying run is about: the changes that did not come about. */
export function printShortfall({ screen, now }: Call, run: WholeRun): void {
  const fell = run.changes.filter(({ state }) => state === 'failed' || state === 'pending');
  const shown = planLines({ changes: fell, held: [] }, { each: fewLines });
  for (const text of shown.slice(0, -1)) sayPlanLine(screen, text);
  if (fell.length > 0) screen.say();
  screen.prose(screen.paint.bold(planLines(run, { each: 0 }).at(-1) ?? ''), '    ', '');
  printEnd(screen, run, now());
}

function sayPlanLine(screen: Screen, text: string): void {
  const isDetail = text.startsWith('    ');
  const indent = isDetail ? '      ' : '    ';
  for (const line of wrap(text.trimStart(), screen.columns, indent, isDetail ? '    ' : '')) {
    // A sign begins a change; below it a value may begin with one.
    screen.say(isDetail || line.startsWith(' ') ? line : paintPlanLine(line, screen.paint));
  }
}

function printEnd(screen: Screen, run: WholeRun, now: number): void {
  const { devices, counts, calls, ms, runId, notes, applied } = run;
  const wrote = applied ? `${counts.applied} applied, ${counts.failed} failed, ` : '';
  const ended = run.finishedAt === null ? '' : `, ${ago(run.finishedAt, now)}`;
  const began = `${devices} devices, ${counts.unchanged} unchanged; ${wrote}${calls.autotask} Autotask and ${calls.addigy} Addigy calls in ${lasting(ms) || 'under a second'}`;
  screen.prose(screen.paint.dim(`${began}; run ${runId}${ended}`));
  for (const note of notes) screen.prose(note, '  ', '  ');
  sayStatus(screen, run);
}

export function statusText({ status, reason }: Pick<RunAnswer, 'status' | 'reason'>): string {
  return reason === null ? status : `${status}: ${reason}`;
}

export function paintStatus(screen: Screen, status: string, text: string): string {
  const { green, yellow, red, cyan } = screen.paint;
  const paint = { succeeded: green, held: yellow, stopped: yellow, failed: red, queued: cyan, running: cyan };
  return paint[status as keyof typeof paint]?.(text) ?? text;
}

/** Where it succeeded there is nothing to say. */
function sayStatus(screen: Screen, run: RunAnswer): void {
  if (run.status === 'succeeded') return;
  screen.say();
  screen.prose(`${paintStatus(screen, run.status, statusText(run))}. ${run.detail}`.trimEnd());
}
