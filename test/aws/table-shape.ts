import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** The one table's shape. The tests' tables are made of it, and the stack's template is held to it. */
export const tableShape = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'shardId', AttributeType: 'S' },
    { AttributeName: 'dueAt', AttributeType: 'N' },
    { AttributeName: 'staleAt', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-due',
      KeySchema: [
        { AttributeName: 'shardId', KeyType: 'HASH' },
        { AttributeName: 'dueAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['everyMinutes', 'policy'] },
    },
    {
      IndexName: 'by-stale',
      KeySchema: [
        { AttributeName: 'shardId', KeyType: 'HASH' },
        { AttributeName: 'staleAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['staleAfter'] },
    },
  ],
} satisfies Partial<CreateTableCommandInput>;
