/** How DynamoDB answers. */
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, expect } from 'vitest';
import { tableShape } from '../../aws/table-shape.ts';
import { type AwsCases, errorOf } from './aws-cases.ts';

export function dynamoDbCases({ aws, test, differs, isHere }: AwsCases): void {
  const TableName = 'contract';
  const text = (S: string) => ({ S });
  const number = (value: number) => ({ N: String(value) });
  beforeAll(async () => {
    if (!isHere) return;
    await aws().tables.send(
      new CreateTableCommand({
        TableName,
        ...tableShape,
      }),
    );
  });
  const putItem = (pk: string, item: object, condition?: string) =>
    aws().tables.send(
      new PutItemCommand({
        TableName,
        Item: { pk: text(pk), sk: text('-'), ...item },
        ...(condition === undefined ? {} : { ConditionExpression: condition }),
      }),
    );

  test('writes once under a condition', async () => {
    await putItem('once', {}, 'attribute_not_exists(pk)');
    expect(await errorOf(putItem('once', {}, 'attribute_not_exists(pk)'))).toBe(
      'ConditionalCheckFailedException',
    );
  });

  differs(
    'lets one of many take a lease',
    'checks and writes in two steps, and lets two have it',
    async () => {
      await putItem('lease', { until: number(0) });
      const take = (owner: number) =>
        aws().tables.send(
          new UpdateItemCommand({
            TableName,
            Key: { pk: text('lease'), sk: text('-') },
            UpdateExpression: 'SET #until = :later, #owner = :owner',
            ConditionExpression: '#until < :now',
            ExpressionAttributeNames: { '#until': 'until', '#owner': 'owner' },
            ExpressionAttributeValues: {
              ':now': number(10),
              ':later': number(20),
              ':owner': number(owner),
            },
          }),
        );
      const errors = await Promise.all([1, 2, 3, 4, 5].map((owner) => errorOf(take(owner))));
      expect(errors.filter((error) => error === 'no error')).toHaveLength(1);
      expect(errors.filter((error) => error === 'ConditionalCheckFailedException')).toHaveLength(4);
      const { Item } = await aws().tables.send(
        new GetItemCommand({ TableName, Key: { pk: text('lease'), sk: text('-') }, ConsistentRead: true }),
      );
      expect(Item?.until).toEqual(number(20));
    },
  );

  test('finds by the index what is due, in order, and not what has no date', async () => {
    const shardId = text('connection#3');
    await putItem('late', { shardId, dueAt: number(30), policy: text('sync'), settings: text('much') });
    await putItem('early', { shardId, dueAt: number(10) });
    await putItem('never', { shardId });
    const { Items } = await aws().tables.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-due',
        KeyConditionExpression: 'shardId = :shard AND dueAt <= :now',
        ExpressionAttributeValues: { ':shard': shardId, ':now': number(30) },
      }),
    );
    expect(Items?.map(({ pk }) => pk?.S)).toEqual(['early', 'late']);
    // The index holds what it is made to hold, and no more.
    expect(Object.keys(Items?.[1] ?? {}).sort()).toEqual(['dueAt', 'pk', 'policy', 'shardId', 'sk']);
  });

  test('changes and deletes only what has not been changed since, and gives back what it was', async () => {
    await putItem('held', { owner: text('a'), n: number(1), gone: text('x') });
    const Key = { pk: text('held'), sk: text('-') };
    const held = (owner: string) => ({
      TableName,
      Key,
      ConditionExpression: '#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': text(owner) },
    });
    const change = (owner: string) => {
      const { ExpressionAttributeValues, ...rest } = held(owner);
      return aws().tables.send(
        new UpdateItemCommand({
          ...rest,
          UpdateExpression: 'SET since = if_not_exists(since, :now) REMOVE gone ADD n :one',
          ExpressionAttributeValues: { ...ExpressionAttributeValues, ':now': number(7), ':one': number(1) },
          ReturnValues: 'ALL_NEW',
        }),
      );
    };
    expect(await errorOf(change('b'))).toBe('ConditionalCheckFailedException');
    const { Attributes } = await change('a');
    expect(Attributes).toEqual({ ...Key, owner: text('a'), n: number(2), since: number(7) });
    const remove = (owner: string) =>
      aws().tables.send(new DeleteItemCommand({ ...held(owner), ReturnValues: 'ALL_OLD' }));
    expect(await errorOf(remove('b'))).toBe('ConditionalCheckFailedException');
    expect((await remove('a')).Attributes).toEqual(Attributes);
    expect((await aws().tables.send(new GetItemCommand({ TableName, Key }))).Item).toBeUndefined();
    // Nobody holds what is not there.
    expect(await errorOf(remove('a'))).toBe('ConditionalCheckFailedException');
  });

  test('pages a range of a partition, newest first, each item once', async () => {
    const row = (sk: string) => ({ pk: text('paged'), sk: text(sk) });
    for (const sk of ['a', 'b', 'c', 'd', 'e'])
      await aws().tables.send(new PutItemCommand({ TableName, Item: { ...row(sk), more: text('x') } }));
    const pages: (string | undefined)[][] = [];
    let from: Record<string, AttributeValue> | undefined;
    do {
      const { Items, LastEvaluatedKey } = await aws().tables.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': text('paged'), ':from': text('b'), ':to': text('e') },
          ProjectionExpression: 'sk',
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: 3,
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      expect(Items?.every((item) => Object.keys(item).join() === 'sk')).toBe(true);
      pages.push((Items ?? []).map(({ sk }) => sk?.S));
      from = LastEvaluatedKey;
    } while (from !== undefined);
    expect(pages).toEqual([['e', 'd', 'c'], ['b']]);
  });

  test('has no table but those that were made', async () => {
    const call = aws().tables.send(new DescribeTableCommand({ TableName: 'nobody' }));
    expect(await errorOf(call)).toBe('ResourceNotFoundException');
    const read = new GetItemCommand({ TableName: 'nobody', Key: { pk: text('a'), sk: text('a') } });
    expect(await errorOf(aws().tables.send(read))).toBe('ResourceNotFoundException');
  });
}
