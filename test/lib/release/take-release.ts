/** What a release leaves in an account, taken from the code as it is now. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { localClient } from '../../aws/json-server.ts';
import { startSecretsManager } from '../../aws/local-secrets.ts';
import { startDynamo } from '../../aws/local-table.ts';
import { synthesize } from '../synthesize.ts';
import { type StatefulShape, statefulShape } from './stateful-shape.ts';
import {
  dump,
  oneOfEachSecret,
  putSecrets,
  readOneOfEach,
  readSecrets,
  restore,
  type StoredItem,
  writeOneOfEach,
} from './stored.ts';

export interface Release {
  readonly version: string;
  readonly stateful: StatefulShape;
  readonly items: readonly StoredItem[];
  readonly secrets: Readonly<Record<string, string>>;
  /** What this release itself read of its items and secrets. */
  readonly read: { readonly items: unknown; readonly secrets: unknown };
}

export async function takeRelease(version: string): Promise<Release> {
  const secrets = oneOfEachSecret;
  const read = await withTable(async (client, table) => {
    await writeOneOfEach(table);
    return { stored: await dump(client, table.tableName), items: await readOneOfEach(table) };
  });
  return {
    version,
    stateful: statefulShape(synthesize().stateful),
    items: read.stored,
    secrets,
    read: { items: read.items, secrets: await readReleasedSecrets(secrets) },
  };
}

/** What the code of today reads of a release's items. */
export const readReleasedItems = (items: readonly StoredItem[]): Promise<unknown> =>
  withTable(async (client, table) => {
    await restore(client, table.tableName, items);
    return readOneOfEach(table);
  });

export async function readReleasedSecrets(secrets: Readonly<Record<string, string>>): Promise<unknown> {
  const host = await startSecretsManager();
  const client = new SecretsManagerClient(localClient(host.url));
  try {
    await putSecrets(client, secrets);
    return await readSecrets(client);
  } finally {
    client.destroy();
    await host.close();
  }
}

type Table = Awaited<ReturnType<Awaited<ReturnType<typeof startDynamo>>['newTable']>>;

async function withTable<Found>(
  use: (client: DynamoDBClient, table: Table) => Promise<Found>,
): Promise<Found> {
  const dynamo = await startDynamo();
  const client = new DynamoDBClient(localClient(dynamo.url));
  try {
    return await use(client, await dynamo.newTable());
  } finally {
    client.destroy();
    await dynamo.close();
  }
}
