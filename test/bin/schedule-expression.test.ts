import { expect, it } from 'vitest';
import { readScheduleExpression } from '../../bin/local/schedule-expression.ts';

// A Tuesday.
const startedAt = Date.parse('2026-11-24T00:30:00Z');

it.each([
  ['rate(1 hour)', ['2026-11-24T01:30', '2026-11-24T02:30']],
  ['rate(5 minutes)', ['2026-11-24T00:35', '2026-11-24T00:40']],
  ['rate(2 days)', ['2026-11-26T00:30', '2026-11-28T00:30']],
  ['cron(0 * * * ? *)', ['2026-11-24T01:00', '2026-11-24T02:00']],
  ['cron(15 10 ? * 1 *)', ['2026-11-29T10:15', '2026-12-06T10:15']],
  ['cron(15 10 ? * MON-FRI *)', ['2026-11-24T10:15', '2026-11-25T10:15']],
  ['cron(0 0 ? * 2,4,SUN *)', ['2026-11-25T00:00', '2026-11-29T00:00']],
  ['cron(0/20 9 1 * ? *)', ['2026-12-01T09:00', '2026-12-01T09:20']],
])('%s', (expression, expected) => {
  const times = readScheduleExpression(expression, { startedAt });
  const first = times.next(startedAt);
  const second = first === null ? null : times.next(first);
  expect([first, second].map((at) => new Date(at ?? 0).toISOString().slice(0, 16))).toEqual(expected);
});

it('counts in the time zone that it is given', () => {
  const times = readScheduleExpression('cron(0 9 * * ? *)', { startedAt, timeZone: 'America/New_York' });
  expect(new Date(times.next(startedAt) ?? 0).toISOString()).toBe('2026-11-24T14:00:00.000Z');
});

it.each([
  'at(2026-11-24T00:00:00)',
  'rate(0 hours)',
  'rate(1 week)',
  'cron(0 * * * *)',
  'cron(0 0 L * ? *)',
  'cron(0 0 15W * ? *)',
  'cron(0 0 ? * 6L *)',
  'cron(0 0 ? * 2#1 *)',
  'cron(0 0 ? * 2/2 *)',
  'cron(0 0 1 1 ? 2027)',
  'cron(0 0 * * * *)',
  'hourly',
])('refuses %s', (expression) => {
  expect(() => readScheduleExpression(expression, { startedAt })).toThrow(expression);
});
