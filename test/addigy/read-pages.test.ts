import { describe, expect, it } from 'vitest';
import { AddigyError } from '#addigy/addigy-error';
import { type Page, readPage, readPages } from '#addigy/read-pages';

const signal = new AbortController().signal;
const numbers = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

/** A list of `total` numbers in pages of `size`, telling what `tells` names. */
function server(total: number, size: number, tells: ReadonlyArray<'total' | 'perPage' | 'pageCount'>) {
  const asked: number[] = [];
  return {
    asked,
    fetch: async (page: number): Promise<Page<number>> => {
      asked.push(page);
      await Promise.resolve();
      return {
        items: numbers((page - 1) * size + 1, Math.min(total, page * size)),
        total: tells.includes('total') ? total : undefined,
        perPage: tells.includes('perPage') ? size : undefined,
        pageCount: tells.includes('pageCount') ? Math.ceil(total / size) : undefined,
      };
    },
  };
}

describe('readPages', () => {
  it.each([
    ['everything told', 25, 10, ['total', 'perPage', 'pageCount'], 3],
    ['exactly full pages', 30, 10, ['total', 'perPage', 'pageCount'], 3],
    ['one page', 7, 10, ['total', 'perPage', 'pageCount'], 1],
    ['nothing', 0, 10, ['total', 'perPage', 'pageCount'], 1],
    ['no page count', 25, 10, ['total', 'perPage'], 3],
    ['no page size', 25, 10, ['total', 'pageCount'], 3],
    ['only the total', 25, 10, ['total'], 3],
    ['no total: until an empty page', 25, 10, ['perPage', 'pageCount'], 4],
    ['nothing told', 25, 10, [], 4],
    ['nothing told, full pages', 20, 10, [], 3],
    ['nothing told, nothing there', 0, 10, [], 1],
  ] as const)('%s', async (_, total, size, tells, calls) => {
    const pages = server(total, size, tells);
    const read = await readPages(pages.fetch, signal);
    expect(read).toEqual({ items: numbers(1, total), doubt: '' });
    expect(pages.asked).toHaveLength(calls);
  });

  it('keeps page order, whichever comes first', async () => {
    const pages = server(50, 10, ['total', 'perPage']);
    const read = await readPages(async (page) => {
      await new Promise((resolve) => setTimeout(resolve, page === 2 ? 15 : 1));
      return pages.fetch(page);
    }, signal);
    expect(read.items).toEqual(numbers(1, 50));
  });

  it('asks for page 1 alone, then for at most four at once', async () => {
    const pages = server(200, 10, ['total', 'perPage']);
    let under = 0;
    const most: number[] = [];
    await readPages(async (page) => {
      under += 1;
      most.push(under);
      await new Promise((resolve) => setTimeout(resolve, 1));
      under -= 1;
      return pages.fetch(page);
    }, signal);
    expect(pages.asked[0]).toBe(1);
    expect(Math.max(...most)).toBe(4);
    expect([...pages.asked].sort((a, b) => a - b)).toEqual(numbers(1, 20));
  });

  it.each([
    [
      'a cut page',
      2,
      (page: Page<number>): Page<number> => ({ ...page, items: page.items.slice(0, 3) }),
      /announced 25 .* sent 18/u,
    ],
    [
      'an empty page',
      3,
      (page: Page<number>): Page<number> => ({ ...page, items: [] }),
      /announced 25 .* sent 20/u,
    ],
    [
      'a total that changes',
      2,
      (page: Page<number>): Page<number> => ({ ...page, total: 26 }),
      /25, then 26/u,
    ],
  ])('doubts %s', async (_, which, spoil, doubt) => {
    const pages = server(25, 10, ['total', 'perPage', 'pageCount']);
    const read = await readPages(async (number) => {
      const page = await pages.fetch(number);
      return number === which ? spoil(page) : page;
    }, signal);
    expect(read.doubt).toMatch(doubt);
  });

  it('doubts more than was announced', async () => {
    const read = await readPages(
      async () => ({ items: [1, 2], total: 1, perPage: 10, pageCount: 1 }),
      signal,
    );
    expect(read.doubt).toMatch(/announced 1 .* sent 2/u);
  });

  it('doubts a short page in the middle where no count is told', async () => {
    const lists = [[1, 2, 3], [4], [5, 6, 7], []];
    const read = await readPages(
      async (page) => ({
        items: lists[page - 1]!,
        total: undefined,
        perPage: undefined,
        pageCount: undefined,
      }),
      signal,
    );
    expect(read.items).toEqual(numbers(1, 7));
    expect(read.doubt).toMatch(/uneven/u);
  });

  it('does not walk for ever where the server ignores the page number', async () => {
    let asked = 0;
    const read = await readPages(async () => {
      asked += 1;
      return { items: [{ agentid: 'a' }], total: undefined, perPage: undefined, pageCount: undefined };
    }, signal);
    expect(asked).toBe(2);
    expect(read.doubt).toMatch(/twice/u);
  });

  it('refuses a page count that cannot be', async () => {
    const mad = readPages(async () => ({ items: [1], total: 1e9, perPage: 1, pageCount: 1e9 }), signal);
    await expect(mad).rejects.toMatchObject({ failure: 'unreadable' });
  });

  it('stops asking at the first failure, and tells that one', async () => {
    const asked: number[] = [];
    const failure = new AddigyError('unavailable', 'down');
    const read = readPages(async (page, either) => {
      asked.push(page);
      if (page === 3) throw failure;
      if (page > 1) {
        await new Promise((_, reject) =>
          either.addEventListener('abort', () => reject(new AddigyError('stopped', 'stopped'))),
        );
      }
      return { items: [page], total: 100, perPage: 1, pageCount: 100 };
    }, signal);
    await expect(read).rejects.toBe(failure);
    expect(asked.length).toBeLessThanOrEqual(5);
  });
});

describe('readPage', () => {
  it('takes null for an empty list', () => {
    expect(readPage({ items: null, metadata: { total: 0, per_page: 100, page_count: 0 } })).toEqual({
      items: [],
      total: 0,
      perPage: 100,
      pageCount: 0,
    });
  });

  it('believes only whole numbers', () => {
    expect(readPage({ items: [], metadata: { total: '7', per_page: 0, page_count: -1 } })).toEqual({
      items: [],
      total: undefined,
      perPage: undefined,
      pageCount: undefined,
    });
  });

  it.each([null, [], 'text', {}, { metadata: {} }, { items: {} }, { items: 'text' }])(
    'is no page: %j',
    (answer) => {
      expect(readPage(answer)).toBeUndefined();
    },
  );
});
