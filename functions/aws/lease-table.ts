import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Lease, LeaseAnswer, LeaseRequest, LeaseStore } from '#runs/ports';
import { conditionally, leaseKey, type SingleTable } from './single-table.ts';

/**
 * One item per connection: whoever's conditional write succeeds holds it. `leaseUntil` is epoch
 * milliseconds and is compared with the caller's clock; the table's own time to live can be days late.
 */
export class LeaseTable implements LeaseStore {
  readonly #table: SingleTable;

  constructor(table: SingleTable) {
    this.#table = table;
  }

  async take(connectionId: string, request: LeaseRequest): Promise<LeaseAnswer> {
    const { runId, state, token, until, now, after, over } = request;
    const resumes = state === 'running' ? ' OR (#state = :queued AND runId = :runId)' : '';
    const follows = after === undefined ? '' : ' OR runId = :after';
    const succeeds = over === undefined ? '' : ' OR (runId = :over AND leaseUntil <= :now)';
    const values = {
      ...(resumes === '' ? {} : { ':queued': 'queued', ':runId': runId }),
      ...(after === undefined ? {} : { ':after': after }),
      ...(over === undefined ? {} : { ':over': over, ':now': now }),
    };
    const isTaken = await conditionally(
      this.#table.client.send(
        new PutCommand({
          TableName: this.#table.tableName,
          Item: { ...leaseKey(connectionId), runId, state, token, leaseUntil: until },
          ConditionExpression: `attribute_not_exists(pk)${resumes}${follows}${succeeds}`,
          ...(resumes === '' ? {} : { ExpressionAttributeNames: { '#state': 'state' } }),
          ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
        }),
      ),
    );
    if (isTaken) return { taken: true };
    const by = await this.#holder(connectionId);
    // Given back between our attempt and our question: it is free now.
    return by === null ? this.take(connectionId, request) : { taken: false, by };
  }

  async renew(connectionId: string, token: string, until: number): Promise<boolean> {
    return conditionally(
      this.#table.client.send(
        new UpdateCommand({
          TableName: this.#table.tableName,
          Key: leaseKey(connectionId),
          ConditionExpression: '#token = :token',
          UpdateExpression: 'SET leaseUntil = :until',
          ExpressionAttributeNames: { '#token': 'token' },
          ExpressionAttributeValues: { ':token': token, ':until': until },
        }),
      ),
    );
  }

  async requeue(connectionId: string, token: string, nextToken: string, until: number): Promise<boolean> {
    return conditionally(
      this.#table.client.send(
        new UpdateCommand({
          TableName: this.#table.tableName,
          Key: leaseKey(connectionId),
          ConditionExpression: '#token = :token',
          UpdateExpression: 'SET leaseUntil = :until, #token = :next, #state = :queued',
          ExpressionAttributeNames: { '#token': 'token', '#state': 'state' },
          ExpressionAttributeValues: {
            ':token': token,
            ':next': nextToken,
            ':until': until,
            ':queued': 'queued',
          },
        }),
      ),
    );
  }

  async release(connectionId: string, token: string): Promise<void> {
    await conditionally(
      this.#table.client.send(
        new DeleteCommand({
          TableName: this.#table.tableName,
          Key: leaseKey(connectionId),
          ConditionExpression: '#token = :token',
          ExpressionAttributeNames: { '#token': 'token' },
          ExpressionAttributeValues: { ':token': token },
        }),
      ),
    );
  }

  async #holder(connectionId: string): Promise<Lease | null> {
    const found = await this.#table.client.send(
      new GetCommand({
        TableName: this.#table.tableName,
        Key: leaseKey(connectionId),
        ConsistentRead: true,
      }),
    );
    if (found.Item === undefined) return null;
    const item = found.Item as { runId: string; state: Lease['state']; leaseUntil: number };
    return { runId: item.runId, state: item.state, until: item.leaseUntil };
  }
}
