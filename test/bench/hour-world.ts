/** Very many connections on the local system, each with an Addigy key and an Autotask user of its own, due over one hour. */
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { BatchWriteCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { connectionKey, shardOf } from '#aws/single-table';
import { nextDue } from '#connections/connection-schedule';
import { digest } from '#lambda/chance';
import { Api } from '../../bin/api/api.ts';
import { mintKey } from '../../bin/keys.ts';
import type { LocalHost } from '../../bin/local/host.ts';
import { fleetApiUser } from '../simulators/fleet.ts';
import type { TidyWorld } from './tidy-world.ts';

export interface HourVendors {
  readonly connections: number;
  readonly devices: number;
  readonly latencyMs: number;
  readonly faultsPercent: number;
}

/** What the vendors hold, and what struck their callers. */
export interface Outcome {
  /** Databases that do not hold exactly one right item for each device, with what is wrong. */
  readonly wrong: readonly string[];
  /** By vendor and kind. */
  readonly struck: Readonly<Record<string, number>>;
  /** Calls that came while three were under way. */
  readonly threadRefusals: number;
  readonly mostCallsOfADatabase: number;
  readonly calls: { readonly addigy: number; readonly autotask: number };
}

export const addigyKeyOf = (at: number): string => `addigy-v2-key-of-connection-${at}`;

export const apiUserOf = (at: number) => ({
  ...fleetApiUser,
  username: `api-${at}@hour.example`,
  secret: `S3cret-of-connection-${at}!`,
  trackingIdentifier: `HOURTRACKINGIDENTIFIER${at}`,
});

/** What an hour leaves to do: of ten devices one is new, and another has been renamed. */
export const driftOf = (items: TidyWorld['autotask']['items']): TidyWorld['autotask']['items'] =>
  items
    .filter((_, at) => at % 10 !== 3)
    .map((item, at) => (at % 9 === 5 ? { ...item, referenceTitle: `${item.referenceTitle} (old)` } : item));

const model = 'hour-model';
const everyMinutes = 60;
const idOf = (at: number): string => `hour-${String(at).padStart(5, '0')}`;

/** The first is declared and proved through the API, as any; the others are copies of what that left. @returns their ids */
export async function writeHour(
  host: LocalHost,
  table: { readonly client: DynamoDBDocumentClient; readonly tableName: string },
  connections: number,
): Promise<readonly string[]> {
  const secrets = new SecretsManagerClient();
  const key = await mintKey({ name: 'hour', secretId: host.callerSecretId, client: secrets });
  const api = new Api({ url: host.apiUrl, key });
  const declaration = {
    name: model,
    schedule: { enabled: false, everyMinutes },
    validation: { canary: false },
    sync: { policy: 'sync' },
  };
  await api.declare(model, declaration);
  const { username, secret, trackingIdentifier } = apiUserOf(0);
  await api.call('PUT', `/connections/${model}/api-users/device-sync`, {
    username,
    secret,
    trackingIdentifier,
  });
  await api.call('PUT', `/connections/${model}/addigy-key`, { apiKey: addigyKeyOf(0) });

  const { client, tableName } = table;
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: connectionKey(model) }));
  const settings = JSON.parse(String(Item?.settings));
  const now = host.now().getTime();
  const ids = Array.from({ length: connections }, (_, at) => idOf(at));
  const copies = ids.map((id) => ({
    ...Item,
    ...connectionKey(id),
    shardId: shardOf('connection', id),
    settings: JSON.stringify({ ...settings, name: id, schedule: { enabled: true, everyMinutes } }),
    dueAt: nextDue(id, everyMinutes, now, digest),
  }));
  const lanes = pLimit(16);
  await lanes.map(inTwentyFives(copies), (batch) =>
    client.send(
      new BatchWriteCommand({
        RequestItems: { [tableName]: batch.map((copy) => ({ PutRequest: { Item: copy } })) },
      }),
    ),
  );
  // The doors alone may read what they stored, so it is written down here again.
  const stored: Record<string, (at: number) => unknown> = {
    'device-sync': (at) => {
      const user = apiUserOf(at);
      return {
        username: user.username,
        secret: user.secret,
        trackingIdentifier: user.trackingIdentifier,
      };
    },
    'addigy-key': (at) => ({ apiKey: addigyKeyOf(at) }),
  };
  for (const [purpose, ofConnection] of Object.entries(stored)) {
    const SecretId = Object.keys(host.secrets()).find((name) => name.endsWith(`/${model}/${purpose}`)) ?? '';
    const { Tags = [], KmsKeyId } = await secrets.send(new DescribeSecretCommand({ SecretId }));
    await lanes.map([...ids.entries()], ([at, id]) =>
      secrets.send(
        new CreateSecretCommand({
          Name: SecretId.replace(`/${model}/`, `/${id}/`),
          SecretString: JSON.stringify(ofConnection(at)),
          KmsKeyId,
          Tags: Tags.map(({ Key, Value }) => ({ Key, Value: Value === model ? id : Value })),
        }),
      ),
    );
  }
  secrets.destroy();
  return ids;
}

function inTwentyFives<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / 25) }, (_, at) => items.slice(at * 25, (at + 1) * 25));
}
