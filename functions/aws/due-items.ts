import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { byDueIndex, type SingleTable } from './single-table.ts';

/** Of this kind, what wants to be looked at by `now`: a hundred a page, the longest waiting first. */
export async function* dueItems<Item>(
  table: SingleTable,
  kind: 'connection' | 'api-user',
  now: number,
  attributes?: string,
): AsyncIterable<readonly Item[]> {
  let from: Record<string, unknown> | undefined;
  do {
    const found = await table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        IndexName: byDueIndex,
        KeyConditionExpression: 'kind = :kind AND dueAt <= :now',
        ...(attributes === undefined ? {} : { ProjectionExpression: attributes }),
        ExpressionAttributeValues: { ':kind': kind, ':now': now },
        Limit: 100,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    yield (found.Items ?? []) as Item[];
    from = found.LastEvaluatedKey;
  } while (from !== undefined);
}
