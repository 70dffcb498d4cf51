/** One of everything that the doors store: written by a release's code, and read by the code of every later one. */
import {
  type DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ApiUserTable } from '#aws/api-user-table';
import { readCallerKeys } from '#aws/caller-keys';
import { ConnectionTable } from '#aws/connection-table';
import { LeaseTable } from '#aws/lease-table';
import { MissingTable } from '#aws/missing-table';
import { RunTable } from '#aws/run-table';
import { SecretVault } from '#aws/secret-vault';
import type { SingleTable } from '#aws/single-table';
import { addigyKeySchema, apiUserSchema, connectionSchema } from '#connections/connection';
import { newApiUser } from '#onboarding/new-api-user';
import { queuedRun, runIdAt } from '#runs/run-record';
import { reportWith } from '../../hand-off/sample-views.ts';

const t0 = Date.UTC(2026, 10, 24, 1, 2, 3, 4);
const day = 24 * 3_600_000;
const runId = runIdAt(t0, 'aaaaaa');
const handOffId = 'a'.repeat(64);
const connection = 'acme';

/** Writes one item of each kind, as the doors do. */
export async function writeOneOfEach(table: SingleTable): Promise<void> {
  const settings = connectionSchema.parse({
    name: 'Acme',
    sync: { policy: 'sync', companies: { 'policy-1': 7 } },
  });
  const connections = new ConnectionTable(table);
  await connections.declare(connection, settings, t0);
  await connections.refuse(connection, 'addigyKey', 'v'.repeat(36));
  await connections.permission(connection, 'edit-unprotected-data');
  await new ApiUserTable(table).save({
    ...newApiUser(connection, 'device-sync', t0),
    state: 'trusted',
    trustedVersion: 'v'.repeat(36),
    trustedAt: t0,
    report: reportWith({ 'edit-unprotected-data': 'denied' }),
    dueAt: t0,
    attempt: {
      version: 'v'.repeat(36),
      generation: 1,
      stage: 'done',
      handOff: { id: handOffId, expiresAt: t0 + day, shownAt: t0 },
      submittedVersion: 'w'.repeat(36),
      firstRefusedAt: null,
      testAt: null,
      silences: 0,
      report: null,
      detail: '',
    },
  });
  const runs = new RunTable(table);
  const asked = { runId, connectionId: connection, trigger: 'request', apply: true } as const;
  await runs.create(queuedRun({ ...asked, reviewedPlanId: null, policy: 'sync' }, t0));
  const change = {
    kind: 'update',
    reason: 'changed',
    state: 'applied',
    key: 'k',
    agentId: 'agent',
    itemId: 7,
  } as const;
  const said = { companyId: 1, name: 'Mac', serial: 'S', error: '' };
  const diffs = [{ field: 'title', from: 'a', to: 'b', volatile: false }] as const;
  const held = {
    reason: 'unmapped',
    agentId: 'other',
    itemId: null,
    companyId: null,
    name: '',
    serial: '',
    detail: 'why',
  } as const;
  await runs.saveLines(connection, runId, 1, {
    changes: [{ ...change, ...said, diffs: [...diffs] }],
    held: [held],
  });
  const lease = { runId, state: 'queued', token: 'holder', until: t0 + day, now: t0 } as const;
  await new LeaseTable(table).take(connection, lease);
  await new MissingTable(table, () => 'generation').save(connection, [[7, t0]]);
}

