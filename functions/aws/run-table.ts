import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { RunLines, RunStore } from '#runs/ports';
import { ordinaryRun, type RunRecord, runStatuses } from '#runs/run-record';
import { RunLinesTable } from './run-lines-table.ts';
import { conditionally, connectionOf, keptUntil, runsPartition, type SingleTable } from './single-table.ts';
import { readStored } from './stored-record.ts';

/** The record is JSON text: it is read and replaced as one; the attributes beside it are what conditions are about. */
interface RunItem {
  readonly pk: string;
  readonly sk: string;
  readonly record: string;
  readonly status: RunRecord['status'];
  readonly progress?: RunRecord['progress'];
  readonly retries?: number;
  readonly retryReason?: string;
  readonly retriedAt?: number;
}

/** This much tells a record from what no longer is one. */
const storedSchema = z.looseObject({
  runId: z.string(),
  connectionId: z.string(),
  status: z.enum(runStatuses),
});

export class RunTable implements RunStore {
  readonly #table: SingleTable;
  readonly #lines: RunLinesTable;

  constructor(table: SingleTable) {
    this.#table = table;
    this.#lines = new RunLinesTable(table);
  }

  async create(record: RunRecord): Promise<boolean> {
    return conditionally(
      this.#table.client.send(
        new PutCommand({
          TableName: this.#table.tableName,
          Item: itemOf(record),
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );
  }

  async get(connectionId: string, runId: string): Promise<RunRecord | null> {
    const found = await this.#table.client.send(
      new GetCommand({
        TableName: this.#table.tableName,
        Key: { pk: runsPartition(connectionId), sk: runId },
        ConsistentRead: true,
      }),
    );
    return found.Item === undefined ? null : recordOf(found.Item as unknown as RunItem);
  }

  async list(connectionId: string, page: { limit: number; before: string | null; oldest: string }) {
    // '~' sorts after every run id; a run id begins with its time.
    const newest = page.before ?? '~';
    const found = await this.#table.client.send(
      new QueryCommand({
        TableName: this.#table.tableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :oldest AND :newest',
        ExpressionAttributeValues: {
          ':pk': runsPartition(connectionId),
          ':oldest': page.oldest,
          ':newest': newest,
        },
        ScanIndexForward: false,
        // BETWEEN includes the id that the page before ended with; one more tells whether a page follows.
        Limit: page.limit + 2,
        ConsistentRead: true,
      }),
    );
    const items = ((found.Items ?? []) as unknown as RunItem[]).filter((item) => item.sk !== page.before);
    const runs = items.slice(0, page.limit).map(recordOf);
    const more = items.length > page.limit || found.LastEvaluatedKey !== undefined;
    return { runs, next: more ? (runs.at(-1)?.runId ?? null) : null };
  }

  async save(record: RunRecord): Promise<void> {
    await this.#table.client.send(new PutCommand({ TableName: this.#table.tableName, Item: itemOf(record) }));
  }

  async progress(connectionId: string, runId: string, progress: { done: number; total: number }) {
    await conditionally(
      this.#table.client.send(
        new UpdateCommand({
          TableName: this.#table.tableName,
          Key: { pk: runsPartition(connectionId), sk: runId },
          ConditionExpression: '#status = :running',
          UpdateExpression: 'SET #progress = :progress',
          ExpressionAttributeNames: { '#status': 'status', '#progress': 'progress' },
          ExpressionAttributeValues: { ':running': 'running', ':progress': progress },
        }),
      ),
    );
  }

  async noteRetry(connectionId: string, runId: string, { reason, at }: { reason: string; at: number }) {
    await conditionally(
      this.#table.client.send(
        new UpdateCommand({
          TableName: this.#table.tableName,
          Key: { pk: runsPartition(connectionId), sk: runId },
          ConditionExpression: 'attribute_exists(pk)',
          UpdateExpression: 'SET retryReason = :reason, retriedAt = :at ADD retries :one',
          ExpressionAttributeValues: { ':reason': reason, ':at': at, ':one': 1 },
        }),
      ),
    );
  }

  async abandon(connectionId: string, runId: string, detail: string, now: number): Promise<void> {
    const record = await this.get(connectionId, runId);
    if (record === null) return;
    const ended = itemOf({ ...record, status: 'failed', reason: 'lease-lost', detail, finishedAt: now });
    await conditionally(
      this.#table.client.send(
        new PutCommand({
          TableName: this.#table.tableName,
          Item: ended,
          ConditionExpression: '#status IN (:queued, :running)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':queued': 'queued', ':running': 'running' },
        }),
      ),
    );
  }

  async saveLines(connectionId: string, runId: string, leg: number, lines: RunLines): Promise<void> {
    await this.#lines.save(connectionId, runId, leg, lines);
  }

  async lines(connectionId: string, runId: string, legs: number, from: { leg: number; part: number } | null) {
    return this.#lines.page(connectionId, runId, legs, from);
  }
}

function itemOf(record: RunRecord): Record<string, unknown> {
  const { progress, retries, ...rest } = record;
  return {
    pk: runsPartition(record.connectionId),
    sk: record.runId,
    record: JSON.stringify(rest),
    status: record.status,
    ...(progress === null ? {} : { progress }),
    ...(retries === null
      ? {}
      : { retries: retries.count, retryReason: retries.reason, retriedAt: retries.at }),
    expiresAt: keptUntil(record.queuedAt),
  };
}

function recordOf(item: RunItem): RunRecord {
  const { pk, sk, retries, retryReason = '', retriedAt = 0 } = item;
  const rest = readStored(`run ${sk} of ${connectionOf(pk)}`, () =>
    storedSchema.parse(JSON.parse(item.record)),
  );
  return {
    ...ordinaryRun,
    ...(rest as unknown as Omit<RunRecord, 'progress' | 'retries'>),
    retries: retries === undefined ? null : { count: retries, reason: retryReason, at: retriedAt },
    progress: item.progress ?? null,
  };
}
