/** All the items that a plan needs, by the way that costs fewer calls: calls are the scarce good. */
import type { ItemReadRequest } from '#sync/ports';
import { askInParts, askOrHalve, surelyAccepted } from './ask-in-parts.ts';
import type { AutotaskClient } from './client.ts';
import { rowsBySerial, serialQueries, unlessRefused } from './find-items.ts';
import { fieldNames, itemEntity, itemRow, readItem } from './item-record.ts';
import { type Condition, idsPerQuery, pageSize } from './query.ts';
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
  const count = (ids: readonly number[]) => countRows(client, itemEntity, ofCompanies(ids), signal);
  const parts = await askInParts([...new Set(request.companyIds)], async (ids) => ({
    ids,
    count: await count(ids),
  }));
  const walkCalls = pagesOf(parts.map((part) => part.count));
  const byLookup = request.whole ? null : await rowsByLookup(client, request, walkCalls, signal);
  if (byLookup !== null) return byLookup;
  const walked = await Promise.all(
    parts.map((part) =>
      askOrHalve(part.ids, async (ids) => {
        const expected = ids === part.ids ? part.count : await count(ids);
        return readCountedRows(client, itemEntity, ofCompanies(ids), expected, signal, { keep: itemRow });
      }),
    ),
  );
  return walked.flat(2);
}

function ofCompanies(value: readonly number[]): Condition[] {
  return [{ op: 'in', field: 'companyID', value }];
}

async function rowsMarkedElsewhere(
  client: AutotaskClient,
  { agentIdsElsewhere, allMarked = false, companyIds, markField }: ItemReadRequest,
  signal: AbortSignal,
): Promise<Row[]> {
  const isWanted = (agentId: string): boolean => allMarked || agentIdsElsewhere?.has(agentId) === true;
  if (!allMarked && (agentIdsElsewhere?.size ?? 0) === 0) return [];
  const marked: Condition[] = [{ op: 'exist', field: markField, udf: true }];
  const read = (filter: Condition[]) =>
    unlessRefused(readRows(client, itemEntity, filter, signal, { keep: itemRow }));
  const notHere: Condition[] =
    companyIds.length === 0 ? [] : [{ op: 'notIn', field: 'companyID', value: companyIds }];
  let rows = companyIds.length > idsPerQuery ? null : await read([...marked, ...notHere]);
  // More companies than a query may name, and what is left out cannot be halved: then all marked items are read.
  if (rows === null && companyIds.length > surelyAccepted) rows = await read(marked);
  return (rows ?? []).filter((row) => {
    const { mark } = readItem(row, markField);
    return mark.kind === 'agent' && isWanted(mark.agentId);
  });
}

/**
 * Null where that would not be clearly cheaper than `walkCalls`, the marks cannot be asked for, or Autotask
 * was not seen to ignore case: a serial in mixed case would then be missed, and its item created again.
 */
async function rowsByLookup(
  client: AutotaskClient,
  request: ItemReadRequest,
  walkCalls: number,
  signal: AbortSignal,
): Promise<Row[] | null> {
  const lookups = serialQueries(request.serials).length;
  // Counting the marks costs a call itself, their pages at least one more, and so does the proof.
  if ((lookups + 3) * clearly > walkCalls) return null;
  const marked: Condition[] = [{ op: 'exist', field: request.markField, udf: true }];
  const count = await unlessRefused(countRows(client, itemEntity, marked, signal));
  // Without a marked item there is nothing to prove by.
  if (count === null || count === 0 || (lookups + pagesOf([count]) + 1) * clearly > walkCalls) return null;
  const byMark = await unlessRefused(
    readCountedRows(client, itemEntity, marked, count, signal, { keep: itemRow }),
  );
  if (byMark === null || !(await ignoresCase(client, byMark, signal))) return null;
  return unique([...byMark, ...(await rowsBySerial(client, request.serials, signal))]);
}

/**
 * Whether Autotask compares text without case is not documented, and may differ from one database to the
 * next: one of these rows is asked for by its serial in the other case. Its id stands with it, since an item
 * that really holds that spelling would prove nothing.
 */
async function ignoresCase(
  client: AutotaskClient,
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<boolean> {
  for (const { id, [fieldNames.serial]: serial } of rows) {
    if (typeof serial !== 'string' || !/[a-z]/iu.test(serial)) continue;
    const filter: Condition[] = [
      { op: 'eq', field: fieldNames.serial, value: invertCase(serial) },
      { op: 'eq', field: 'id', value: id },
    ];
    const count = await unlessRefused(countRows(client, itemEntity, filter, signal));
    return count !== null && count >= 1;
  }
  return false;
}

function invertCase(text: string): string {
  return text.replace(/[a-z]/giu, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  );
}

export function unique(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

function pagesOf(counts: readonly number[]): number {
  return counts.reduce((pages, count) => pages + Math.ceil(count / pageSize), 0);
}
