/** Reads every page of a paged Addigy list, and says whether what came is what was announced. */
import { AddigyError } from './addigy-error.ts';
import { isRecord } from './read-fact.ts';

/** The specification gives devices no maximum; other lists of Addigy say 100, and its clients use that. */
export const perPage = 100;
/** As a public client does; the lane allows no more. */
const atOnce = 4;
/** A million devices: a page count beyond it is nonsense, and must not become a request storm (1,000 in 10 s lock the key). */
const mostPages = 10_000;

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number | undefined;
  readonly perPage: number | undefined;
  readonly pageCount: number | undefined;
}

export interface Pages<Item> {
  /** In page order, with whatever Addigy sent twice. */
  readonly items: readonly Item[];
  /** '' where every announced item came; otherwise a sentence. */
  readonly doubt: string;
}

/** Undefined where the answer is no page. `items` is null, not [], where there is nothing. */
export function readPage(answer: unknown): Page<unknown> | undefined {
  if (!isRecord(answer) || !('items' in answer)) return undefined;
  if (answer.items !== null && !Array.isArray(answer.items)) return undefined;
  const metadata = isRecord(answer.metadata) ? answer.metadata : {};
  return {
    items: answer.items ?? [],
    total: count(metadata.total),
    perPage: count(metadata.per_page) || undefined,
    pageCount: count(metadata.page_count),
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

type Fetch<Item> = (page: number, signal: AbortSignal) => Promise<Page<Item>>;

/** `fetch` makes each page's items small at once: 100,000 raw devices take hundreds of megabytes. */
export async function readPages<Item>(fetch: Fetch<Item>, signal: AbortSignal): Promise<Pages<Item>> {
  const first = await fetch(1, signal);
  const announced = pagesAnnounced(first);
  if (announced === undefined) return walkPages(first, fetch, signal);
  if (announced > mostPages) {
    throw new AddigyError('unreadable', `Addigy announced ${announced} pages, which cannot be right.`);
  }
  const pages = [first, ...(await readAtOnce(2, announced, fetch, signal))];
  const items = pages.flatMap((page) => page.items);
  return { items, doubt: doubtOfCount(pages, items.length) };
}

/** The larger of what `total` and `per_page` say and what `page_count` says; undefined where the first page tells too little. */
function pagesAnnounced(first: Page<unknown>): number | undefined {
  if (first.total === undefined) return undefined;
  if (first.perPage === undefined && first.pageCount === undefined) return undefined;
  const byTotal = first.perPage === undefined ? 0 : Math.ceil(first.total / first.perPage);
  return Math.max(byTotal, first.pageCount ?? 0);
}

async function readAtOnce<Item>(
  from: number,
  to: number,
  fetch: Fetch<Item>,
  signal: AbortSignal,
): Promise<Page<Item>[]> {
  const pages: Page<Item>[] = [];
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const failures: unknown[] = [];
  let next = from;
  const reader = async (): Promise<void> => {
    while (next <= to && failures.length === 0) {
      const number = next;
      next += 1;
      try {
        pages[number - from] = await fetch(number, either);
      } catch (error) {
        failures.push(error);
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, to - from + 1) }, reader));
  if (failures.length > 0) throw failures[0];
  return pages;
}

function doubtOfCount(pages: readonly Page<unknown>[], received: number): string {
  const totals = [...new Set(pages.flatMap((page) => page.total ?? []))];
  const [total = received] = totals;
  if (totals.length > 1) {
    return `Addigy's count of devices changed while they were read (${totals.join(', then ')}), so some may be missing.`;
  }
  if (received === total) return '';
  return `Addigy announced ${total} devices and sent ${received}, so some may be missing.`;
}

/** Page after page, until one is empty: a short page alone proves nothing where the page size is not told. */
async function walkPages<Item>(
  first: Page<Item>,
  fetch: Fetch<Item>,
  signal: AbortSignal,
): Promise<Pages<Item>> {
  const pages = [first];
  let last = first;
  while (last.items.length > 0 && !(first.total !== undefined && lengthOf(pages) >= first.total)) {
    if (pages.length >= mostPages) {
      throw new AddigyError('unreadable', `Addigy's list of devices did not end after ${mostPages} pages.`);
    }
    last = await fetch(pages.length + 1, signal);
    if (last.items.length > 0 && sameItems(last, pages.at(-1)!)) {
      const items = pages.flatMap((page) => page.items);
      return { items, doubt: 'Addigy sent the same page twice, so devices may be missing.' };
    }
    pages.push(last);
  }
  const items = pages.flatMap((page) => page.items);
  if (first.total !== undefined) return { items, doubt: doubtOfCount(pages, items.length) };
  return { items, doubt: doubtOfWalk(pages) };
}

function lengthOf(pages: readonly Page<unknown>[]): number {
  return pages.reduce((sum, page) => sum + page.items.length, 0);
}

/** A server that ignores `page` would be walked for ever. */
function sameItems(one: Page<unknown>, other: Page<unknown>): boolean {
  return JSON.stringify(one.items) === JSON.stringify(other.items);
}

/** Without a count, only a list of full pages with at most one short page at its end is believed. */
function doubtOfWalk(pages: readonly Page<unknown>[]): string {
  const lengths = pages.map((page) => page.items.length).filter((length) => length > 0);
  const full = lengths[0] ?? 0;
  const even = lengths.every(
    (length, index) => length === full || (index === lengths.length - 1 && length < full),
  );
  return even ? '' : 'Addigy sent no count and pages of uneven length, so devices may be missing.';
}
