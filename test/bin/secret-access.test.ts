/**
 * Who can do what with a connection's secret: the synthesized policies, asked by the local IAM, with the vaults that
 * the doors use. Each door signs as its own role.
 */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretVault } from '#aws/secret-vault';
import type { ApiUserCredentials } from '#connections/connection';
import { type DoorName, environments } from '#lambda/environment';
import { AccessKeys, root } from '../../bin/local/access-keys.ts';
import type { AwsEndpoint } from '../../bin/local/aws-endpoint.ts';
import { Deployment } from '../../bin/local/deployment.ts';
import { Grants } from '../../bin/local/grants.ts';
import { region } from '../../bin/local/identities.ts';
import { secretsManager } from '../../bin/local/secrets-manager.ts';
import type { SynthesizedStack, Template } from '../../bin/local/synthesized-stack.ts';
import { TableEndpoint } from '../../bin/local/table-endpoint.ts';
import { synthesize } from '../lib/synthesize.ts';

const templates = synthesize({ stage: 'test' });

/** The account as it is deployed, or with its stateless template changed. */
class Account {
  readonly deployment: Deployment;
  readonly keys: AccessKeys;
  readonly secrets: AwsEndpoint;
  readonly #clients: SecretsManagerClient[] = [];

  constructor(edit: (text: string) => string = (text) => text) {
    const stack = (name: string, template: unknown): SynthesizedStack => ({
      name,
      template: template as Template,
      assetFolder: () => null,
    });
    const stateless = JSON.parse(edit(JSON.stringify(templates.stateless.toJSON())));
    this.deployment = new Deployment([
      stack('addigy-autotask-test-stateful', templates.stateful.toJSON()),
      stack('addigy-autotask-test-stateless', stateless),
    ]);
    this.keys = new AccessKeys(new Grants(this.deployment));
    this.secrets = secretsManager(this.keys.authorize);
  }

  variablesOf(door: DoorName) {
    return this.#functionOf(door).Environment.Variables;
  }

  credentialsOf(who: DoorName | 'root') {
    if (who === 'root') return root;
    const { AWS_ACCESS_KEY_ID = '' } = this.keys.environmentFor(this.#functionOf(who).Role, who);
    return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: 'local' };
  }

  client(who: DoorName | 'root'): SecretsManagerClient {
    const client = new SecretsManagerClient({
      endpoint: this.secrets.url,
      region,
      credentials: this.credentialsOf(who),
      maxAttempts: 1,
    });
    this.#clients.push(client);
    return client;
  }

  vault(door: DoorName): SecretVault {
    const client = this.client(door);
    const { SECRET_PREFIX = '', SECRET_KEY_ID, SECRET_OWNERS } = this.variablesOf(door);
    const keeping =
      SECRET_KEY_ID === undefined || SECRET_OWNERS === undefined
        ? null
        : { keyId: SECRET_KEY_ID, owners: SECRET_OWNERS, stage: 'test' };
    return new SecretVault(() => client, SECRET_PREFIX, keeping);
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.secrets.close();
  }

  #functionOf(door: DoorName) {
    const found = this.deployment
      .all('AWS::Lambda::Function')
      .find(({ properties }) => properties.Environment.Variables.POWERTOOLS_SERVICE_NAME === door);
    if (found === undefined) throw new Error(`no function for ${door}`);
    return found.properties;
  }
}

const user: ApiUserCredentials = { username: 'a@acme.test', secret: 'hunter2', trackingIdentifier: 'T' };
const prefix = 'addigy-autotask/test/connections';
const everyDoor = Object.keys(environments) as DoorName[];
const readers: DoorName[] = [
  'open-hand-off',
  'provision-api-user',
  'suggest-companies',
  'sync-devices',
  'validate-permissions',
];

const outcome = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  );

async function store(account: Account, connection: string, door: DoorName = 'manage-connections') {
  const version = randomUUID();
  const vault = account.vault(door).apiUser(connection, 'device-sync');
  await vault.storePending(version, user);
  await vault.promote(version);
}

