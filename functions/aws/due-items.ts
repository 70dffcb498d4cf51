/** The two sparse indexes that a tick asks: what is due, and what is stale. Never a scan. */
import { QueryCommand, type QueryCommandInput, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import type { Staleness } from '#connections/connection-record';
import { byDueIndex, byStaleIndex, type IndexedKind, type SingleTable, shardNames } from './single-table.ts';

const minute = 60_000;

/**
 * Of this kind, what wants to be looked at by `now`: shard by shard, the longest waiting first in each, in pages
 * of 1 MB, which is what DynamoDB gives where nobody asks for less. Which shard is first turns with the time: where
 * a tick's time is never enough for all, none is always the last.
 */
export async function* dueItems<Item>(
  table: SingleTable,
  kind: IndexedKind,
  now: number,
): AsyncIterable<readonly Item[]> {
  const shards = shardNames(kind);
  const first = Math.floor(now / minute) % shards.length;
  for (const shard of [...shards.slice(first), ...shards.slice(0, first)]) {
    const pages = pagesOf(table, {
      IndexName: byDueIndex,
      KeyConditionExpression: 'shardId = :shard AND dueAt <= :now',
      ExpressionAttributeValues: { ':shard': shard, ':now': now },
    });
    for await (const { Items = [] } of pages) yield Items as Item[];
  }
}

/** One page after the other, each asked for when the one before it is done with. */
async function* pagesOf(
  { client, tableName }: SingleTable,
  query: Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey'>,
): AsyncIterable<QueryCommandOutput> {
  let from: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        ...query,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    yield page;
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

interface StaleItem {
  readonly staleAt: number;
  readonly staleAfter: number;
}

/** One small query for each shard, and a count where something is stale. */
export async function readStaleness(table: SingleTable, now: number): Promise<Staleness> {
  const shards = shardNames('connection');
  const heads = await Promise.all(shards.map((shard) => mostOverdue(table, shard)));
  const counts = await Promise.all(
    shards.map((shard, at) =>
      (heads[at]?.staleAt ?? Number.POSITIVE_INFINITY) <= now ? count(table, shard, now) : 0,
    ),
  );
  const overdue = heads.flatMap((head) => head ?? []).sort((a, b) => a.staleAt - b.staleAt)[0];
  return {
    stale: counts.reduce((sum, one) => sum + one, 0),
    oldestSuccessAt: overdue === undefined ? null : overdue.staleAt - overdue.staleAfter,
  };
}

async function mostOverdue(table: SingleTable, shard: string): Promise<StaleItem | null> {
  const found = await table.client.send(
    new QueryCommand({
      TableName: table.tableName,
      IndexName: byStaleIndex,
      KeyConditionExpression: 'shardId = :shard',
      ExpressionAttributeValues: { ':shard': shard },
      Limit: 1,
    }),
  );
  return (found.Items?.[0] as StaleItem | undefined) ?? null;
}

async function count(table: SingleTable, shard: string, now: number): Promise<number> {
  let sum = 0;
  const pages = pagesOf(table, {
    IndexName: byStaleIndex,
    KeyConditionExpression: 'shardId = :shard AND staleAt <= :now',
    ExpressionAttributeValues: { ':shard': shard, ':now': now },
    Select: 'COUNT',
  });
  for await (const { Count = 0 } of pages) sum += Count;
  return sum;
}
