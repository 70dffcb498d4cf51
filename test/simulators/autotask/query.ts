/** Queries, counts, pages and single records. */
import type { VendorAnswer, VendorRequest } from '../vendor-server.ts';
import { may } from './api-users.ts';
import type { Entity } from './entity.ts';
import { type Asker, compile } from './evaluate.ts';
import { type QueryModel, readQuery } from './query-model.ts';
import { invalid, methodNotAllowed, pathNotFound, Refusal } from './refusal.ts';
import type { Row } from './table.ts';
import { wireItems } from './wire-items.ts';

/** A longer URL is a wrong path to the vendor. */
const longestUrl = 2048;

/** From the body of a POST, or from `search` of a GET. */
function modelOf(request: VendorRequest, body: () => unknown): QueryModel {
  if (request.method === 'POST') return readQuery(body());
  if (request.url.href.length > longestUrl) throw pathNotFound();
  const search = request.url.searchParams.get('search');
  if (search === null) throw invalid('A filter is required to query.');
  try {
    return readQuery(JSON.parse(search));
  } catch (error) {
    throw error instanceof Refusal ? error : invalid('The search is not valid JSON.');
  }
}

/** Matching records in the order of their ids: those after `after`, stopping after `most`. */
function matching(model: QueryModel, entity: Entity, asker: Asker, after: number, most: number): Row[] {
  const test = compile(model.filter, entity, asker);
  if (!may(asker.user, 'query', entity.name)) return [];
  const table = asker.world.tables[entity.name];
  let from = after;
  let keys: readonly unknown[] | null = null;
  // What all records must satisfy narrows the candidates; the test itself stays whole.
  for (const { op, field, value } of model.filter.filter((each) => !each.udf)) {
    if (field.toLowerCase() === 'id' && typeof value === 'number')
      from = Math.max(from, op === 'gt' ? value : op === 'gte' || op === 'eq' ? value - 1 : from);
    if (field.toLowerCase() === 'companyid' && table.isIndexed('companyID'))
      keys = op === 'eq' ? [value] : op === 'in' ? (value as unknown[]) : keys;
  }
  const rows: Row[] = [];
  for (const row of table.after(Math.floor(from), keys)) {
    if (test(row)) rows.push(row);
    if (rows.length >= most) break;
  }
  return rows;
}

export function count(
  request: VendorRequest,
  body: () => unknown,
  entity: Entity,
  asker: Asker,
): VendorAnswer {
  const rows = matching(
    modelOf(request, body),
    entity,
    asker,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  );
  return { status: 200, body: { queryCount: rows.length } };
}

/** `turn` is null for a first page. The URL of another page is to be POSTed with the same body again. */
export function page(
  request: VendorRequest,
  body: () => unknown,
  entity: Entity,
  asker: Asker,
  turn: 'next' | 'previous' | null,
): VendorAnswer {
  if (turn !== null && request.method === 'GET' && !request.url.searchParams.has('search')) {
    // The silent truncation: the page of a POSTed query asked for with GET.
    if (asker.quirks.getNextPage === '405') throw methodNotAllowed('GET');
    return { status: 200, body: { items: [], pageDetails: details(0, 500, null, null) } };
  }
  const model = modelOf(request, body);
  const cursor =
    turn === null ? Number.NEGATIVE_INFINITY : readCursor(request.url.searchParams.get('paging'));
  const size = model.maxRecords;
  const before = turn === 'previous' ? everythingBefore(model, entity, asker, cursor) : null;
  const found = before ? before.slice(-size) : matching(model, entity, asker, cursor, size + 1);
  const rows = found.slice(0, size);
  const more = before !== null || found.length > size;
  const first = before ? before.length <= size : turn === null;
  const names = model.includeFields.map((name) => name.toLowerCase());
  if (more && names.length > 0 && !names.includes('id'))
    throw invalid('The id field must be included when there are more results than one page.');
  const link = (to: 'next' | 'previous', id: number | undefined): string =>
    pageUrl(request, entity, asker, to, id ?? 0);
  return {
    status: 200,
    body: {
      items: wireItems(rows, entity, model.includeFields, asker),
      pageDetails: details(
        rows.length,
        size,
        first ? null : link('previous', rows[0]?.id),
        more ? link('next', rows.at(-1)?.id) : null,
      ),
    },
  };
}

function everythingBefore(model: QueryModel, entity: Entity, asker: Asker, id: number): Row[] {
  const rows = matching(model, entity, asker, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  return rows.filter((row) => row.id < id);
}

const details = (
  found: number,
  requested: number,
  prevPageUrl: string | null,
  nextPageUrl: string | null,
) => ({
  count: found,
  requestCount: requested,
  prevPageUrl,
  nextPageUrl,
});

function pageUrl(
  request: VendorRequest,
  entity: Entity,
  asker: Asker,
  to: 'next' | 'previous',
  id: number,
): string {
  const base = asker.world.zoneUrl ?? `${request.url.origin}/ATServicesRest/`;
  const url = new URL(`V1.0/${entity.name}/query/${to}`, base);
  url.searchParams.set('paging', Buffer.from(JSON.stringify({ id })).toString('base64url'));
  const search = request.method === 'GET' ? request.url.searchParams.get('search') : null;
  if (search !== null) url.searchParams.set('search', search);
  return url.href;
}

function readCursor(paging: string | null): number {
  try {
    const { id } = JSON.parse(Buffer.from(paging ?? '', 'base64url').toString('utf8')) as { id: unknown };
    if (typeof id === 'number') return id;
  } catch {
    // Refused below.
  }
  throw invalid('The paging token is not valid.');
}

export function single(id: number, entity: Entity, asker: Asker): VendorAnswer {
  const row = may(asker.user, 'query', entity.name) ? asker.world.tables[entity.name].get(id) : undefined;
  if (row) return { status: 200, body: { item: wireItems([row], entity, [], asker)[0] } };
  return asker.quirks.missingRecord === 'null-item' ? { status: 200, body: { item: null } } : { status: 404 };
}