let account: Account;
let connection: string;
let SecretId: string;
beforeAll(async () => {
  account = new Account();
  await account.secrets.listen();
});
afterAll(() => account.close());
beforeEach(() => {
  connection = `acme-${randomUUID().slice(0, 8)}`;
  SecretId = `${prefix}/${connection}/device-sync`;
});

describe('a secret that a door has stored', () => {
  it.each(everyDoor)('is seen by %s only if that is its job', async (door) => {
    await store(account, connection);
    const seen = await outcome(account.client(door).send(new GetSecretValueCommand({ SecretId })));
    expect(seen).toMatch(readers.includes(door) ? /^done$/u : /^AccessDeniedException: /u);
  });

  it.each<[string, (client: SecretsManagerClient) => Promise<unknown>]>([
    ['seen', (client) => client.send(new GetSecretValueCommand({ SecretId }))],
    ['changed', (client) => client.send(new PutSecretValueCommand({ SecretId, SecretString: 'x' }))],
    [
      'turned back',
      (client) =>
        client.send(
          new UpdateSecretVersionStageCommand({
            SecretId,
            VersionStage: 'AWSCURRENT',
            MoveToVersionId: randomUUID(),
          }),
        ),
    ],
  ])('is %s by nobody else, the account’s own root included', async (_, call) => {
    await store(account, connection);
    expect(await outcome(call(account.client('root')))).toMatch(
      /^AccessDeniedException: .*:root is not authorized .* with an explicit deny in a resource-based policy$/u,
    );
  });

  it('locks nobody out: an administrator can delete it, restore it, and change its policy', async () => {
    await store(account, connection);
    const admin = account.client('root');
    await admin.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
    await admin.send(new RestoreSecretCommand({ SecretId }));
    const open = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await admin.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: open }));
    expect(await outcome(admin.send(new GetSecretValueCommand({ SecretId })))).toBe('done');
    // And it is closed again when a door next stores in it.
    await store(account, connection);
    expect(await outcome(admin.send(new GetSecretValueCommand({ SecretId })))).toMatch(/explicit deny/u);
  });

  it('goes through offboarding and comes back, as doors', async () => {
    await store(account, connection);
    await account.vault('sync-devices').scheduleDeletion(connection);
    const { DeletedDate } = await account.client('root').send(new DescribeSecretCommand({ SecretId }));
    const days = ((DeletedDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(7);
    await store(account, connection, 'open-hand-off');
    const found = await account.vault('sync-devices').apiUser(connection, 'device-sync').current();
    expect(found?.value).toEqual(user);
  });
});

describe('what is not there', () => {
  it.each(readers)('is nothing to %s, though IAM refuses what has no tag', async (door) => {
    const call = account.client(door).send(new GetSecretValueCommand({ SecretId }));
    expect(await outcome(call)).toMatch(/^AccessDeniedException/u);
    expect(await account.vault(door).apiUser(connection, 'device-sync').current()).toBeNull();
  });

  it('is not deleted, and that is no error', async () => {
    expect(await outcome(account.vault('sync-devices').scheduleDeletion(connection))).toBe('done');
  });
});

describe('a secret under the prefix that no door has made', () => {
  it.each<[string, { Key: string; Value: string }[]]>([
    ['without the tag', []],
    ['with another stage’s tag', [{ Key: 'addigy-autotask:stage', Value: 'prod' }]],
  ])('%s is refused, not taken for missing, and is ours when it is next stored in', async (_, Tags) => {
    await account
      .client('root')
      .send(new CreateSecretCommand({ Name: SecretId, SecretString: JSON.stringify(user), Tags }));
    const read = () => account.vault('sync-devices').apiUser(connection, 'device-sync').current();
    expect(await outcome(read())).toMatch(/^AccessDeniedException/u);
    await store(account, connection);
    expect((await read())?.value).toEqual(user);
  });
});

