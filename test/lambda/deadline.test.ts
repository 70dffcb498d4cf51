import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deadlineOf, within } from '#lambda/deadline';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const context = (ms: number) => ({ getRemainingTimeInMillis: () => ms });

describe('a deadline', () => {
  it.each([
    ['20 s before the end of a long invocation', 900_000, 880_000],
    ['a fifth before the end of a short one', 10_000, 8_000],
    ['at once where nothing is left', 0, 1],
  ])('fires %s', (_, remaining, at) => {
    const { signal } = deadlineOf(context(remaining), 20_000);
    if (at > 1) vi.advanceTimersByTime(at - 1);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ name: 'DeadlineError' });
  });

  it('that was cleared never fires', () => {
    const deadline = deadlineOf(context(1_000), 100);
    deadline.clear();
    vi.advanceTimersByTime(10_000);
    expect(deadline.signal.aborted).toBe(false);
  });
});

describe('a share of the time', () => {
  it('ends before the deadline, by an error of the same name', () => {
    const signal = within(60, new AbortController().signal);
    vi.advanceTimersByTime(59_999);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.reason).toMatchObject({ name: 'DeadlineError' });
  });

  it('never outlasts it', () => {
    const deadline = new AbortController();
    const signal = within(60, deadline.signal);
    expect(signal.aborted).toBe(false);
    deadline.abort(new Error('near'));
    expect(signal.reason).toBe(deadline.signal.reason);
  });
});
