/** DynamoDB on this machine: dynalite in this process, with a table shaped as the stack makes it. */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import type { SingleTable } from '#aws/single-table';
import { tableShape } from './table-shape.ts';

export interface LocalDynamo {
  readonly url: string;
  newTable(): Promise<SingleTable>;
  close(): Promise<void>;
}

export async function startDynamo(): Promise<LocalDynamo> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dynamo = new DynamoDBClient({
    region: 'local',
    endpoint: url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const client = DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } });
  return {
    url,
    async newTable() {
      const tableName = `table-${randomUUID()}`;
      await client.send(
        new CreateTableCommand({
          TableName: tableName,
          ...tableShape,
        }),
      );
      await active(dynamo, tableName);
      return { client, tableName };
    },
    async close() {
      dynamo.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function active(dynamo: DynamoDBClient, tableName: string): Promise<void> {
  for (;;) {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: tableName }));
    const indexes = Table?.GlobalSecondaryIndexes ?? [];
    if (Table?.TableStatus === 'ACTIVE' && indexes.every((index) => index.IndexStatus === 'ACTIVE')) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
