/** How a tick works through what is due: in tens, a few at once, with never more than a page of it in memory. */

/** As many as the bus takes in one call. */
const atOnce = 10;
/**
 * Tens at once. One takes some 30 ms (a call to the bus, then ten writes), so this is more than 1,000 writes a
 * second: what one partition of the table takes. More lanes would be throttled.
 */
export const lanes = 5;
/** Where so many tens failed, the bus or the table is ill: the next tick goes on. */
const mostFailures = 20;

/**
 * `serve` is given ten (the last time: what is left), and rejects where it could not serve them all. The others are
 * still served, and then it rejects with the first reason. `complete` is false where the signal came first.
 */
export async function serveInTens<Item>(
  pages: AsyncIterable<readonly Item[]>,
  serve: (some: readonly Item[]) => Promise<void>,
  signal: AbortSignal,
): Promise<{ readonly complete: boolean }> {
  const tens = inTens(pages);
  const failures: unknown[] = [];
  const mayGoOn = (): boolean => !signal.aborted && failures.length < mostFailures;
  let isRead = false;
  let isLeft = false;
  const work = async (): Promise<void> => {
    while (mayGoOn()) {
      const next = await tens.next();
      if (next.done === true) {
        isRead = true;
        return;
      }
      // It may have come while the next page was read.
      if (!mayGoOn()) {
        isLeft = true;
        return;
      }
      await serve(next.value).catch((error: unknown) => void failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  if (failures.length > 0) throw failures[0];
  return { complete: isRead && !isLeft };
}

/** Full tens also over the end of a page. */
async function* inTens<Item>(pages: AsyncIterable<readonly Item[]>): AsyncGenerator<readonly Item[], void> {
  let rest: readonly Item[] = [];
  for await (const page of pages) {
    let first = atOnce - rest.length;
    rest = [...rest, ...page.slice(0, first)];
    if (rest.length < atOnce) continue;
    yield rest;
    for (; first + atOnce <= page.length; first += atOnce) yield page.slice(first, first + atOnce);
    rest = page.slice(first);
  }
  if (rest.length > 0) yield rest;
}
