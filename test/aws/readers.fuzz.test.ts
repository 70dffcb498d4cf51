/**
 * Whatever stands in the table and in the secrets, as it was written, bent, or written by somebody else: a record, or
 * a sentence that names it and quotes nothing of it.
 */
import { gzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiUserTable } from '#aws/api-user-table';
import { readCallerKeys } from '#aws/caller-keys';
import { readConnection } from '#aws/connection-item';
import { MissingTable } from '#aws/missing-table';
import { RunTable } from '#aws/run-table';
import { IntakeError, SecretIntake } from '#aws/secret-intake';
import { SecretVault } from '#aws/secret-vault';
import type { SingleTable } from '#aws/single-table';
import { UnreadableRecordError } from '#aws/stored-record';
import { apiUserSchema, connectionSchema } from '#connections/connection';
import { queuedRun } from '#runs/run-record';
import { spoiltAnswer } from '../contract/spoilt-answer.ts';
import { fuzzRuns } from '../http/any-answer-server.ts';
import { type JsonServer, localClient, startJsonServer } from './json-server.ts';

const secretWord = 'hunter2-hunter2';

/** As DynamoDB writes it on the wire. */
const marshall = (given: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, attributeOf(value)]));

function attributeOf(value: unknown): object {
  if (typeof value === 'number') return { N: String(value) };
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') };
  return Array.isArray(value) ? { L: value.map(attributeOf) } : { S: String(value) };
}

describe('what is stored', () => {
  let server: JsonServer;
  let table: SingleTable;
  let secrets: SecretsManagerClient;
  let item: Record<string, unknown> = {};
  let secretText = '';

  beforeAll(async () => {
    server = await startJsonServer({
      GetItem: ({ Key }) => {
        const { sk } = Key as { sk: { S: string } };
        return { Item: marshall(sk.S === 'head' ? { parts: ['1#0'] } : item) };
      },
      Query: () => ({ Items: [marshall(item)] }),
      GetSecretValue: () => ({ SecretString: secretText, VersionId: 'v1' }),
    });
    table = {
      client: DynamoDBDocumentClient.from(new DynamoDBClient(localClient(server.url))),
      tableName: 'table',
    };
    secrets = new SecretsManagerClient(localClient(server.url));
  });
  afterAll(() => server.close());

  const settings = connectionSchema.parse({ name: 'Acme' });
  const run = queuedRun(
    {
      runId: '20261124T010203004Z-k3f9x0',
      connectionId: 'acme',
      trigger: 'schedule',
      apply: true,
      reviewedPlanId: null,
      policy: 'observe',
    },
    0,
  );
  const user = { connectionId: 'acme', purpose: 'device-sync', state: 'trusted', attempt: null };

  type Reader = [name: string, good: unknown, store: (text: string) => void, read: () => Promise<unknown>];
  const inTable =
    (attribute: string, more: object = {}) =>
    (text: string) => {
      item = { pk: 'runs#acme', sk: 'one', [attribute]: text, ...more };
    };
  const packed = (text: string) => {
    item = { pk: 'lines#acme#run', sk: '00001#00000', leg: 1, part: 0, entries: gzipSync(text) };
  };
  const readers: Reader[] = [
    ['a connection', settings, inTable('settings'), () => readConnection(table, 'acme')],
    ['a run', run, inTable('record'), () => new RunTable(table).get('acme', run.runId)],
    [
      'the runs of a connection',
      run,
      inTable('record'),
      () => new RunTable(table).list('acme', { limit: 5, before: null, oldest: '' }),
    ],
    [
      'the lines of a run',
      [{ held: { reason: 'unmapped', agentId: 'a', detail: secretWord } }],
      packed,
      () => new RunTable(table).lines('acme', run.runId, 1, null),
    ],
    [
      'missing devices',
      [
        [7, 1],
        [8, 2],
      ],
      packed,
      () => new MissingTable(table, () => '1').load('acme'),
    ],
    [
      'an API user',
      user,
      inTable('record', { revision: 3 }),
      () => new ApiUserTable(table).get('acme', 'device-sync'),
    ],
    [
      'the API users of a connection',
      user,
      inTable('record', { revision: 3 }),
      () => new ApiUserTable(table).list('acme'),
    ],
  ];

  it.each(readers)('%s', async (_name, good, store, read) => {
    store(JSON.stringify(good));
    expect(await read()).toBeTruthy();
    await fc.assert(
      fc.asyncProperty(spoiltAnswer(fc.constant(good)), async ({ bytes }) => {
        store(bytes.toString());
        try {
          await read();
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableRecordError);
          expect((error as Error).message).not.toContain(secretWord);
        }
      }),
      { numRuns: fuzzRuns },
    );
  });

  const credentials = { username: 'u@example.com', secret: secretWord, trackingIdentifier: 'T'.repeat(27) };
  const keys = {
    keys: [{ name: secretWord, sha256: 'a'.repeat(64), createdAt: '2026-01-01T00:00:00Z', scopes: ['read'] }],
  };
  const vault = () => new SecretVault(() => secrets, 'prefix', null);
  const arn = `arn:aws:secretsmanager:eu-central-1:123456789012:secret:intake/acme-AbCdEf`;
  const secretReaders: Array<[name: string, good: unknown, read: () => Promise<unknown>]> = [
    ['a current secret', credentials, () => vault().secret('acme', 'device-sync', apiUserSchema).current()],
    ['a pending secret', credentials, () => vault().apiUser('acme', 'device-sync').pending()],
    ['the one before', credentials, () => vault().apiUser('acme', 'device-sync').previous()],
    ['the callers’ keys', keys, () => readCallerKeys(secrets, 'callers')],
    ['a secret that a caller names', credentials, () => new SecretIntake(() => secrets, 'intake/').read(arn)],
  ];

  it.each(secretReaders)('%s', async (_name, good, read) => {
    secretText = JSON.stringify(good);
    expect(await read()).toBeTruthy();
    await fc.assert(
      fc.asyncProperty(spoiltAnswer(fc.constant(good)), async ({ bytes }) => {
        secretText = bytes.toString();
        try {
          await read();
        } catch (error) {
          const isTold =
            error instanceof IntakeError ||
            /^the secret [^ ]+ (?:\([A-Z]+\) )?does not hold /u.test((error as Error).message);
          if (!isTold) throw error;
          expect((error as Error).message).not.toContain(secretWord);
        }
      }),
      { numRuns: fuzzRuns },
    );
  });
});
