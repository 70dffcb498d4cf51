/** A connection's way out of service, as attributes of its item. Each step can be made again. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ConnectionRecord } from '#connections/connection-record';
import { readConnection } from './connection-item.ts';
import { conditionally, connectionKey, type SingleTable } from './single-table.ts';

/** False where the connection is gone. */
export async function beginOffboarding(
  table: SingleTable,
  id: string,
  runId: string | null,
  now: number,
): Promise<boolean> {
  const run = runId === null ? '' : ', offboardingRunId = :runId';
  const begun = await conditionally(
    table.client.send(
      new UpdateCommand({
        TableName: table.tableName,
        Key: connectionKey(id),
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(offboardingDoneAt)',
        UpdateExpression: `SET offboardingSince = if_not_exists(offboardingSince, :now), updatedAt = :now${run} REMOVE dueAt, staleAt${runId === null ? ', offboardingRunId' : ''}`,
        ExpressionAttributeValues: { ':now': now, ...(runId === null ? {} : { ':runId': runId }) },
      }),
    ),
  );
  if (begun) return true;
  const record = await readConnection(table, id);
  if (record === null) return false;
  // Where it was started anew between our write and our read: once more.
  return isOut(record) || beginOffboarding(table, id, runId, now);
}

/** False where it is gone, or not on its way out. */
export async function endOffboarding(table: SingleTable, id: string, now: number): Promise<boolean> {
  const ended = await conditionally(
    table.client.send(
      new UpdateCommand({
        TableName: table.tableName,
        Key: connectionKey(id),
        ConditionExpression: 'attribute_exists(offboardingSince) AND attribute_not_exists(offboardingDoneAt)',
        UpdateExpression:
          'SET deviceSyncState = :missing, addigyKeyState = :missing, offboardingDoneAt = :now, updatedAt = :now' +
          // With its version here, a refusal that comes late would make a missing credential a refused one.
          ' REMOVE deviceSyncVersion, addigyKeyVersion, #zone, organizationId, permissionLost, dueAt, staleAt',
        // A reserved word.
        ExpressionAttributeNames: { '#zone': 'zone' },
        ExpressionAttributeValues: { ':missing': 'missing', ':now': now },
      }),
    ),
  );
  return ended || isOut(await readConnection(table, id));
}

const isOut = (record: ConnectionRecord | null): boolean =>
  record !== null && record.offboarding !== null && record.offboarding.doneAt !== null;
