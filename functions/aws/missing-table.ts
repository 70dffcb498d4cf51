import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { MissingStore } from '#runs/ports';
import { inParts, pack, unpack } from './packed-text.ts';
import { missingPartition, type SingleTable } from './single-table.ts';
import { readStored } from './stored-record.ts';

const entriesSchema = z.array(z.tuple([z.number(), z.number()]));

/**
 * The memory of missing devices, in parts. The `head` item names the generation that counts, so that a
 * memory that was half written when its writer died is never read.
 */
export class MissingTable implements MissingStore {
  readonly #table: SingleTable;
  readonly #generation: () => string;

  /** `generation` gives a new, unguessed name for each memory that is saved. */
  constructor(table: SingleTable, generation: () => string) {
    this.#table = table;
    this.#generation = generation;
  }

  async load(connectionId: string): Promise<ReadonlyMap<number, number>> {
    const head = await this.#head(connectionId);
    const missing = new Map<number, number>();
    if (head === null) return missing;
    for (const key of head.parts) {
      const found = await this.#table.client.send(
        new GetCommand({
          TableName: this.#table.tableName,
          Key: { pk: missingPartition(connectionId), sk: key },
          ConsistentRead: true,
        }),
      );
      const entries = found.Item?.entries as Uint8Array | undefined;
      if (entries === undefined) throw new Error(`a part of the missing devices of ${connectionId} is gone`);
      const read = readStored(`missing devices of ${connectionId}`, () =>
        entriesSchema.parse(unpack(entries)),
      );
      for (const [itemId, since] of read) missing.set(itemId, since);
    }
    return missing;
  }

  async save(connectionId: string, missing: ReadonlyArray<readonly [number, number]>): Promise<void> {
    const pk = missingPartition(connectionId);
    const generation = this.#generation();
    const keys: string[] = [];
    for (const part of inParts(missing, 10_000)) {
      const sk = `${generation}#${keys.length}`;
      await this.#put({ pk, sk, entries: pack(part) });
      keys.push(sk);
    }
    await this.#put({ pk, sk: 'head', parts: keys });
    await this.#sweep(pk, new Set(keys.length === 0 ? [] : [...keys, 'head']));
  }

  async #head(connectionId: string): Promise<{ readonly parts: readonly string[] } | null> {
    const found = await this.#table.client.send(
      new GetCommand({
        TableName: this.#table.tableName,
        Key: { pk: missingPartition(connectionId), sk: 'head' },
        ConsistentRead: true,
      }),
    );
    return (found.Item as { parts: string[] } | undefined) ?? null;
  }

  async #put(item: Record<string, unknown>): Promise<void> {
    await this.#table.client.send(new PutCommand({ TableName: this.#table.tableName, Item: item }));
  }

  /** Removes the generations before, and what a dead writer left behind. */
  async #sweep(pk: string, keep: ReadonlySet<string>): Promise<void> {
    let from: Record<string, unknown> | undefined;
    do {
      const found = await this.#table.client.send(
        new QueryCommand({
          TableName: this.#table.tableName,
          KeyConditionExpression: 'pk = :pk',
          ProjectionExpression: 'sk',
          ExpressionAttributeValues: { ':pk': pk },
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      for (const item of (found.Items ?? []) as Array<{ sk: string }>) {
        if (keep.has(item.sk)) continue;
        await this.#table.client.send(
          new DeleteCommand({ TableName: this.#table.tableName, Key: { pk, sk: item.sk } }),
        );
      }
      from = found.LastEvaluatedKey;
    } while (from !== undefined);
  }
}
