import { describe, expect, it, vi } from 'vitest';
import { lanes, serveInTens } from '#connections/serve-in-tens';

const never = new AbortController().signal;
let read = 0;
async function* pagesOf(...sizes: readonly number[]): AsyncGenerator<readonly number[]> {
  read = 0;
  for (const size of sizes) {
    read += 1;
    yield Array.from({ length: size }, (_, at) => at);
  }
}
const soon = () => new Promise<void>((done) => setImmediate(done));

describe('what is due', () => {
  it.each([
    [[], []],
    [[0, 0], []],
    [[3], [3]],
    [[10], [10]],
    [
      [25, 0, 4, 3, 30],
      [10, 10, 10, 10, 10, 10, 2],
    ],
    [[1, 1, 1], [3]],
    [[123], [...Array<number>(12).fill(10), 3]],
  ])('in pages of %j is served in %j', async (pages, tens) => {
    const sizes: number[] = [];
    const serve = async (some: readonly number[]) => void sizes.push(some.length);
    expect(await serveInTens(pagesOf(...pages), serve, never)).toEqual({ complete: true });
    expect(sizes.sort((a, b) => b - a)).toEqual(tens);
  });

  it('is served in a few lanes, and a page is read when the one before it is under way', async () => {
    let under = 0;
    let most = 0;
    const ahead: number[] = [];
    let served = 0;
    await serveInTens(
      pagesOf(...Array<number>(20).fill(100)),
      async (some) => {
        under += 1;
        most = Math.max(most, under);
        await soon();
        served += some.length;
        ahead.push(read * 100 - served);
        under -= 1;
      },
      never,
    );
    expect(most).toBe(lanes);
    expect(Math.max(...ahead)).toBeLessThanOrEqual(100 + lanes * 10);
  });

  it('is left where the signal comes; what is under way is brought to its end', async () => {
    const deadline = new AbortController();
    let served = 0;
    const serve = async (some: readonly number[]) => {
      deadline.abort();
      await soon();
      served += some.length;
    };
    expect(await serveInTens(pagesOf(1_000), serve, deadline.signal)).toEqual({ complete: false });
    expect(served).toBeGreaterThanOrEqual(10);
    expect(served).toBeLessThanOrEqual(10 * lanes);
  });

  it('is not begun where the signal has come already', async () => {
    const serve = vi.fn(async () => {});
    expect(await serveInTens(pagesOf(), serve, AbortSignal.abort())).toEqual({ complete: false });
    expect(serve).not.toHaveBeenCalled();
  });

  it('is left where the signal comes while the next page is read', async () => {
    const deadline = new AbortController();
    let served = 0;
    async function* pages(): AsyncGenerator<readonly number[]> {
      yield Array<number>(10).fill(0);
      deadline.abort();
      yield Array<number>(10).fill(0);
    }
    const serve = async (some: readonly number[]) => {
      served += some.length;
    };
    expect(await serveInTens(pages(), serve, deadline.signal)).toEqual({ complete: false });
    expect(served).toBeLessThan(20);
  });

  it('is served in full tens before the next page is asked for', async () => {
    let served = 0;
    async function* pages(): AsyncGenerator<readonly number[]> {
      yield Array<number>(20).fill(0);
      while (served < 20) await soon();
      yield [0];
    }
    const serve = async (some: readonly number[]) => {
      served += some.length;
    };
    await serveInTens(pages(), serve, never);
    expect(served).toBe(21);
  });

  it('is served all the same beside what fails, and the first reason is given', async () => {
    let served = 0;
    let calls = 0;
    const serve = async (some: readonly number[]) => {
      calls += 1;
      if (calls % 4 === 0) throw new Error(`call ${calls}`);
      served += some.length;
    };
    await expect(serveInTens(pagesOf(300), serve, never)).rejects.toThrow('call 4');
    expect(served).toBe(230);
  });

  it('is left where everything fails', async () => {
    let calls = 0;
    const serve = async () => {
      calls += 1;
      throw new Error('down');
    };
    await expect(serveInTens(pagesOf(100_000), serve, never)).rejects.toThrow('down');
    expect(calls).toBe(20);
  });

  it('is given up where it cannot be read', async () => {
    async function* broken(): AsyncGenerator<readonly number[]> {
      yield [1, 2, 3];
      throw new Error('no such index');
    }
    await expect(serveInTens(broken(), async () => {}, never)).rejects.toThrow('no such index');
  });
});
