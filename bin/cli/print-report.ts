/** A permission report for people: each requirement, its verdict, what was seen, and the box to tick. */

import type { ToldReport } from '#onboarding/tell-api-user';
import { shown } from '#sync/plan-text';
import type { Screen } from './screen.ts';

type Line = ToldReport['lines'][number];

/** `isBrief`: only what is not confirmed. */
export function printReport(screen: Screen, report: ToldReport, isBrief = false): void {
  const { dim, yellow } = screen.paint;
  const lines = isBrief ? report.lines.filter(({ verdict }) => verdict !== 'confirmed') : report.lines;
  for (const line of lines) {
    screen.prose(
      `${signOf(screen, line)} ${shown(line.title)}${line.verdict === 'confirmed' ? '' : `: ${line.verdict}`}`,
      '    ',
      '  ',
    );
    screen.prose(dim(shown(line.evidence)), '    ');
    if (line.fix !== '') screen.prose(shown(line.fix), '      ', '    → ');
  }
  for (const { what, may } of report.excess)
    screen.prose(yellow(`more than it needs: ${shown(what)}: ${may.map(shown).join(', ')}`), '    ', '  ');
  for (const note of report.notes) screen.prose(shown(note), '    ', '  ');
}

function signOf({ paint }: Screen, { verdict }: Line): string {
  return { confirmed: paint.green('✓'), denied: paint.red('✗'), inconclusive: paint.yellow('?') }[verdict];
}

/** `11 confirmed, 1 denied`. */
export function verdictsText({ lines }: ToldReport): string {
  const verdicts = ['confirmed', 'denied', 'inconclusive'] as const;
  const counts = verdicts.map(
    (verdict) => [lines.filter((one) => one.verdict === verdict).length, verdict] as const,
  );
  return counts
    .filter(([count]) => count > 0)
    .map(([count, verdict]) => `${count} ${verdict}`)
    .join(', ');
}
