import { Cron } from 'croner';

/** When a schedule fires, in milliseconds since 1970. */
export interface ScheduleTimes {
  /** The first moment after `after`. Null where there is none. */
  next(after: number): number | null;
}

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * EventBridge Scheduler's `rate(…)` and `cron(…)`. A rate counts from `startedAt`.
 *
 * @throws for anything else, such as `at(…)`, and for the cron signs L, W and #, and steps of weekdays
 */
export function readScheduleExpression(
  expression: string,
  { startedAt, timeZone = 'UTC' }: { readonly startedAt: number; readonly timeZone?: string | undefined },
): ScheduleTimes {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/u.exec(expression);
  if (rate !== null) {
    const every = Number(rate[1]) * (unitMs[rate[2] ?? ''] ?? 0);
    if (every <= 0) throw new Error(`${expression} never fires`);
    return { next: (after) => startedAt + (Math.floor((after - startedAt) / every) + 1) * every };
  }
  const cron = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/u.exec(expression);
  if (cron === null) throw new Error(`the local host does not know the schedule ${expression}`);
  const [, minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year] = cron;
  if (year !== '*' || /[LW#]/iu.test(dayOfMonth) || /[L#/]/iu.test(dayOfWeek.replaceAll(/[A-Z]{3}/giu, ''))) {
    throw new Error(
      `the local host does not know the signs L, W and #, steps of weekdays, nor years: ${expression}`,
    );
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new Error(`exactly one of day of month and day of week must be ?: ${expression}`);
  }
  // AWS counts Sunday as 1, croner as 0.
  const days = dayOfWeek.replaceAll(/\b[1-7]\b/gu, (day) => String(Number(day) - 1));
  const pattern = [minute, hour, dayOfMonth, month, days]
    .map((field) => (field === '?' ? '*' : field))
    .join(' ');
  const times = new Cron(pattern, {
    paused: true,
    timezone: timeZone,
    // AWS's `0/20`, where croner would have `*/20`.
    sloppyRanges: true,
  });
  return { next: (after) => times.nextRun(new Date(after))?.getTime() ?? null };
}
