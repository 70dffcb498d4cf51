import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type Purpose, purposes } from '#connections/connection';
import { type ApiUserRecord, type ApiUserStore, apiUserStates, type HandOffLink } from '#onboarding/api-user';
import { dueItems } from './due-items.ts';
import {
  apiUsersPartition,
  conditionally,
  connectionOf,
  handOffKeptUntil,
  handOffKey,
  type SingleTable,
  shardOf,
} from './single-table.ts';
import { readStored } from './stored-record.ts';

type Due = Pick<ApiUserRecord, 'connectionId' | 'purpose' | 'dueAt'>;
/** As the index by-due holds it: its keys say the rest. */
interface DueItem {
  readonly pk: string;
  readonly sk: Purpose;
  readonly dueAt: number;
}

/** What is stored is of our own making; this much tells a record from what no longer is one. */
const storedSchema = z.looseObject({ purpose: z.enum(purposes), state: z.enum(apiUserStates) });

/**
 * The record is JSON text, replaced as one under its revision. What the index is asked for are attributes
 * beside it, so that a record which cannot be read any more does not keep the others from being looked at.
 */
export class ApiUserTable implements ApiUserStore {
  readonly #table: SingleTable;

  constructor(table: SingleTable) {
    this.#table = table;
  }

  async get(connectionId: string, purpose: Purpose): Promise<ApiUserRecord | null> {
    const item = await this.#read({ pk: apiUsersPartition(connectionId), sk: purpose });
    return item === null ? null : recordOf(item);
  }

  async list(connectionId: string): Promise<readonly ApiUserRecord[]> {
    const found = await this.#table.client.send(
      new QueryCommand({
        TableName: this.#table.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': apiUsersPartition(connectionId) },
        // `device-sync` sorts after `addigy`.
        ScanIndexForward: false,
        ConsistentRead: true,
      }),
    );
    return (found.Items ?? []).map(recordOf);
  }

  async save(record: ApiUserRecord): Promise<ApiUserRecord | null> {
    const { revision, ...kept } = record;
    // First, so that no link is ever told whose page cannot be found.
    if (record.attempt !== null) await this.#keepHandOff(record, record.attempt.handOff);
    const { connectionId, purpose, dueAt } = record;
    const written = await conditionally(
      this.#table.client.send(
        new PutCommand({
          TableName: this.#table.tableName,
          Item: {
            pk: apiUsersPartition(connectionId),
            sk: purpose,
            shardId: shardOf('api-user', connectionId),
            connectionId,
            purpose,
            ...(dueAt === null ? {} : { dueAt }),
            revision: revision + 1,
            record: JSON.stringify(kept),
          },
          ...(revision === 0
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: 'revision = :revision',
                ExpressionAttributeValues: { ':revision': revision },
              }),
        }),
      ),
    );
    return written ? { ...record, revision: revision + 1 } : null;
  }

  async byHandOff(handOffId: string): Promise<ApiUserRecord | null> {
    // It comes from strangers: nothing but a SHA-256 is worth a request.
    if (!/^[0-9a-f]{64}$/u.test(handOffId)) return null;
    const item = await this.#read(handOffKey(handOffId));
    if (item === null) return null;
    const record = await this.get(String(item.connectionId), item.purpose as Purpose);
    return record?.attempt?.handOff.id === handOffId ? record : null;
  }

  async *due(now: number): AsyncIterable<readonly Due[]> {
    for await (const page of dueItems<DueItem>(this.#table, 'api-user', now)) {
      yield page.map(({ pk, sk, dueAt }) => ({ connectionId: connectionOf(pk), purpose: sk, dueAt }));
    }
  }

  /** Written again, it stays as it is: its time only ever grows. */
  async #keepHandOff({ connectionId, purpose }: ApiUserRecord, link: HandOffLink): Promise<void> {
    const expiresAt = handOffKeptUntil(link.expiresAt);
    await conditionally(
      this.#table.client.send(
        new PutCommand({
          TableName: this.#table.tableName,
          Item: { ...handOffKey(link.id), connectionId, purpose, expiresAt },
          ConditionExpression: 'attribute_not_exists(pk) OR expiresAt < :expiresAt',
          ExpressionAttributeValues: { ':expiresAt': expiresAt },
        }),
      ),
    );
  }

  async #read(key: { pk: string; sk: string }): Promise<Record<string, unknown> | null> {
    const found = await this.#table.client.send(
      new GetCommand({ TableName: this.#table.tableName, Key: key, ConsistentRead: true }),
    );
    return found.Item ?? null;
  }
}

function recordOf(item: Record<string, unknown>): ApiUserRecord {
  const stored = readStored(`API user ${String(item.pk)} ${String(item.sk)}`, () =>
    storedSchema.parse(JSON.parse(String(item.record))),
  );
  return { ...(stored as unknown as Omit<ApiUserRecord, 'revision'>), revision: Number(item.revision) };
}
