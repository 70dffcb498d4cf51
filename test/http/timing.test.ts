import { describe, expect, it, vi } from 'vitest';
import { systemTiming } from '#http/timing';

const { elapsed, sleep } = systemTiming;

describe('the system’s timing', () => {
  it('never sleeps for less than it was asked to', async () => {
    for (let times = 0; times < 50; times += 1) {
      const before = elapsed();
      await sleep(1.9, new AbortController().signal);
      expect(elapsed() - before).toBeGreaterThanOrEqual(1.9);
    }
  });

  it('sleeps on where a timer has fired early', async () => {
    const { now } = performance;
    // Half the pace: after each timer half of the time is still left.
    const slow = vi.spyOn(performance, 'now').mockImplementation(() => now.call(performance) / 2);
    try {
      const before = elapsed();
      await sleep(8, new AbortController().signal);
      expect(elapsed() - before).toBeGreaterThanOrEqual(8);
    } finally {
      slow.mockRestore();
    }
  });

  it('wakes when the signal fires', async () => {
    await expect(sleep(60_000, AbortSignal.timeout(1))).rejects.toThrow('aborted');
  });

  it('does a thing after so long, unless it is taken back', async () => {
    const done: string[] = [];
    const takeBack = systemTiming.after(1, () => done.push('taken back'));
    takeBack();
    await new Promise<void>((resolve) => {
      systemTiming.after(1, () => {
        done.push('done');
        resolve();
      });
    });
    expect(done).toEqual(['done']);
  });
});
