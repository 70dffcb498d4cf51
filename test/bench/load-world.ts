/** The local system with very many connections that may be asked for a run, each with credentials of its own. */

import {
  CreateSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { BatchWriteCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { connectionKey, shardOf } from '#aws/single-table';
import { Api } from '../../bin/api/api.ts';
import { mintKey } from '../../bin/keys.ts';
import type { LocalHost } from '../../bin/local/host.ts';
import { fleetApiKey, fleetApiUser } from '../simulators/fleet.ts';

/** Declared and proved through the API, as any; the others are copies of what that left in the table and the vault. */
const model = 'load-model';

/** @returns a caller's key, and the ids of the connections */
export async function writeConnections(
  host: LocalHost,
  table: { readonly client: DynamoDBDocumentClient; readonly tableName: string },
  count: number,
): Promise<{ readonly key: string; readonly ids: readonly string[] }> {
  const secrets = new SecretsManagerClient();
  const key = await mintKey({ name: 'load', secretId: host.callerSecretId, client: secrets });
  const api = new Api({ url: host.apiUrl, key });
  await api.declare(model, {
    name: model,
    schedule: { enabled: false },
    validation: { canary: false },
    sync: { policy: 'observe' },
  });
  const { username, secret, trackingIdentifier } = fleetApiUser;
  const user = { username, secret, trackingIdentifier };
  await api.call('PUT', `/connections/${model}/api-users/device-sync`, user);
  await api.call('PUT', `/connections/${model}/addigy-key`, { apiKey: fleetApiKey });

  const ids = Array.from({ length: count }, (_, at) => `load-${String(at).padStart(5, '0')}`);
  const lanes = pLimit(16);
  const { client, tableName } = table;
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: connectionKey(model) }));
  const copies = ids.map((id) => ({ ...Item, ...connectionKey(id), shardId: shardOf('connection', id) }));
  await lanes.map(inTwentyFives(copies), (batch) =>
    client.send(
      new BatchWriteCommand({
        RequestItems: { [tableName]: batch.map((copy) => ({ PutRequest: { Item: copy } })) },
      }),
    ),
  );
  // The doors alone may read what they stored, so it is written down here again.
  const stored = { 'device-sync': user, 'addigy-key': { apiKey: fleetApiKey } };
  for (const [purpose, value] of Object.entries(stored)) {
    const SecretId = Object.keys(host.secrets()).find((name) => name.endsWith(`/${model}/${purpose}`)) ?? '';
    const SecretString = JSON.stringify(value);
    const { Tags = [], KmsKeyId } = await secrets.send(new DescribeSecretCommand({ SecretId }));
    await lanes.map(ids, (id) =>
      secrets.send(
        new CreateSecretCommand({
          Name: SecretId.replace(`/${model}/`, `/${id}/`),
          SecretString,
          KmsKeyId,
          Tags: Tags.map(({ Key, Value }) => ({ Key, Value: Value === model ? id : Value })),
        }),
      ),
    );
  }
  secrets.destroy();
  return { key, ids };
}

function inTwentyFives<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / 25) }, (_, at) => items.slice(at * 25, (at + 1) * 25));
}
