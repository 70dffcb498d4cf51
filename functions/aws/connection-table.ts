import { DeleteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { ConnectionSettings } from '#connections/connection';
import type {
  ConnectionRecord,
  ConnectionStore,
  CredentialName,
  Declared,
  Declaring,
  DueConnection,
  LearntFromProof,
  LearntFromRun,
  Staleness,
} from '#connections/connection-record';
import { type ConnectionItem, readConnection, recordOf, updateConnection } from './connection-item.ts';
import { beginOffboarding, endOffboarding } from './connection-offboarding.ts';
import { declareConnection } from './declare-connection.ts';
import { dueItems, readStaleness } from './due-items.ts';
import { conditionally, connectionKey, connectionsPartition, type SingleTable } from './single-table.ts';
import type { AttributeChange } from './update-expression.ts';

/** As the index by-due holds it. */
type DueItem = Pick<ConnectionItem, 'sk' | 'everyMinutes' | 'policy'> & { readonly dueAt: number };

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
    return readConnection(this.#table, id);
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

  async declare(id: string, settings: ConnectionSettings, now: number, how?: Declaring): Promise<Declared> {
    return declareConnection(this.#table, id, settings, now, how);
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
      // What was refused once may have been mended since; and a new key is not the key that Addigy locked.
      without: 'offboardingSince',
      remove: [`${credential}Refused`, ...(credential === 'addigyKey' ? ['addigyBlockedUntil'] : [])],
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
    if (Object.values(rest).some((value) => value !== undefined) && !(await this.#succeed(id, rest))) {
      await this.#update(id, { set: rest });
    }
    if (dueAt !== undefined) await this.#update(id, { set: { dueAt }, where: { name: 'dueAt' } });
  }

  async *due(now: number): AsyncIterable<readonly DueConnection[]> {
    for await (const page of dueItems<DueItem>(this.#table, 'connection', now)) {
      yield page.map(({ sk, dueAt, everyMinutes, policy }) => ({ id: sk, dueAt, everyMinutes, policy }));
    }
  }

  async staleness(now: number): Promise<Staleness> {
    return readStaleness(this.#table, now);
  }

  async postpone(id: string, from: number, to: number): Promise<boolean> {
    return this.#update(id, { set: { dueAt: to }, where: { name: 'dueAt', value: from } });
  }

  async permission(id: string, lost: string | null): Promise<void> {
    await this.#update(
      id,
      lost === null ? { set: {}, remove: ['permissionLost'] } : { set: { permissionLost: lost } },
    );
  }

  async beginOffboarding(id: string, runId: string | null, now: number): Promise<boolean> {
    return beginOffboarding(this.#table, id, runId, now);
  }

  async endOffboarding(id: string, now: number): Promise<boolean> {
    return endOffboarding(this.#table, id, now);
  }

  /** A success puts off what is stale, where the schedule is on; false where it is not, or there was none. */
  async #succeed(id: string, { lastSuccessAt, ...rest }: LearntFromRun): Promise<boolean> {
    if (lastSuccessAt === undefined) return false;
    return this.#update(id, {
      set: { ...rest, lastSuccessAt },
      sums: { staleAt: { of: 'staleAfter', plus: lastSuccessAt } },
      where: { name: 'staleAt' },
    });
  }

  async #update(id: string, change: AttributeChange): Promise<boolean> {
    return updateConnection(this.#table, id, change);
  }
}
