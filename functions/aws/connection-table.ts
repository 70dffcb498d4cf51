import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ConnectionSettings } from '#onboarding/connection';
import type {
  ConnectionRecord,
  ConnectionStore,
  CredentialName,
  LearntFromProof,
  LearntFromRun,
} from '#onboarding/connection-record';
import { type ConnectionItem, recordOf } from './connection-item.ts';
import {
  byDueIndex,
  conditionally,
  connectionKey,
  connectionsPartition,
  type SingleTable,
} from './single-table.ts';
import { type AttributeChange, updateExpression } from './update-expression.ts';

const minute = 60_000;

/**
 * Settings and what runs learn are attributes of their own, written by name: a PUT of settings and a
 * run that ends at the same moment never overwrite each other.
 */
export class ConnectionTable implements ConnectionStore {
  readonly #table: SingleTable;

  constructor(table: SingleTable) {
    this.#table = table;
  }

  async get(id: string): Promise<ConnectionRecord | null> {
    const found = await this.#table.client.send(
      new GetCommand({ TableName: this.#table.tableName, Key: connectionKey(id), ConsistentRead: true }),
    );
    return found.Item === undefined ? null : recordOf(found.Item as ConnectionItem);
  }

  async list(page: { limit: number; after: string | null }) {
    const found = await this.#table.client.send(
      new QueryCommand({
        TableName: this.#table.tableName,
        KeyConditionExpression:
          page.after === null ? 'pk = :connections' : 'pk = :connections AND sk > :after',
        ExpressionAttributeValues: {
          ':connections': connectionsPartition,
          ...(page.after === null ? {} : { ':after': page.after }),
        },
        // One more than asked for tells whether there is a next page.
        Limit: page.limit + 1,
        ConsistentRead: true,
      }),
    );
    const items = (found.Items ?? []) as ConnectionItem[];
    const connections = items.slice(0, page.limit).map(recordOf);
    const more = items.length > page.limit || found.LastEvaluatedKey !== undefined;
    return { connections, next: more ? (connections.at(-1)?.id ?? null) : null };
  }

  async declare(
    id: string,
    settings: ConnectionSettings,
    now: number,
  ): Promise<{ record: ConnectionRecord; created: boolean }> {
    const before = await this.get(id);
    if (before !== null && JSON.stringify(before.settings) === JSON.stringify(settings)) {
      return { record: before, created: false };
    }
    const written =
      before === null ? await this.#create(id, settings, now) : await this.#replace(id, settings, now);
    // Another caller created or removed it between our read and our write: look again.
    return written === null ? this.declare(id, settings, now) : { record: written, created: before === null };
  }

  async remove(id: string): Promise<boolean> {
    return conditionally(
      this.#table.client.send(
        new DeleteCommand({
          TableName: this.#table.tableName,
          Key: connectionKey(id),
          ConditionExpression: 'attribute_exists(pk)',
        }),
      ),
    );
  }

  async trust(id: string, credential: CredentialName, learnt: LearntFromProof, now: number) {
    return this.#update(id, {
      set: {
        [`${credential}State`]: 'trusted',
        [`${credential}Version`]: learnt.version,
        zone: learnt.zone,
        organizationId: learnt.organizationId,
        updatedAt: now,
      },
      // A new key is not the key that Addigy locked.
      remove: credential === 'addigyKey' ? ['addigyBlockedUntil'] : [],
    });
  }

  async refuse(id: string, credential: CredentialName, version: string): Promise<void> {
    // Without a condition: whoever died between the vault and this table left another version here.
    await this.#update(id, { set: { [`${credential}Refused`]: version } });
    await this.#update(id, {
      set: { [`${credential}State`]: 'refused' },
      where: { name: `${credential}Version`, value: version },
    });
  }

  async learn(id: string, learnt: LearntFromRun): Promise<void> {
    const { dueAt, ...rest } = learnt;
    if (Object.values(rest).some((value) => value !== undefined)) await this.#update(id, { set: rest });
    if (dueAt !== undefined) await this.#update(id, { set: { dueAt }, where: { name: 'dueAt' } });
  }

  async *due(now: number): AsyncIterable<readonly ConnectionRecord[]> {
    let from: Record<string, unknown> | undefined;
    do {
      const found = await this.#table.client.send(
        new QueryCommand({
          TableName: this.#table.tableName,
          IndexName: byDueIndex,
          KeyConditionExpression: 'kind = :connection AND dueAt <= :now',
          ExpressionAttributeValues: { ':connection': 'connection', ':now': now },
          Limit: 100,
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      yield ((found.Items ?? []) as ConnectionItem[]).map(recordOf);
      from = found.LastEvaluatedKey;
    } while (from !== undefined);
  }

  async postpone(id: string, from: number, to: number): Promise<boolean> {
    return this.#update(id, { set: { dueAt: to }, where: { name: 'dueAt', value: from } });
  }

  /** Null where it exists already. */
  async #create(id: string, settings: ConnectionSettings, now: number): Promise<ConnectionRecord | null> {
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
      this.#table.client.send(
        new PutCommand({
          TableName: this.#table.tableName,
          Item: item,
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );
    return created ? recordOf(item) : null;
  }

  /** Null where it is gone. */
  async #replace(id: string, settings: ConnectionSettings, now: number): Promise<ConnectionRecord | null> {
    const { enabled, everyMinutes } = settings.schedule;
    const replaced = await conditionally(
      this.#table.client.send(
        new UpdateCommand({
          TableName: this.#table.tableName,
          Key: connectionKey(id),
          ConditionExpression: 'attribute_exists(pk)',
          UpdateExpression: enabled
            ? 'SET settings = :settings, updatedAt = :now, dueAt = if_not_exists(dueAt, :now)'
            : 'SET settings = :settings, updatedAt = :now REMOVE dueAt',
          ExpressionAttributeValues: { ':settings': JSON.stringify(settings), ':now': now },
        }),
      ),
    );
    if (!replaced) return null;
    // A shorter interval counts from now on, not only after the longer one has passed.
    const latest = now + everyMinutes * minute;
    await conditionally(
      this.#table.client.send(
        new UpdateCommand({
          TableName: this.#table.tableName,
          Key: connectionKey(id),
          ConditionExpression: 'dueAt > :latest',
          UpdateExpression: 'SET dueAt = :latest',
          ExpressionAttributeValues: { ':latest': latest },
        }),
      ),
    );
    return this.get(id);
  }

  /** False where the connection is gone, or `where` does not hold. */
  async #update(id: string, change: AttributeChange): Promise<boolean> {
    return conditionally(
      this.#table.client.send(
        new UpdateCommand({
          TableName: this.#table.tableName,
          Key: connectionKey(id),
          ...updateExpression(change),
        }),
      ),
    );
  }
}
