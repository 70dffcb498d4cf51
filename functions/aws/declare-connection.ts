import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ConnectionSettings } from '#onboarding/connection';
import type { ConnectionRecord, Declared } from '#onboarding/connection-record';
import { type ConnectionItem, readConnection, recordOf } from './connection-item.ts';
import { conditionally, connectionKey, type SingleTable } from './single-table.ts';

const minute = 60_000;

/** Creates the connection, replaces its settings, or, where it was offboarded, starts it anew. */
export async function declareConnection(
  table: SingleTable,
  id: string,
  settings: ConnectionSettings,
  now: number,
): Promise<Declared> {
  const before = await readConnection(table, id);
  if (before?.offboarding?.doneAt === null) return { kind: 'offboarding', record: before };
  const same = before !== null && JSON.stringify(before.settings) === JSON.stringify(settings);
  if (same && before.offboarding === null) return { kind: 'declared', record: before };
  const written =
    before === null
      ? await create(table, id, settings, now)
      : await replace(table, id, settings, before.offboarding !== null, now);
  // Another caller created, removed or offboarded it between our read and our write: look again.
  if (written === null) return declareConnection(table, id, settings, now);
  return { kind: before === null ? 'created' : 'declared', record: written };
}

/** Null where it exists already. */
async function create(
  table: SingleTable,
  id: string,
  settings: ConnectionSettings,
  now: number,
): Promise<ConnectionRecord | null> {
  const item: ConnectionItem = {
    ...connectionKey(id),
    kind: 'connection',
    settings: JSON.stringify(settings),
    deviceSyncState: 'missing',
    addigyKeyState: 'missing',
    ...(settings.schedule.enabled ? { dueAt: now } : {}),
    createdAt: now,
    updatedAt: now,
  };
  const created = await conditionally(
    table.client.send(
      new PutCommand({
        TableName: table.tableName,
        Item: item,
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );
  return created ? recordOf(item) : null;
}

/** Null where it is gone, or is no longer as far out of service as it was when it was read. */
async function replace(
  table: SingleTable,
  id: string,
  settings: ConnectionSettings,
  offboarded: boolean,
  now: number,
): Promise<ConnectionRecord | null> {
  const { enabled, everyMinutes } = settings.schedule;
  const set = ['settings = :settings', 'updatedAt = :now'];
  // A key of its own has not worked before.
  const remove = offboarded
    ? ['offboardingSince', 'offboardingRunId', 'offboardingDoneAt', 'lastSuccessAt']
    : [];
  if (enabled) set.push('dueAt = if_not_exists(dueAt, :now)');
  else remove.push('dueAt');
  const replaced = await conditionally(
    table.client.send(
      new UpdateCommand({
        TableName: table.tableName,
        Key: connectionKey(id),
        ConditionExpression: offboarded
          ? 'attribute_exists(offboardingDoneAt)'
          : 'attribute_exists(pk) AND attribute_not_exists(offboardingSince)',
        UpdateExpression: `SET ${set.join(', ')}${remove.length === 0 ? '' : ` REMOVE ${remove.join(', ')}`}`,
        ExpressionAttributeValues: { ':settings': JSON.stringify(settings), ':now': now },
      }),
    ),
  );
  if (!replaced) return null;
  // A shorter interval counts from now on, not only after the longer one has passed.
  const latest = now + everyMinutes * minute;
  await conditionally(
    table.client.send(
      new UpdateCommand({
        TableName: table.tableName,
        Key: connectionKey(id),
        ConditionExpression: 'dueAt > :latest',
        UpdateExpression: 'SET dueAt = :latest',
        ExpressionAttributeValues: { ':latest': latest },
      }),
    ),
  );
  return readConnection(table, id);
}
