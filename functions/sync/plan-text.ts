/** A plan for people: `+` create, `~` update, `^` reactivate, `-` deactivate, `!` held. */
import { type ChangeKind, changeKinds } from './change.ts';
import type { ChangeLine, HeldLine } from './report.ts';

export interface PlanText {
  readonly changes: readonly ChangeLine[];
  readonly held: readonly HeldLine[];
}

export interface PlanTextOptions {
  /** At most so many of each kind of change and of each reason to hold; what is left out is counted. */
  readonly each?: number;
}

const signs: Readonly<Record<ChangeKind, string>> = {
  create: '+',
  update: '~',
  reactivate: '^',
  deactivate: '-',
};

export function planLines(plan: PlanText, options: PlanTextOptions = {}): string[] {
  const most = options.each ?? Infinity;
  const lines: string[] = [];
  const changes = sampled(plan.changes, ({ kind }) => `${signs[kind]} … and more to ${kind}`, most);
  for (const change of changes.shown) {
    const item = change.itemId === null ? '' : `, item ${change.itemId}`;
    lines.push(`${signs[change.kind]} ${title(change)}: ${change.reason}${item}${outcome(change)}`);
    for (const diff of change.diffs) {
      const values = change.kind === 'create' && diff.from === '' ? '' : `${quoted(diff.from)} → `;
      lines.push(`    ${shown(diff.field)}: ${values}${quoted(diff.to)}`);
    }
  }
  for (const [what, count] of changes.more) lines.push(`${what}: ${count}`);
  const held = sampled(plan.held, ({ reason }) => `! … and more held, ${reason}`, most);
  for (const line of held.shown) {
    lines.push(`! ${title(line)}: ${line.reason}`, `    ${shown(line.detail)}`);
  }
  for (const [what, count] of held.more) lines.push(`${what}: ${count}`);
  lines.push(summary(plan));
  return lines;
}

/** The first few of each group, in their order, and how many more there are. */
function sampled<Line>(lines: readonly Line[], groupOf: (line: Line) => string, most: number) {
  const counts = new Map<string, number>();
  const more = new Map<string, number>();
  const first = lines.filter((line) => {
    const group = groupOf(line);
    const count = (counts.get(group) ?? 0) + 1;
    counts.set(group, count);
    if (count > most) more.set(group, count - most);
    return count <= most;
  });
  return { shown: first, more };
}

function title({ name, serial, companyId }: Pick<HeldLine, 'name' | 'serial' | 'companyId'>): string {
  const company = companyId === null ? 'no company' : `company ${companyId}`;
  return `${quoted(name)}${serial === '' ? '' : ` ${shown(serial)}`} (${company})`;
}

function outcome({ state, error }: ChangeLine): string {
  if (state === 'planned') return '';
  return error === '' ? `, ${state}` : `, ${state}: ${shown(error)}`;
}

function summary({ changes, held }: PlanText): string {
  const count = (kind: ChangeKind) => changes.filter((change) => change.kind === kind).length;
  const reasons = new Map<string, number>();
  for (const { reason } of held) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const listed = [...reasons].sort().map(([reason, times]) => `${times} ${reason}`);
  const kinds = changeKinds.map((kind) => `${signs[kind]} ${count(kind)}`);
  return `${kinds.join('  ')}  ! ${held.length}${listed.length === 0 ? '' : ` (${listed.join(', ')})`}`;
}

function quoted(text: string): string {
  return `"${shown(text).replaceAll('"', '\\"')}"`;
}

/** Names come from the devices: a control or direction character must not reach the terminal. */
export function shown(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
