/**
 * DynamoDB and EventBridge as `schedule-syncs` sees them, for hundreds of thousands of connections: dynalite would take
 * minutes to fill. Knows the very requests that this door sends, and answers anything else with an error.
 */
import { isDeepStrictEqual } from 'node:util';
import { shardNames, shardOf } from '#aws/single-table';
import { staleAfterMs } from '#connections/connection-schedule';
import { AwsRefusal, type JsonServer, startJsonServer } from '../aws/json-server.ts';

export interface DueConnection {
  readonly id: string;
  dueAt: number;
  readonly staleAt: number;
}

export interface DueTable {
  readonly url: string;
  readonly connections: ReadonlyMap<string, DueConnection>;
  /** Run ids by connection, as often as each came. */
  readonly requested: Map<string, string[]>;
  readonly counts: {
    putEvents: number;
    entries: number;
    duePages: number;
    staleQueries: number;
    updates: number;
  };
  /** What the due pages of one undisturbed tick must be: for each shard its bytes by 1 MB, rounded up. */
  readonly pagesOfAll: number;
  /** Called at each PutEvents, before it is answered. */
  onPutEvents: (calls: number) => void;
  close(): Promise<void>;
}

const megabyte = 1024 * 1024;
const everyMinutes = 60;
type Item = Record<string, { S?: string; N?: string }>;

export async function startDueTable(size: number, due: number, stale: number): Promise<DueTable> {
  const connections = new Map<string, DueConnection>();
  const shards = new Map<string, DueConnection[]>(shardNames('connection').map((shard) => [shard, []]));
  for (let n = 0; n < size; n += 1) {
    const id = `customer-${String(n).padStart(6, '0')}`;
    const one = {
      id,
      dueAt: due - 60_000 + (n % 60_000),
      staleAt: due + (n < stale ? -1 : 1) * (1 + (n % 3_600_000)),
    };
    connections.set(id, one);
    shards.get(shardOf('connection', id))!.push(one);
  }
  const itemOf = ({ id, dueAt }: DueConnection): Item => ({
    pk: { S: 'connections' },
    sk: { S: id },
    shardId: { S: shardOf('connection', id) },
    dueAt: { N: String(dueAt) },
    everyMinutes: { N: String(everyMinutes) },
    policy: { S: 'sync' },
  });
  const inOrder = (a: DueConnection, b: DueConnection) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1);
  const pagesOfAll = [...shards.values()].reduce(
    (sum, all) =>
      sum + Math.max(1, Math.ceil(all.reduce((bytes, one) => bytes + sizeOf(itemOf(one)), 0) / megabyte)),
    0,
  );
  const counts = { putEvents: 0, entries: 0, duePages: 0, staleQueries: 0, updates: 0 };
  const requested = new Map<string, string[]>();

  const queryDue = (input: Query) => {
    expect(input, 'KeyConditionExpression', 'shardId = :shard AND dueAt <= :now');
    only(input, ['ExclusiveStartKey']);
    counts.duePages += 1;
    const { S: shard = '' } = input.ExpressionAttributeValues[':shard']!;
    const now = Number(input.ExpressionAttributeValues[':now']!.N);
    const from = input.ExclusiveStartKey;
    const after = from && { id: from.sk!.S!, dueAt: Number(from.dueAt!.N), staleAt: 0 };
    const found = shards
      .get(shard)!
      .filter((one) => one.dueAt <= now && (after === undefined || inOrder(one, after) > 0))
      .sort(inOrder);
    const Items: Item[] = [];
    let bytes = 0;
    for (const one of found) {
      const item = itemOf(one);
      bytes += sizeOf(item);
      if (bytes > megabyte) break;
      Items.push(item);
    }
    const last = Items.length < found.length ? Items.at(-1) : undefined;
    if (last === undefined) return { Items, Count: Items.length };
    const { pk, sk, shardId, dueAt } = last;
    return { Items, Count: Items.length, LastEvaluatedKey: { pk, sk, shardId, dueAt } };
  };

  const queryStale = (input: Query) => {
    counts.staleQueries += 1;
    const all = shards.get(input.ExpressionAttributeValues[':shard']!.S ?? '')!;
    if (input.Select === 'COUNT') {
      expect(input, 'KeyConditionExpression', 'shardId = :shard AND staleAt <= :now');
      only(input, ['Select']);
      const now = Number(input.ExpressionAttributeValues[':now']!.N);
      return { Count: all.filter(({ staleAt }) => staleAt <= now).length };
    }
    expect(input, 'KeyConditionExpression', 'shardId = :shard');
    expect(input, 'Limit', 1);
    only(input, ['Limit']);
    const [head] = [...all].sort((a, b) => a.staleAt - b.staleAt);
    const staleAfter = { N: String(staleAfterMs(everyMinutes)) };
    return { Items: head === undefined ? [] : [{ staleAt: { N: String(head.staleAt) }, staleAfter }] };
  };

  const server: JsonServer = await startJsonServer({
    Query: (raw) => {
      const input = raw as unknown as Query;
      if (input.IndexName === 'by-due') return queryDue(input);
      if (input.IndexName === 'by-stale') return queryStale(input);
      throw new Error(`the door asked the index ${input.IndexName}`);
    },
    UpdateItem: (raw) => {
      const { TableName: _, Key, ExpressionAttributeValues: values, ...rest } = raw as unknown as Update;
      const known = {
        ConditionExpression: 'attribute_exists(pk) AND #where = :where',
        UpdateExpression: 'SET #s0 = :s0',
        ExpressionAttributeNames: { '#s0': 'dueAt', '#where': 'dueAt' },
      };
      if (!isDeepStrictEqual(rest, known))
        throw new Error(`the door sent another update: ${JSON.stringify(rest)}`);
      counts.updates += 1;
      const one = connections.get(Key.sk.S);
      if (one === undefined || one.dueAt !== Number(values[':where'].N)) {
        throw new AwsRefusal('ConditionalCheckFailedException', 'The conditional request failed');
      }
      one.dueAt = Number(values[':s0'].N);
      return {};
    },
    PutEvents: (raw) => {
      const { Entries } = raw as unknown as { Entries: ReadonlyArray<{ Detail: string }> };
      counts.putEvents += 1;
      counts.entries += Entries.length;
      if (Entries.length > 10) throw new Error(`${Entries.length} entries in one call`);
      for (const { Detail } of Entries) {
        const { connectionId, runId } = JSON.parse(Detail) as { connectionId: string; runId: string };
        const ids = requested.get(connectionId);
        if (ids === undefined) requested.set(connectionId, [runId]);
        else ids.push(runId);
      }
      table.onPutEvents(counts.putEvents);
      return { FailedEntryCount: 0, Entries: Entries.map((_, n) => ({ EventId: String(n) })) };
    },
  });
  const table: DueTable = {
    url: server.url,
    connections,
    requested,
    counts,
    pagesOfAll,
    onPutEvents: () => {},
    close: () => server.close(),
  };
  return table;
}

