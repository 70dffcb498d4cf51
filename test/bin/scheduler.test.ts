import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Clock } from '../../bin/local/clock.ts';
import type { Outcome } from '../../bin/local/door-process.ts';
import { Schedule } from '../../bin/local/scheduler.ts';
import { until } from './until.ts';

const done: Outcome = { ok: true, payload: 'null' };

it('leaves ticks out while one is under way, and goes on after it', async () => {
  const started: number[] = [];
  let isOver: () => void = () => {};
  // A minute is 5 ms.
  const schedule = new Schedule({
    ...{ arn: 'arn', expression: 'rate(1 minute)', timeZone: undefined, clock: new Clock(12_000) },
    input: '{"at":"<aws.scheduler.scheduled-time>"}',
    invoke: (payload) => {
      started.push(Date.parse((payload as { at: string }).at));
      return new Promise((resolve) => {
        isOver = () => resolve(done);
      });
    },
  });
  schedule.start();
  try {
    await until('a tick', () => started.length === 1);
    await sleep(60);
    expect(started).toHaveLength(1);
    isOver();
    await until('the next', () => started.length === 2);
    const [first = 0, second = 0] = started;
    expect((second - first) / 60_000).toBeGreaterThan(5);
  } finally {
    schedule.close();
  }
});
