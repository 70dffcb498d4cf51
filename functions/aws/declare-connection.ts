import { isDeepStrictEqual } from 'node:util';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ConnectionSettings } from '#connections/connection';
import {
  type ConnectionRecord,
  type Declared,
  type Declaring,
  type Expected,
  versionOf,
} from '#connections/connection-record';
import { staleAfterMs } from '#connections/connection-schedule';
import { type ConnectionItem, readConnection, recordOf } from './connection-item.ts';
import { conditionally, connectionKey, type SingleTable, shardOf } from './single-table.ts';

const minute = 60_000;

interface Declarer {
  readonly now: number;
  readonly by: string | null;
}

/** Creates the connection, replaces its settings, or, where it was offboarded, starts it anew. */
export async function declareConnection(
  table: SingleTable,
  id: string,
  settings: ConnectionSettings,
  now: number,
  how: Declaring = {},
): Promise<Declared> {
  const { expected = 'anything', by = null } = how;
  const before = await readConnection(table, id);
  if (before?.offboarding?.doneAt === null) return { kind: 'offboarding', record: before };
  const isSame =
    before !== null && before.offboarding === null && isDeepStrictEqual(before.settings, settings);
  if (isSame && expected !== 'nothing') return { kind: 'declared', record: before };
  if (!isExpected(expected, before)) return { kind: 'unexpected', record: before };
  const written =
    before === null
      ? await create(table, id, settings, { now, by })
      : await replace(table, before, settings, { now, by });
  // Another caller declared or offboarded it between our read and our write: look again at what is expected.
  if (written === null) return declareConnection(table, id, settings, now, how);
  return { kind: before === null ? 'created' : 'declared', record: written };
}

function isExpected(expected: Expected, there: ConnectionRecord | null): boolean {
  switch (expected) {
    case 'anything':
      return true;
    case 'nothing':
      return there === null;
    case 'no other':
      return there === null || there.offboarding !== null;
    case 'something':
      return there !== null;
    default:
      return there !== null && expected.includes(versionOf(there));
  }
}

/** Null where it exists already. */
async function create(
  table: SingleTable,
  id: string,
  settings: ConnectionSettings,
  { now, by }: Declarer,
): Promise<ConnectionRecord | null> {
  const { enabled, everyMinutes } = settings.schedule;
  const item: ConnectionItem = {
    ...connectionKey(id),
    shardId: shardOf('connection', id),
    settings: JSON.stringify(settings),
    revision: 1,
    declaredAt: now,
    ...(by === null ? {} : { declaredBy: by }),
    deviceSyncState: 'missing',
    addigyKeyState: 'missing',
    ...(enabled ? { dueAt: now, staleAt: now + staleAfterMs(everyMinutes) } : {}),
    everyMinutes,
    policy: settings.sync.policy,
    staleAfter: staleAfterMs(everyMinutes),
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

/** Null where it is no longer as it was when it was read: gone, declared by another, or as far out of service. */
async function replace(
  table: SingleTable,
  before: ConnectionRecord,
  settings: ConnectionSettings,
  { now, by }: Declarer,
): Promise<ConnectionRecord | null> {
  const { id, createdAt, declaration, offboarding } = before;
  const { enabled, everyMinutes } = settings.schedule;
  const set = [
    'settings = :settings',
    'revision = :next',
    'declaredAt = :now',
    'updatedAt = :now',
    'everyMinutes = :everyMinutes',
    '#policy = :policy',
    'staleAfter = :staleAfter',
  ];
  // A key of its own has not worked before.
  const remove =
    offboarding === null
      ? []
      : ['offboardingSince', 'offboardingRunId', 'offboardingDoneAt', 'lastSuccessAt'];
  if (enabled) set.push('dueAt = if_not_exists(dueAt, :now)', 'staleAt = :staleAt');
  else remove.push('dueAt', 'staleAt');
  // What was off until now has had no chance of a success.
  const since =
    before.staleAt === null ? now : before.staleAt - staleAfterMs(before.settings.schedule.everyMinutes);
  const staleAfter = staleAfterMs(everyMinutes);
  if (by === null) remove.push('declaredBy');
  else set.push('declaredBy = :by');
  const isUnversioned = declaration.revision === 0;
  const conditions = [
    'createdAt = :createdAt',
    isUnversioned ? 'attribute_not_exists(revision)' : 'revision = :seen',
    offboarding === null ? 'attribute_not_exists(offboardingSince)' : 'attribute_exists(offboardingDoneAt)',
  ];
  const replaced = await conditionally(
    table.client.send(
      new UpdateCommand({
        TableName: table.tableName,
        Key: connectionKey(id),
        ConditionExpression: conditions.join(' AND '),
        UpdateExpression: `SET ${set.join(', ')}${remove.length === 0 ? '' : ` REMOVE ${remove.join(', ')}`}`,
        ExpressionAttributeNames: { '#policy': 'policy' },
        ExpressionAttributeValues: {
          ':settings': JSON.stringify(settings),
          ':now': now,
          ':everyMinutes': everyMinutes,
          ':policy': settings.sync.policy,
          ':staleAfter': staleAfter,
          ...(enabled ? { ':staleAt': since + staleAfter } : {}),
          ':createdAt': createdAt,
          ':next': declaration.revision + 1,
          ...(isUnversioned ? {} : { ':seen': declaration.revision }),
          ...(by === null ? {} : { ':by': by }),
        },
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