describe('a grant that is taken away is missed', () => {
  /** Breaks one word of the policies alone: variables and descriptions do not hold these. */
  it.each<[string, string, RegExp]>([
    ['secretsmanager:GetSecretValue', 'read', /secretsmanager:GetSecretValue/u],
    ['secretsmanager:CreateSecret', 'store', /secretsmanager:CreateSecret/u],
    ['secretsmanager:TagResource', 'store', /secretsmanager:TagResource/u],
    ['secretsmanager:PutResourcePolicy', 'store', /secretsmanager:PutResourcePolicy/u],
    ['secretsmanager:BlockPublicPolicy', 'store', /secretsmanager:PutResourcePolicy/u],
    ['secretsmanager:PutSecretValue', 'store', /secretsmanager:PutSecretValue/u],
    ['secretsmanager:UpdateSecretVersionStage', 'store', /secretsmanager:UpdateSecretVersionStage/u],
    ['aws:RequestTag/addigy-autotask:stage', 'store', /secretsmanager:CreateSecret/u],
    ['aws:ResourceTag/addigy-autotask:stage', 'read', /secretsmanager:GetSecretValue/u],
    ['kms:GenerateDataKey', 'store', /kms:GenerateDataKey/u],
    ['kms:Decrypt', 'read', /kms:Decrypt/u],
    ['kms:ViaService', 'read', /kms:Decrypt/u],
    ['secretsmanager:DeleteSecret', 'delete', /secretsmanager:DeleteSecret/u],
  ])('%s', async (word, step, refused) => {
    const broken = new Account((text) => text.replaceAll(`"${word}"`, `"${word}Not"`));
    try {
      await broken.secrets.listen();
      // Made by root, so that it is the reader's own grant that is missed.
      if (step !== 'store') {
        const { SECRET_KEY_ID: KmsKeyId = '' } = broken.variablesOf('manage-connections');
        const Tags = [{ Key: 'addigy-autotask:stage', Value: 'test' }];
        const made = { Name: SecretId, SecretString: JSON.stringify(user), KmsKeyId, Tags };
        await broken.client('root').send(new CreateSecretCommand(made));
      }
      const steps: Record<string, () => Promise<unknown>> = {
        store: () => store(broken, connection),
        read: () => broken.vault('sync-devices').apiUser(connection, 'device-sync').current(),
        delete: () => broken.vault('sync-devices').scheduleDeletion(connection),
      };
      const answered = await outcome(steps[step]?.() ?? Promise.resolve());
      expect(answered).toMatch(/^AccessDeniedException/u);
      expect(answered).toMatch(refused);
    } finally {
      await broken.close();
    }
  });
});

describe('the table', () => {
  it.each<[string, (text: string) => string, string]>([
    ['is read and written by a door that may use the key through DynamoDB', (text) => text, 'done, done'],
    [
      'is neither by a door that may not',
      (text) => text.replaceAll('"dynamodb."', '"sqs."'),
      'AccessDeniedException, AccessDeniedException',
    ],
  ])('%s', async (_, edit, wanted) => {
    const here = new Account(edit);
    const tables = new TableEndpoint(here.keys.authorize);
    await tables.listen();
    const client = new DynamoDBClient({
      endpoint: tables.url,
      region,
      credentials: here.credentialsOf('manage-connections'),
      maxAttempts: 1,
    });
    try {
      await tables.createTables(here.deployment, root);
      const { TABLE_NAME: TableName = '' } = here.variablesOf('manage-connections');
      const key = { pk: { S: 'a' }, sk: { S: '-' } };
      const answers = [
        await outcome(client.send(new PutItemCommand({ TableName, Item: key }))),
        await outcome(client.send(new GetItemCommand({ TableName, Key: key }))),
      ];
      expect(answers.map((answer) => answer.split(':')[0]).join(', ')).toBe(wanted);
    } finally {
      client.destroy();
      await Promise.all([tables.close(), here.close()]);
    }
  });
});
