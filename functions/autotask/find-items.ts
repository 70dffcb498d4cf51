/** Configuration items by their serial numbers or marks, in any company. */
import { serialKey } from '#sync/device';
import type { AutotaskClient } from './client.ts';
import { AutotaskError } from './errors.ts';
import { fieldNames, itemEntity, itemRow, readItem } from './item-record.ts';
import { anyOf, type Condition, inChunks, valuesPerQuery } from './query.ts';
import { type Row, readRows } from './read-rows.ts';

/** Below the 500 OR conditions that a query may hold. */
const conditionsPerQuery = 400;

/** A shorter text is contained in too many serials to be looked for as a part of one. */
const shortestPart = 5;

/**
 * One `or` group for each query that these serials need. Whether Autotask compares text without case
 * and padding is not documented, so each serial is looked for as a part, in both cases and as it came.
 * Where it compares with case, a serial that was typed in mixed case is still missed.
 */
export function serialQueries(serials: readonly string[]): Condition[] {
  const byKey = new Map(serials.map((serial) => [serialKey(serial), serial.trim()]));
  byKey.delete('');
  const queries: Condition[] = [];
  let group: Condition[] = [];
  let serialsInGroup = 0;
  for (const [key, serial] of byKey) {
    const op = key.length < shortestPart ? 'eq' : 'contains';
    const spellings = [...new Set([key, key.toLowerCase(), serial])];
    if (group.length + spellings.length > conditionsPerQuery || serialsInGroup === valuesPerQuery) {
      queries.push(anyOf(group));
      group = [];
      serialsInGroup = 0;
    }
    group.push(...spellings.map((value): Condition => ({ op, field: fieldNames.serial, value })));
    serialsInGroup += 1;
  }
  if (group.length > 0) queries.push(anyOf(group));
  return queries;
}

/** The queries run side by side; the lane holds them to what Autotask allows. */
export async function rowsBySerial(
  client: AutotaskClient,
  serials: readonly string[],
  signal: AbortSignal,
): Promise<Row[]> {
  const keys = new Set(serials.map(serialKey).filter((key) => key !== ''));
  const pages = await Promise.all(
    serialQueries(serials).map((query) => readRows(client, itemEntity, [query], signal, { keep: itemRow })),
  );
  return pages.flat().filter((row) => {
    const serial = row[fieldNames.serial];
    return typeof serial === 'string' && keys.has(serialKey(serial));
  });
}

/** Null where Autotask refuses to filter by this field: what a user without the right to it gets is not documented. */
export async function rowsByMark(
  client: AutotaskClient,
  agentIds: readonly string[],
  markField: string,
  signal: AbortSignal,
): Promise<Row[] | null> {
  const wanted = new Set(agentIds.map((agentId) => agentId.trim().toLowerCase()).filter((id) => id !== ''));
  if (wanted.size === 0) return [];
  const values = [...new Set(agentIds.map((agentId) => agentId.trim()))].filter((id) => id !== '');
  const rows = await unlessRefused(
    Promise.all(
      inChunks(values).map((value) =>
        readRows(client, itemEntity, [{ op: 'in', field: markField, udf: true, value }], signal, {
          keep: itemRow,
        }),
      ),
    ),
  );
  // A mark that is hidden from us was still compared by Autotask.
  return (
    rows?.flat().filter((row) => {
      const { mark } = readItem(row, markField);
      if (mark.kind === 'agent') return wanted.has(mark.agentId.toLowerCase());
      return mark.kind !== 'empty';
    }) ?? null
  );
}

/** Null where Autotask understood and said no. */
export async function unlessRefused<Value>(promise: Promise<Value>): Promise<Value | null> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof AutotaskError && error.failure === 'refused') return null;
    throw error;
  }
}
