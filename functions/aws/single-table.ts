/**
 * The one table. Every key that is written stands here.
 *
 * | item              | pk                      | sk               | also                                   |
 * |-------------------|-------------------------|------------------|----------------------------------------|
 * | connection        | `connections`           | id               | shardId, dueAt (index by-due), staleAt (index by-stale) |
 * | API user          | `api-users#<connection>` | purpose         | shardId, dueAt (index by-due), revision |
 * | hand-off          | `hand-off#<id>`         | `hand-off`       | expiresAt                              |
 * | lease             | `lease#<connection>`    | `lease`          | leaseUntil, epoch ms                   |
 * | missing devices   | `missing#<connection>`  | `head`, `<generation>#<part>` |                           |
 * | run               | `runs#<connection>`     | run id           | expiresAt                              |
 * | request with a key | `requests#<connection>` | `request#<hash>` | expiresAt, inProgressUntil, epoch ms   |
 * | part of its lines | `lines#<connection>#<run>` | `<leg>#<part>` | expiresAt                              |
 *
 * A connection whose schedule is off, and an API user that nobody has to look at, has no `dueAt`, and
 * so is not in the index `by-due` (partition `shardId`, sort `dueAt`); the same for `staleAt` and `by-stale`. A shard is
 * `<kind>#<0 to 15>`: one partition of an index takes 1,000 writes a second, and is not split where what is written
 * only ever grows, as times do. The indexes hold the keys and what a tick needs, and no more.
 * `expiresAt` is the table's time to live, in epoch seconds.
 */
import { createHash } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export interface SingleTable {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export const byDueIndex = 'by-due';
export const byStaleIndex = 'by-stale';

export type IndexedKind = 'connection' | 'api-user';

/** Stands for as long as the table does: with another number, what is in the higher shards would not be found. */
const shards = 16;
export const shardNames = (kind: IndexedKind): readonly string[] =>
  Array.from({ length: shards }, (_, at) => `${kind}#${at}`);
/** By the connection's id. */
export const shardOf = (kind: IndexedKind, id: string): string =>
  `${kind}#${createHash('sha256').update(id).digest().readUInt32BE(0) % shards}`;

export const connectionsPartition = 'connections';

export const connectionKey = (id: string): Key => ({ pk: connectionsPartition, sk: id });
export const leaseKey = (connectionId: string): Key => ({ pk: `lease#${connectionId}`, sk: 'lease' });
export const missingPartition = (connectionId: string): string => `missing#${connectionId}`;
export const runsPartition = (connectionId: string): string => `runs#${connectionId}`;
export const linesPartition = (connectionId: string, runId: string): string =>
  `lines#${connectionId}#${runId}`;

/** A connection's own: in one partition for all, 500 requests a second would be the most (1,000 writes, two for each). */
export const requestsPartition = (connectionId: string): string => `requests#${connectionId}`;

export const apiUsersPartition = (connectionId: string): string => `api-users#${connectionId}`;
export const connectionOf = (partition: string): string => partition.slice(partition.indexOf('#') + 1);
export const handOffKey = (id: string): Key => ({ pk: `hand-off#${id}`, sk: 'hand-off' });

/** A run and its lines can be read for 90 days. In epoch seconds, as DynamoDB's time to live wants it. */
export const keptUntil = (epochMs: number): number => Math.floor(epochMs / 1000) + 90 * 24 * 3600;

/** An expired link can be told from one that never was for 30 days more. In epoch seconds. */
export const handOffKeptUntil = (linkExpiresAt: number): number =>
  Math.floor(linkExpiresAt / 1000) + 30 * 24 * 3600;

/** Sorts by leg, then by part. */
export const lineKey = (leg: number, part: number): string =>
  `${String(leg).padStart(5, '0')}#${String(part).padStart(5, '0')}`;

export const isConditionFailure = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

/** True where the write happened, false where its condition did not hold. */
export async function conditionally(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}