interface Query {
  readonly IndexName: string;
  readonly Select?: string;
  readonly ExpressionAttributeValues: Readonly<Record<string, { S?: string; N?: string }>>;
  readonly ExclusiveStartKey?: Item;
}
interface Update {
  readonly TableName: string;
  readonly Key: { readonly sk: { readonly S: string } };
  readonly ExpressionAttributeValues: Readonly<Record<':where' | ':s0', { readonly N: string }>>;
}

const always = ['TableName', 'IndexName', 'KeyConditionExpression', 'ExpressionAttributeValues'];

function only(input: Query, more: readonly string[]): void {
  const strange = Object.keys(input).filter((name) => !always.includes(name) && !more.includes(name));
  if (strange.length > 0) throw new Error(`the door asked with ${strange.join(', ')}`);
}

function expect(input: object, name: string, value: unknown): void {
  const given = (input as Record<string, unknown>)[name];
  if (given !== value) throw new Error(`the door asked with ${name} ${JSON.stringify(given)}`);
}

/** As DynamoDB counts: names, texts, and two digits of a number in a byte, and one more. */
function sizeOf(item: Item): number {
  let bytes = 0;
  for (const [name, { S, N }] of Object.entries(item)) {
    bytes += name.length + (S === undefined ? Math.ceil((N ?? '').length / 2) + 1 : S.length);
  }
  return bytes;
}
