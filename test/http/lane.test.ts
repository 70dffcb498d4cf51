/** When a request of a lane begins, on a clock that only waiting moves. */
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createLane } from '#http/lane';

const { signal } = new AbortController();

function aClock() {
  const clock = {
    now: 5_000,
    slept: [] as number[],
    timing: {
      elapsed: () => clock.now,
      sleep: async (ms: number) => {
        clock.slept.push(ms);
        clock.now += ms;
      },
      after: () => () => {},
    },
  };
  return clock;
}

/** A task that ends when it is told to. */
function held() {
  let end = () => {};
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { task: () => promise, end: () => end() };
}

describe('the pace of a lane', () => {
  it.each([
    ['no burst: evenly', {}, [0, 100, 200], [0, 100]],
    ['a burst at once, then evenly', { burst: 3 }, [0, 0, 0, 100, 200], [0, 0, 0, 100]],
    ['a burst of one is none', { burst: 1 }, [0, 100], [0, 100]],
  ])('%s', async (_why, limit, first, afterSilence) => {
    const clock = aClock();
    const lane = createLane({ concurrency: 1, perSecond: 10, ...limit }, clock.timing);
    for (const expected of [first, afterSilence]) {
      const begun: number[] = [];
      const since = clock.now;
      for (const _ of expected) await lane.run(async () => void begun.push(clock.now - since), signal);
      expect(begun).toEqual(expected);
      clock.now += 1_000;
    }
  });
});

describe('a pause of a lane', () => {
  it.each([
    ['ends when it is over', [1_000], [1_000]],
    ['is not shortened by another', [1_000, 10], [1_000]],
    ['is made longer by another', [10, 1_000], [1_000]],
    ['of nothing is none', [0], []],
  ])('%s', async (_what, pauses, slept) => {
    const clock = aClock();
    const lane = createLane({ concurrency: 1 }, clock.timing);
    for (const ms of pauses) lane.pause(ms);
    await lane.run(async () => {}, signal);
    expect(clock.slept).toEqual(slept);
  });

  it('that comes while another is waited for is waited for too', async () => {
    const clock = aClock();
    const lane = createLane({ concurrency: 1 }, clock.timing);
    lane.pause(100);
    const running = lane.run(async () => clock.now, signal);
    lane.pause(300);
    expect(await running).toBe(5_300);
  });
});

describe('a signal that has fired', () => {
  it('does not wait for a turn', async () => {
    const lane = createLane({ concurrency: 1 }, aClock().timing);
    const first = held();
    const running = lane.run(first.task, signal);
    await expect(lane.run(async () => {}, AbortSignal.abort())).rejects.toThrow('stopped');
    first.end();
    await running;
  });

  it('takes no token from those behind', async () => {
    const clock = aClock();
    const lane = createLane({ concurrency: 1, perSecond: 10 }, clock.timing);
    const stop = new AbortController();
    const first = held();
    const running = lane.run(first.task, signal);
    const stopped = lane.run(async () => {}, stop.signal);
    const behind = lane.run(async () => clock.now, signal);
    stop.abort();
    await expect(stopped).rejects.toThrow('stopped');
    first.end();
    await running;
    expect(await behind).toBe(5_100);
  });

  it('during the wait for a turn begins nothing, even where the wait does not heed it', async () => {
    const stop = new AbortController();
    const begun: string[] = [];
    const timing = { ...aClock().timing, sleep: async () => stop.abort() };
    const lane = createLane({ concurrency: 1, perSecond: 10 }, timing);
    await lane.run(async () => void begun.push('first'), stop.signal);
    await expect(lane.run(async () => void begun.push('second'), stop.signal)).rejects.toThrow('stopped');
    expect(begun).toEqual(['first']);
  });

  it('has no listener left, nor has one that did not fire', async () => {
    const lane = createLane({ concurrency: 1 }, aClock().timing);
    const stop = new AbortController();
    const first = held();
    const running = lane.run(first.task, signal);
    const stopped = lane.run(async () => {}, stop.signal);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
    stop.abort();
    await expect(stopped).rejects.toThrow('stopped');
    first.end();
    await running;
    expect([stop.signal, signal].map((one) => getEventListeners(one, 'abort'))).toEqual([[], []]);
  });
});
