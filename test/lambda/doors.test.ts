/** The door files themselves, with the environment that the stack gives them. */
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ConnectionTable } from '#aws/connection-table';
import type { SingleTable } from '#aws/single-table';
import { nextDue } from '#connections/connection-schedule';
import { digest } from '#lambda/chance';
import { mintKey } from '../../bin/keys.ts';
import { type JsonServer, localClient, startJsonServer } from '../aws/json-server.ts';
import { type LocalSecrets, startSecretsManager } from '../aws/local-secrets.ts';
import { type LocalDynamo, startDynamo } from '../aws/local-table.ts';
import { keeping } from '../aws/secret-keeping.ts';
import { settingsOf, t0 } from '../runs/world.ts';

let dynamo: LocalDynamo;
let secrets: LocalSecrets;
let bus: JsonServer;
let table: SingleTable;
beforeAll(async () => {
  bus = await startJsonServer({
    PutEvents: (input) => ({ Entries: (input.Entries as unknown[]).map(() => ({ EventId: 'e' })) }),
  });
  [dynamo, secrets] = await Promise.all([startDynamo(), startSecretsManager()]);
  table = await dynamo.newTable();
  const variables = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
    STAGE: 'test',
    POWERTOOLS_SERVICE_NAME: 'doors',
    POWERTOOLS_METRICS_NAMESPACE: 'AddigyAutotask',
    POWERTOOLS_LOG_LEVEL: 'ERROR',
    CALLERS_SECRET_ID: 'callers',
    TABLE_NAME: table.tableName,
    BUS_NAME: 'bus',
    SECRET_PREFIX: 'prefix',
    CALLER_ROLES: 'none',
    SECRET_KEY_ID: keeping.keyId,
    SECRET_OWNERS: keeping.owners,
    AUTOTASK_URL: 'http://127.0.0.1:9',
    ADDIGY_URL: 'http://127.0.0.1:9',
    LEASE_SECONDS: '60',
    FIRST_LEG_SECONDS: '60',
    HAND_OFF_URL: 'https://pages.test',
    HAND_OFF_KEY_ID: 'hand-off-key',
    INTAKE_PREFIX: 'prefix/intake/',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([dynamo.close(), secrets.close(), bus.close()]);
});

const context = {
  getRemainingTimeInMillis: () => 10_000,
  functionName: 'door',
  awsRequestId: 'a',
} as unknown as Context;

describe('authorize-caller', () => {
  it('lets a minted key in, and says the one word that makes a 401 to everyone else', async () => {
    const client = new SecretsManagerClient(localClient(secrets.url));
    await client.send(new CreateSecretCommand({ Name: 'callers', SecretString: '{"keys":[]}' }));
    const key = await mintKey({ name: 'rewst', secretId: 'callers', client });
    const { handler } = await import('../../functions/authorize-caller.ts');
    const call = (authorization?: string) =>
      handler({
        routeKey: 'POST /connections/{connectionId}/runs',
        headers: authorization === undefined ? {} : { authorization },
      } as unknown as Parameters<typeof handler>[0]);
    expect(await call(`Bearer ${key}`)).toEqual({
      isAuthorized: true,
      context: { caller: 'rewst', scopes: 'onboard sync read' },
    });
    const reader = await mintKey({ name: 'dashboard', secretId: 'callers', client, scopes: ['read'] });
    // API Gateway makes a 403 of it.
    expect(await call(`Bearer ${reader}`)).toEqual({ isAuthorized: false });
    for (const strange of [undefined, '', 'Bearer', `Bearer aak_${'x'.repeat(43)}`, key]) {
      await expect(call(strange)).rejects.toThrow(/^Unauthorized$/u);
    }
  });
});

describe('schedule-syncs', () => {
  it('takes the time of the tick, not its own', async () => {
    const connections = new ConnectionTable(table);
    await connections.declare('tick', settingsOf(), t0);
    const { handler } = await import('../../functions/schedule-syncs.ts');
    expect(await handler({ scheduledTime: new Date(t0 - 1).toISOString() }, context)).toEqual({
      requested: 0,
    });
    expect(await handler({ scheduledTime: '2026-11-24T01:00:00Z' }, context)).toEqual({ requested: 1 });
    expect((await connections.get('tick'))?.dueAt).toBe(nextDue('tick', 60, t0, digest));
    expect(bus.journal).toHaveLength(1);
    await expect(handler({}, context)).rejects.toThrow();
  });
});

describe('sync-devices', () => {
  const deliver = async (...bodies: readonly string[]) => {
    const { handler } = await import('../../functions/sync-devices.ts');
    const Records = bodies.map((body, n) => ({ messageId: `m${n}`, body, eventSource: 'aws:sqs' }));
    return handler({ Records } as unknown as SQSEvent, context);
  };
  const message = (detail: object) => JSON.stringify({ 'detail-type': 'Device Sync Requested', detail });
  const detail = {
    connectionId: 'gone',
    runId: '20261124T010000000Z-aaaaaa',
    trigger: 'schedule',
    apply: true,
    planId: null,
    leg: 1,
  };

  it('gives back what it cannot read, and nothing else', async () => {
    const answer = await deliver(
      'not json',
      message(detail),
      message({ ...detail, leg: 0 }),
      message({ ...detail, extra: 1 }),
      '{}',
    );
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
      'm0',
      'm2',
      'm3',
      'm4',
    ]);
  });

  it('holds a run without credentials, and says so on the bus', async () => {
    await new ConnectionTable(table).declare('bare', settingsOf(), t0);
    expect(await deliver(message({ ...detail, connectionId: 'bare' }))).toEqual({ batchItemFailures: [] });
    expect(JSON.stringify(bus.journal.at(-1)?.input)).toContain('credentials-missing');
  });
});

describe('manage-connections', () => {
  it('answers', async () => {
    const { handler } = await import('../../functions/manage-connections.ts');
    const event = {
      routeKey: 'GET /connections/{connectionId}',
      pathParameters: { connectionId: 'nobody' },
      headers: {},
      requestContext: { requestId: 'r' },
    };
    const answer = await handler(event as unknown as Parameters<typeof handler>[0], context);
    expect([answer.statusCode, answer.headers?.['content-type']]).toEqual([404, 'application/problem+json']);
  });
});