/** What the doors read of it. Plain JSON. */
export async function readOneOfEach(table: SingleTable): Promise<unknown> {
  const connections = new ConnectionTable(table);
  const users = new ApiUserTable(table);
  const runs = new RunTable(table);
  const leases = new LeaseTable(table);
  const dueConnections: unknown[] = [];
  for await (const page of connections.due(t0 + 10 * day)) dueConnections.push(...page);
  const dueUsers: unknown[] = [];
  for await (const page of users.due(t0 + 10 * day)) dueUsers.push(...page);
  const other = { runId: 'other', state: 'queued', token: 'other', until: t0 + day, now: t0 } as const;
  const read = {
    connection: await connections.get(connection),
    connections: (await connections.list({ limit: 10, after: null })).connections.map(({ id }) => id),
    dueConnections,
    apiUser: await users.get(connection, 'device-sync'),
    apiUserOfLink: (await users.byHandOff(handOffId))?.connectionId,
    dueUsers,
    run: await runs.get(connection, runId),
    lines: await runs.lines(connection, runId, 1, { leg: 1, part: 0 }),
    lease: await leases.take(connection, other),
    missing: [...(await new MissingTable(table, () => 'x').load(connection))],
  };
  return JSON.parse(JSON.stringify(read));
}

export const secretPrefix = 'addigy-autotask/prod/connections';

/** As each secret's text is stored, by name: what Secrets Manager holds stays when the code changes. */
export const oneOfEachSecret: Readonly<Record<string, string>> = {
  [`${secretPrefix}/acme/device-sync`]:
    '{"username":"a@acme.example","secret":"s","trackingIdentifier":"ABC"}',
  [`${secretPrefix}/acme/addigy`]: '{"username":"b@acme.example","secret":"t","trackingIdentifier":""}',
  [`${secretPrefix}/acme/addigy-key`]: '{"apiKey":"key"}',
  [`${secretPrefix}/draft/device-sync`]: '{"draft":{"localPart":"k7wq2m9xp4dz6ta","secret":"u"}}',
  'addigy-autotask/prod/callers': `{"keys":[{"name":"old","sha256":"${'0'.repeat(64)}","createdAt":"2026-11-24T00:00:00.000Z"}]}`,
};

/** What the doors make of these texts. */
export async function readSecrets(client: SecretsManagerClient): Promise<unknown> {
  const vault = new SecretVault(() => client, secretPrefix, null);
  const keys = await readCallerKeys(client, 'addigy-autotask/prod/callers');
  return {
    deviceSync: (await vault.secret('acme', 'device-sync', apiUserSchema).current())?.value,
    addigy: (await vault.apiUser('acme', 'addigy').current())?.value,
    addigyKey: (await vault.secret('acme', 'addigy-key', addigyKeySchema).current())?.value,
    draft: (await vault.apiUser('draft', 'device-sync').pending())?.value,
    callers: keys.map(({ name, sha256 }) => ({ name, sha256 })),
  };
}

export async function putSecrets(
  client: SecretsManagerClient,
  secrets: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [Name, SecretString] of Object.entries(secrets)) {
    await client.send(new CreateSecretCommand({ Name }));
    const VersionStages = ['AWSCURRENT', 'AWSPENDING'];
    await client.send(new PutSecretValueCommand({ SecretId: Name, SecretString, VersionStages }));
  }
}

/** In DynamoDB's own JSON; bytes as base64. */
export type StoredItem = Readonly<Record<string, Record<string, unknown>>>;

const each = (item: StoredItem, change: (bytes: unknown) => unknown): StoredItem =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, 'B' in value ? { B: change(value.B) } : value]),
  );

/** Every item of the table, in the order of its keys. */
export async function dump(client: DynamoDBClient, TableName: string): Promise<readonly StoredItem[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  const keyOf = ({ pk, sk }: StoredItem) => `${pk?.S} ${sk?.S}`;
  return (Items as unknown as StoredItem[])
    .map((item) => each(item, (bytes) => Buffer.from(bytes as Uint8Array).toString('base64')))
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

export async function restore(client: DynamoDBClient, TableName: string, items: readonly StoredItem[]) {
  for (const item of items) {
    const Item = each(item, (text) => Buffer.from(String(text), 'base64'));
    await client.send(new PutItemCommand({ TableName, Item } as unknown as PutItemCommandInput));
  }
}
