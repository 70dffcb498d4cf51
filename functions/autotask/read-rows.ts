/**
 * All the rows of a query, by walking the ids: each page asks for ids above the last one seen.
 * `nextPageUrl` is never followed: after a POST it must be POSTed with the same body, and a GET of it
 * answers 200 with no items, which would cut a list silently.
 */
import * as z from 'zod/mini';
import type { AutotaskClient } from './client.ts';
import { AutotaskError } from './errors.ts';
import { type Condition, pageSize, type QueryOptions, queryBody } from './query.ts';

/** A record with its id; the rest is for its reader. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: number };

const pageSchema = z.object({
  items: z.array(z.looseObject({ id: z.int() })),
  pageDetails: z.nullish(z.object({ count: z.nullish(z.number()), nextPageUrl: z.nullish(z.string()) })),
});

export interface RowOptions extends Pick<QueryOptions, 'includeFields'> {
  /** Of a row, what its reader needs: applied page by page, since 100,000 whole rows take hundreds of megabytes. */
  readonly keep?: (row: Row) => Row;
}

const countSchema = z.object({ queryCount: z.int().check(z.nonnegative()) });

export async function countRows(
  client: AutotaskClient,
  entity: string,
  filter: readonly Condition[],
  signal: AbortSignal,
): Promise<number> {
  const answer = await client.ask(`${entity}/query/count`, { filter }, signal);
  const parsed = countSchema.safeParse(answer);
  if (!parsed.success) throw unreadable(`${entity}/query/count told no number`);
  return parsed.data.queryCount;
}

/** Few rows, not worth a count: goes on while a page says that there is more. One that says so and brings nothing is not believed. */
export async function readRows(
  client: AutotaskClient,
  entity: string,
  filter: readonly Condition[],
  signal: AbortSignal,
  options: RowOptions = {},
): Promise<Row[]> {
  const walk = new IdWalk(client, entity, filter, options);
  while ((await walk.next(signal)) && walk.saysMore);
  if (walk.saysMore) throw unreadable(`${entity}/query says that there is more, and brings nothing`);
  return [...walk.rows.values()];
}

/** One page alone: the first rows by id, `limit` at most (1 to 500). */
export async function readFirstRows(
  client: AutotaskClient,
  entity: string,
  filter: readonly Condition[],
  limit: number,
  signal: AbortSignal,
  options: RowOptions = {},
): Promise<Row[]> {
  const walk = new IdWalk(client, entity, filter, { ...options, maxRecords: limit });
  await walk.next(signal);
  return [...walk.rows.values()].slice(0, limit);
}

/**
 * Rows that were counted before: never fewer. A page may be short although there is more, so the
 * count decides. Records can be deleted in the user interface meanwhile: before the list is rejected
 * as unreadable they are counted again.
 */
export async function readCountedRows(
  client: AutotaskClient,
  entity: string,
  filter: readonly Condition[],
  expected: number,
  signal: AbortSignal,
  options: RowOptions = {},
): Promise<Row[]> {
  const walk = new IdWalk(client, entity, filter, options);
  while (walk.rows.size < expected && (await walk.next(signal)));
  if (walk.rows.size < expected) {
    const recounted = await countRows(client, entity, filter, signal);
    if (walk.rows.size < recounted) {
      throw unreadable(`${entity}: ${recounted} were counted, but only ${walk.rows.size} came`);
    }
  }
  return [...walk.rows.values()];
}

class IdWalk {
  readonly rows = new Map<number, Row>();
  saysMore = true;
  readonly #ask: (filter: readonly Condition[], signal: AbortSignal) => Promise<unknown>;
  readonly #entity: string;
  readonly #filter: readonly Condition[];
  readonly #keep: (row: Row) => Row;
  #last: number | null = null;

  constructor(
    client: AutotaskClient,
    entity: string,
    filter: readonly Condition[],
    { keep = (row) => row, ...options }: RowOptions & QueryOptions,
  ) {
    this.#keep = keep;
    this.#ask = (asked, signal) => client.ask(`${entity}/query`, queryBody(asked, options), signal);
    this.#entity = entity;
    this.#filter = filter;
  }

  /** False where the page brought nothing new: the end, or a server that ignores the condition on the id. */
  async next(signal: AbortSignal): Promise<boolean> {
    const filter: readonly Condition[] =
      this.#last === null ? this.#filter : [...this.#filter, { op: 'gt', field: 'id', value: this.#last }];
    const parsed = pageSchema.safeParse(await this.#ask(filter, signal));
    if (!parsed.success) throw unreadable(`${this.#entity}/query is not a page of items`);
    const { items, pageDetails } = parsed.data;
    const before = this.rows.size;
    for (const row of items) {
      this.rows.set(row.id, this.#keep(row));
      this.#last = Math.max(this.#last ?? row.id, row.id);
    }
    this.saysMore =
      items.length >= pageSize ||
      (pageDetails?.nextPageUrl ?? '') !== '' ||
      (pageDetails?.count ?? 0) > items.length;
    return this.rows.size > before;
  }
}

function unreadable(what: string): AutotaskError {
  return new AutotaskError('unreadable', `Autotask gave an answer that it does not document: ${what}`);
}
