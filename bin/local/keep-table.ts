import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { PropertiesOf } from './resource-shapes.ts';

type TableProperties = PropertiesOf<'AWS::DynamoDB::Table'>;

/** Makes the table, unless it is there. @throws where it is there with other keys or indexes */
export async function keepTable(
  client: DynamoDBClient,
  name: string,
  properties: TableProperties,
): Promise<void> {
  const known = await describe(client, name);
  if (known !== null) return requireSameKeys(known, properties);
  const { AttributeDefinitions, BillingMode, GlobalSecondaryIndexes, KeySchema } = properties;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions,
      BillingMode,
      KeySchema,
      ...(GlobalSecondaryIndexes === undefined ? {} : { GlobalSecondaryIndexes }),
    }),
  );
  for (;;) {
    const made = await describe(client, name);
    const areActive = (made?.GlobalSecondaryIndexes ?? []).every(
      ({ IndexStatus }) => IndexStatus === 'ACTIVE',
    );
    if (made?.TableStatus === 'ACTIVE' && areActive) break;
    await new Promise((done) => setTimeout(done, 5));
  }
}

/** Nothing happens where there is none. */
export async function deleteTable(client: DynamoDBClient, name: string): Promise<void> {
  if ((await describe(client, name)) === null) return;
  await client.send(new DeleteTableCommand({ TableName: name }));
  while ((await describe(client, name)) !== null) await new Promise((done) => setTimeout(done, 5));
}

/** Null where there is no such table. */
async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | null> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

function requireSameKeys(
  known: TableDescription,
  { KeySchema, GlobalSecondaryIndexes = [] }: TableProperties,
) {
  const has = keysOf(known.KeySchema, known.GlobalSecondaryIndexes);
  const wants = keysOf(KeySchema, GlobalSecondaryIndexes);
  if (has === wants) return;
  throw new Error(
    `the local host does not change the keys and indexes of a table that is there: ${known.TableName} has ${has}, and the template wants ${wants}`,
  );
}

interface Index {
  readonly IndexName?: string | undefined;
  readonly KeySchema?: readonly KeySchemaElement[] | undefined;
}

function keysOf(table: readonly KeySchemaElement[] = [], indexes: readonly Index[] = []): string {
  const told = (keys: readonly KeySchemaElement[] = []): string =>
    keys.map(({ AttributeName, KeyType }) => `${AttributeName} (${KeyType})`).join(', ');
  return [
    told(table),
    ...indexes.map(({ IndexName, KeySchema }) => `${IndexName}: ${told(KeySchema)}`).sort(),
  ].join('; ');
}
