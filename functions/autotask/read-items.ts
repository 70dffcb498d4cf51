/** All the items that a plan needs, by the way that costs fewer calls: calls are the scarce good. */
import type { ItemReadRequest } from '#sync/ports';
import type { AutotaskClient } from './client.ts';
import { rowsBySerial, serialQueries, unlessRefused } from './find-items.ts';
import { itemEntity, readItem } from './item-record.ts';
import { type Condition, idsPerQuery, inChunks, pageSize } from './query.ts';
import { countRows, type Row, readCountedRows, readRows } from './read-rows.ts';

/** The walk sees more (every item of the companies), so lookups must be this many times cheaper. */
const clearly = 2;

export async function readItemRows(
  client: AutotaskClient,
  request: ItemReadRequest,
  signal: AbortSignal,
): Promise<Row[]> {
  const [here, elsewhere] = await Promise.all([
    rowsOfCompanies(client, request, signal),
    rowsMarkedElsewhere(client, request, signal),
  ]);
  return elsewhere.length === 0 ? here : unique([...here, ...elsewhere]);
}

async function rowsOfCompanies(
  client: AutotaskClient,
  request: ItemReadRequest,
  signal: AbortSignal,
): Promise<Row[]> {
  const filters = inChunks([...new Set(request.companyIds)], idsPerQuery).map((value): Condition[] => [
    { op: 'in', field: 'companyID', value },
  ]);
  const counts = await Promise.all(filters.map((filter) => countRows(client, itemEntity, filter, signal)));
  const byLookup = request.whole ? null : await rowsByLookup(client, request, pagesOf(counts), signal);
  if (byLookup !== null) return byLookup;
  const walked = await Promise.all(
    filters.map((filter, at) => readCountedRows(client, itemEntity, filter, counts[at] ?? 0, signal)),
  );
  return walked.flat();
}

async function rowsMarkedElsewhere(
  client: AutotaskClient,
  { agentIdsElsewhere, companyIds, markField }: ItemReadRequest,
  signal: AbortSignal,
): Promise<Row[]> {
  if (agentIdsElsewhere === undefined || agentIdsElsewhere.size === 0) return [];
  const marked: Condition[] = [{ op: 'exist', field: markField, udf: true }];
  // More companies than a query may name: then all marked items are read.
  const notHere: Condition[] =
    companyIds.length > idsPerQuery ? [] : [{ op: 'notIn', field: 'companyID', value: companyIds }];
  const rows = await unlessRefused(readRows(client, itemEntity, [...marked, ...notHere], signal));
  return (rows ?? []).filter((row) => {
    const { mark } = readItem(row, markField);
    return mark.kind === 'agent' && agentIdsElsewhere.has(mark.agentId);
  });
}

/** Null where that would not be clearly cheaper than `walkCalls`, or the marks cannot be asked for. */
async function rowsByLookup(
  client: AutotaskClient,
  request: ItemReadRequest,
  walkCalls: number,
  signal: AbortSignal,
): Promise<Row[] | null> {
  const lookups = serialQueries(request.serials).length;
  // Counting the marks costs a call itself, and their pages at least one more.
  if ((lookups + 2) * clearly > walkCalls) return null;
  const marked: Condition[] = [{ op: 'exist', field: request.markField, udf: true }];
  const count = await unlessRefused(countRows(client, itemEntity, marked, signal));
  if (count === null || (lookups + pagesOf([count])) * clearly > walkCalls) return null;
  const [byMark, bySerial] = await Promise.all([
    unlessRefused(readCountedRows(client, itemEntity, marked, count, signal)),
    rowsBySerial(client, request.serials, signal),
  ]);
  return byMark === null ? null : unique([...byMark, ...bySerial]);
}

export function unique(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

function pagesOf(counts: readonly number[]): number {
  return counts.reduce((pages, count) => pages + Math.ceil(count / pageSize), 0);
}
