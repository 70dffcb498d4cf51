import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { LinePosition, RunLines } from '#runs/ports';
import type { ChangeLine, HeldLine } from '#sync/report';
import { inParts, pack, unpack } from './packed-text.ts';
import { keptUntil, lineKey, linesPartition, type SingleTable } from './single-table.ts';
import { readStored } from './stored-record.ts';

/** Of one page, and so of one part. */
const maxLines = 1_000;
/** A line with more JSON than this is shown with its texts cut: a report is for reading. */
const maxLineBytes = 100_000;
const cutTo = 200;

type Entry = { readonly change: ChangeLine } | { readonly held: HeldLine };

const entriesSchema = z.array(
  z.union([z.object({ change: z.looseObject({}) }), z.object({ held: z.looseObject({}) })]),
);

/** The lines of a run, in parts: `<leg>#<part>`, packed. */
export class RunLinesTable {
  readonly #table: SingleTable;

  constructor(table: SingleTable) {
    this.#table = table;
  }

  /** A leg that is run again (its first Lambda died) replaces what was saved of it. */
  async save(connectionId: string, runId: string, leg: number, lines: RunLines): Promise<void> {
    const pk = linesPartition(connectionId, runId);
    const entries: Entry[] = [
      ...lines.changes.map((change) => ({ change: readable(change) })),
      ...lines.held.map((held) => ({ held })),
    ];
    const parts = inParts(entries, maxLines);
    for (const [part, content] of parts.entries()) {
      await this.#table.client.send(
        new PutCommand({
          TableName: this.#table.tableName,
          Item: {
            pk,
            sk: lineKey(leg, part),
            leg,
            part,
            entries: pack(content),
            expiresAt: keptUntil(Date.now()),
          },
        }),
      );
    }
    await this.#removeFrom(pk, leg, parts.length);
  }

  async page(
    connectionId: string,
    runId: string,
    legs: number,
    from: LinePosition | null,
  ): Promise<RunLines & { readonly next: LinePosition | null }> {
    const found = await this.#table.client.send(
      new QueryCommand({
        TableName: this.#table.tableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': linesPartition(connectionId, runId),
          ':from': lineKey(from?.leg ?? 1, from?.part ?? 0),
          ':to': lineKey(legs, 99_999),
        },
        // The second one tells whether, and where, a next page begins.
        Limit: 2,
        ConsistentRead: true,
      }),
    );
    const [item, following] = (found.Items ?? []) as Array<LinePosition & { entries: Uint8Array }>;
    if (item === undefined) return { changes: [], held: [], next: null };
    const entries = readStored(
      `lines of run ${runId} of ${connectionId}`,
      () => entriesSchema.parse(unpack(item.entries)) as unknown as Entry[],
    );
    const isLast = item.leg === legs;
    return {
      changes: entries.flatMap((entry) =>
        'change' in entry && (isLast || entry.change.state === 'applied' || entry.change.state === 'failed')
          ? [entry.change]
          : [],
      ),
      held: entries.flatMap((entry) => ('held' in entry && isLast ? [entry.held] : [])),
      next: following === undefined ? null : { leg: following.leg, part: following.part },
    };
  }

  async #removeFrom(pk: string, leg: number, part: number): Promise<void> {
    let from: Record<string, unknown> | undefined;
    do {
      const found = await this.#table.client.send(
        new QueryCommand({
          TableName: this.#table.tableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ProjectionExpression: 'sk',
          ExpressionAttributeValues: { ':pk': pk, ':from': lineKey(leg, part), ':to': lineKey(leg, 99_999) },
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      for (const item of (found.Items ?? []) as Array<{ sk: string }>) {
        await this.#table.client.send(
          new DeleteCommand({ TableName: this.#table.tableName, Key: { pk, sk: item.sk } }),
        );
      }
      from = found.LastEvaluatedKey;
    } while (from !== undefined);
  }
}

function readable(change: ChangeLine): ChangeLine {
  if (Buffer.byteLength(JSON.stringify(change)) <= maxLineBytes) return change;
  const cut = (text: string): string => (text.length > cutTo ? `${text.slice(0, cutTo)}…` : text);
  return {
    ...change,
    error: cut(change.error),
    diffs: change.diffs.slice(0, 200).map((diff) => ({ ...diff, from: cut(diff.from), to: cut(diff.to) })),
  };
}
