/**
 * How AWS answers, through AWS's own SDK: the same cases against the local AWS, and against moto where
 * `moto_server` is on PATH, so that our emulator is not graded by its author alone.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import {
  CreateTableCommand,
  type DynamoDBClient as Dynamo,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holding, onlyFor } from '#aws/secret-policy';
import { runStacks } from '../../bin/local/run-stacks.ts';
import { tableShape } from '../aws/table-shape.ts';
import { fixtureStack } from '../bin/fixture-stack.ts';

interface Aws {
  readonly secrets: SecretsManagerClient;
  readonly events: EventBridgeClient;
  readonly tables: Dynamo;
  close(): Promise<void>;
}

const credentials = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: 'local' });

async function localAws(): Promise<Aws> {
  const host = await runStacks([fixtureStack()]);
  const environment = host.awsEnvironment;
  const at = (service: string) => ({
    endpoint: environment[`AWS_ENDPOINT_URL_${service}`] ?? '',
    region: 'us-east-1',
    credentials: credentials(environment.AWS_ACCESS_KEY_ID ?? ''),
  });
  return {
    secrets: new SecretsManagerClient(at('SECRETS_MANAGER')),
    events: new EventBridgeClient(at('EVENTBRIDGE')),
    tables: new DynamoDBClient(at('DYNAMODB')),
    close: () => host.close(),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function moto(): Promise<Aws> {
  const port = await freePort();
  const server: ChildProcess = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const end = Date.now() + 40_000;
  for (;;) {
    const answers = await fetch(`${endpoint}/moto-api/`).then(
      () => true,
      () => false,
    );
    if (answers) break;
    if (Date.now() > end) throw new Error('moto_server did not answer within 40 s');
    await new Promise((done) => setTimeout(done, 100));
  }
  const settings = { endpoint, region: 'us-east-1', credentials: credentials('moto') };
  return {
    secrets: new SecretsManagerClient(settings),
    events: new EventBridgeClient(settings),
    tables: new DynamoDBClient(settings),
    close: async () => {
      const ended = new Promise((done) => server.once('close', done));
      server.kill('SIGKILL');
      await ended;
    },
  };
}

// Some installations have a launcher on PATH that cannot launch.
const hasMoto = spawnSync('moto_server', ['--help'], { stdio: 'ignore', timeout: 30_000 }).status === 0;

/** Ids of versions, which Secrets Manager wants 32 characters long. */
const one = 'version-one'.padEnd(32, '-');
const two = 'version-two'.padEnd(32, '-');
const three = 'version-three'.padEnd(32, '-');

const errorOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );

describe.each([
  { name: 'the local AWS', open: localAws, isHere: true },
  { name: hasMoto ? 'moto' : 'moto (skipped: no working moto_server on PATH)', open: moto, isHere: hasMoto },
])('$name', ({ open, isHere, name }) => {
  let aws: Aws;
  beforeAll(async () => {
    if (isHere) aws = await open();
  });
  afterAll(async () => {
    aws?.secrets.destroy();
    aws?.events.destroy();
    aws?.tables.destroy();
    await aws?.close();
  });
  const test = it.skipIf(!isHere);
  const isOurs = name === 'the local AWS';

  let made = 0;
  const secret = async (text?: string, token?: string): Promise<string> => {
    made += 1;
    const Name = `contract/secret-${made}`;
    await aws.secrets.send(
      new CreateSecretCommand({
        Name,
        ...(text === undefined ? {} : { SecretString: text }),
        ...(token === undefined ? {} : { ClientRequestToken: token }),
      }),
    );
    return Name;
  };
  const put = (SecretId: string, text: string, token: string, stages?: string[]) =>
    aws.secrets.send(
      new PutSecretValueCommand({
        SecretId,
        SecretString: text,
        ClientRequestToken: token,
        ...(stages === undefined ? {} : { VersionStages: stages }),
      }),
    );
  const read = (SecretId: string, more: { VersionId?: string; VersionStage?: string } = {}) =>
    aws.secrets.send(new GetSecretValueCommand({ SecretId, ...more }));
  const stagesOf = async (SecretId: string) => {
    const { VersionIdsToStages = {} } = await aws.secrets.send(new DescribeSecretCommand({ SecretId }));
    return Object.fromEntries(
      Object.entries(VersionIdsToStages).map(([id, stages]) => [id, [...stages].sort()]),
    );
  };
  const move = (SecretId: string, VersionStage: string, from?: string, to?: string) =>
    aws.secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage,
        ...(from === undefined ? {} : { RemoveFromVersionId: from }),
        ...(to === undefined ? {} : { MoveToVersionId: to }),
      }),
    );

  describe('Secrets Manager', () => {
    test('reads what was created, by name and by ARN', async () => {
      const id = await secret('first', one);
      const found = await read(id);
      expect(found).toMatchObject({
        Name: id,
        SecretString: 'first',
        VersionId: one,
        VersionStages: ['AWSCURRENT'],
      });
      expect(found.CreatedDate).toBeInstanceOf(Date);
      expect((await read(found.ARN ?? '')).SecretString).toBe('first');
    });

    test('makes the first version current, in whatever stage it was put', async () => {
      const id = await secret();
      expect(await errorOf(read(id))).toBe('ResourceNotFoundException');
      await put(id, 'pending', one, ['AWSPENDING']);
      expect(await stagesOf(id)).toEqual({ [one]: ['AWSCURRENT', 'AWSPENDING'] });
    });

    test('keeps a pending version apart until its stage is moved', async () => {
      const id = await secret('old', one);
      await put(id, 'new', two, ['AWSPENDING']);
      expect((await read(id)).SecretString).toBe('old');
      expect((await read(id, { VersionStage: 'AWSPENDING' })).SecretString).toBe('new');
      await move(id, 'AWSCURRENT', one, two);
      expect((await read(id, { VersionStage: 'AWSCURRENT' })).SecretString).toBe('new');
      // moto goes on reading the version that was current when it was put.
      if (isOurs) expect((await read(id)).SecretString).toBe('new');
      expect((await read(id, { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('old');
      await move(id, 'AWSPENDING', two);
      expect(await stagesOf(id)).toEqual({ [one]: ['AWSPREVIOUS'], [two]: ['AWSCURRENT'] });
    });

    test('moves AWSPREVIOUS on, and tells no version without a stage', async () => {
      const id = await secret('1', one);
      await put(id, '2', two);
      await put(id, '3', three);
      const stages = await stagesOf(id);
      expect(stages).toMatchObject({ [two]: ['AWSPREVIOUS'], [three]: ['AWSCURRENT'] });
      if (isOurs) expect(stages).not.toHaveProperty(one);
      expect((await read(id, { VersionId: two })).SecretString).toBe('2');
    });

    test('lets the later of two pending versions have the stage', async () => {
      const id = await secret('1', one);
      await put(id, '2', two, ['AWSPENDING']);
      await put(id, '3', three, ['AWSPENDING']);
      expect(await read(id, { VersionStage: 'AWSPENDING' })).toMatchObject({
        VersionId: three,
        SecretString: '3',
      });
    });

    test('moves AWSPREVIOUS by itself each time that AWSCURRENT is moved, and back', async () => {
      const id = await secret('1', one);
      await put(id, '2', two, ['AWSPENDING']);
      await put(id, '3', three, ['AWSPENDING']);
      const previous = async () =>
        (await read(id, { VersionStage: 'AWSPREVIOUS' }).catch(() => undefined))?.SecretString ?? null;
      expect(await previous()).toBeNull();
      await move(id, 'AWSCURRENT', one, two);
      expect(await previous()).toBe('1');
      await move(id, 'AWSCURRENT', two, three);
      expect(await previous()).toBe('2');
      await move(id, 'AWSCURRENT', three, two);
      expect(await previous()).toBe('3');
      expect(await stagesOf(id)).toMatchObject({ [two]: ['AWSCURRENT'] });
    });

    test('takes AWSPREVIOUS away when asked', async () => {
      const id = await secret('1', one);
      await put(id, '2', two);
      await move(id, 'AWSPREVIOUS', one);
      expect(await errorOf(read(id, { VersionStage: 'AWSPREVIOUS' }))).toBe('ResourceNotFoundException');
      expect((await read(id, { VersionStage: 'AWSCURRENT' })).SecretString).toBe('2');
    });

    test('takes the same version twice when it is the same text, and refuses another text', async () => {
      const id = await secret('1', one);
      await put(id, '2', two, ['AWSPENDING']);
      await put(id, '2', two, ['AWSPENDING']);
      expect(await stagesOf(id)).toEqual({ [one]: ['AWSCURRENT'], [two]: ['AWSPENDING'] });
      // moto overwrites the version.
      if (isOurs)
        expect(await errorOf(put(id, 'other', two, ['AWSPENDING']))).toBe('ResourceExistsException');
    });

    test.each<[string, (id: string) => Promise<unknown>, string, boolean]>([
      [
        'a secret that exists',
        (id) => aws.secrets.send(new CreateSecretCommand({ Name: id, SecretString: 'x' })),
        'ResourceExistsException',
        true,
      ],
      ['a secret that does not', () => read('contract/nobody'), 'ResourceNotFoundException', true],
      ['putting into nothing', () => put('contract/nobody', 'x', one), 'ResourceNotFoundException', true],
      [
        'describing nothing',
        () => aws.secrets.send(new DescribeSecretCommand({ SecretId: 'contract/nobody' })),
        'ResourceNotFoundException',
        true,
      ],
      [
        'deleting nothing',
        () => aws.secrets.send(new DeleteSecretCommand({ SecretId: 'contract/nobody' })),
        'ResourceNotFoundException',
        true,
      ],
      [
        'a stage that no version has',
        (id) => read(id, { VersionStage: 'AWSPENDING' }),
        'ResourceNotFoundException',
        true,
      ],
      [
        'a previous version where none was current before',
        (id) => read(id, { VersionStage: 'AWSPREVIOUS' }),
        'ResourceNotFoundException',
        true,
      ],
      [
        'a pending version by the ARN of a secret that there is not',
        async (id) => {
          const { ARN = '' } = await read(id);
          return read(ARN.replace(id, 'contract/nobody'), { VersionStage: 'AWSPENDING' });
        },
        'ResourceNotFoundException',
        true,
      ],
      [
        'a version that there is not',
        (id) => read(id, { VersionId: three }),
        'ResourceNotFoundException',
        true,
      ],
      [
        'moving without saying from where',
        (id) => put(id, '2', two, ['AWSPENDING']).then(() => move(id, 'AWSCURRENT', undefined, two)),
        'InvalidParameterException',
        true,
      ],
      [
        'taking a stage from who has it not',
        (id) => put(id, '2', two, ['AWSPENDING']).then(() => move(id, 'AWSCURRENT', two, one)),
        'InvalidParameterException',
        true,
      ],
      ['leaving no version current', (id) => move(id, 'AWSCURRENT', one), 'InvalidParameterException', false],
      [
        'a window of a day',
        (id) => aws.secrets.send(new DeleteSecretCommand({ SecretId: id, RecoveryWindowInDays: 1 })),
        'InvalidParameterException',
        true,
      ],
    ])('answers %s', async (_, call, error, motoKnows) => {
      const id = await secret('first', one);
      const answered = await errorOf(call(id));
      if (isOurs || motoKnows) expect(answered).toBe(error);
    });

    test('hides what is scheduled for deletion, and gives it back', async () => {
      const id = await secret('first', one);
      const { DeletionDate } = await aws.secrets.send(
        new DeleteSecretCommand({ SecretId: id, RecoveryWindowInDays: 7 }),
      );
      const days = ((DeletionDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
      expect(days).toBeGreaterThan(6.5);
      expect(days).toBeLessThan(7.5);
      const again = new DeleteSecretCommand({ SecretId: id, RecoveryWindowInDays: 7 });
      expect(await errorOf(read(id))).toBe('InvalidRequestException');
      expect(await errorOf(aws.secrets.send(again))).toBe('InvalidRequestException');
      if (isOurs) {
        // moto puts into it, and answers that a deleted secret still exists.
        expect(await errorOf(put(id, 'x', two))).toBe('InvalidRequestException');
        const anew = new CreateSecretCommand({ Name: id, SecretString: 'x' });
        expect(await errorOf(aws.secrets.send(anew))).toBe('InvalidRequestException');
      }
      expect(
        (await aws.secrets.send(new DescribeSecretCommand({ SecretId: id }))).DeletedDate,
      ).toBeInstanceOf(Date);
      await aws.secrets.send(new RestoreSecretCommand({ SecretId: id }));
      expect((await read(id)).SecretString).toBe('first');
      expect(
        (await aws.secrets.send(new DescribeSecretCommand({ SecretId: id }))).DeletedDate,
      ).toBeUndefined();
    });

    test('forgets at once what is deleted without recovery', async () => {
      const id = await secret('first', one);
      await aws.secrets.send(new DeleteSecretCommand({ SecretId: id, ForceDeleteWithoutRecovery: true }));
      expect(await errorOf(read(id))).toBe('ResourceNotFoundException');
    });

    test('keeps tags', async () => {
      const id = await secret('first', one);
      await aws.secrets.send(new TagResourceCommand({ SecretId: id, Tags: [{ Key: 'a', Value: '1' }] }));
      const { Tags } = await aws.secrets.send(new DescribeSecretCommand({ SecretId: id }));
      expect(Tags).toEqual([{ Key: 'a', Value: '1' }]);
    });

    test('is encrypted with the key that it is given, then or later, and tells which', async () => {
      const key = (id: string) =>
        `arn:aws:kms:us-east-1:000000000000:key/8a5c0f4e-0000-4000-8000-00000000000${id}`;
      const keyOf = async (SecretId: string) =>
        (await aws.secrets.send(new DescribeSecretCommand({ SecretId }))).KmsKeyId;
      const id = await secret('first', one);
      expect(await keyOf(id)).toBeUndefined();
      await aws.secrets.send(new UpdateSecretCommand({ SecretId: id, KmsKeyId: key('1') }));
      expect(await keyOf(id)).toBe(key('1'));
      expect(await stagesOf(id)).toEqual({ [one]: ['AWSCURRENT'] });
      expect((await read(id)).SecretString).toBe('first');
      const Name = `${id}-with-key`;
      await aws.secrets.send(new CreateSecretCommand({ Name, SecretString: 'x', KmsKeyId: key('2') }));
      expect(await keyOf(Name)).toBe(key('2'));
    });

    test('takes a policy that denies, again and again', async () => {
      const id = await secret('first', one);
      const policy = onlyFor('arn:aws:iam::000000000000:role/addigy-autotask/test/*', holding);
      const close = new PutResourcePolicyCommand({
        SecretId: id,
        ResourcePolicy: JSON.stringify(policy),
        BlockPublicPolicy: true,
      });
      expect((await aws.secrets.send(close)).Name).toBe(id);
      expect((await aws.secrets.send(close)).Name).toBe(id);
      // moto keeps the policy and goes by none.
      if (isOurs) expect(await errorOf(read(id))).toBe('AccessDeniedException');
      const nobody = new PutResourcePolicyCommand({ SecretId: 'contract/nobody', ResourcePolicy: '{}' });
      expect(await errorOf(aws.secrets.send(nobody))).toBe('ResourceNotFoundException');
    });

    // moto takes any text.
    it.skipIf(!isOurs).each([
      ['is no JSON', '{'],
      ['grants', JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*' }] })],
      ['has a condition of another kind', JSON.stringify(onlyFor('*', [])).replace('ArnNotLike', 'ArnLike')],
    ])('refuses a policy that %s', async (_, ResourcePolicy) => {
      const id = await secret('first', one);
      const put = new PutResourcePolicyCommand({ SecretId: id, ResourcePolicy });
      expect(await errorOf(aws.secrets.send(put))).toBe('MalformedPolicyDocumentException');
    });

    it.skipIf(!isOurs)(
      'refuses loudly what our doors do not call, and parameters that it would drop',
      async () => {
        expect(await errorOf(aws.secrets.send(new ListSecretsCommand({})))).toBe('UnknownOperationException');
        const withKey = new CreateSecretCommand({
          Name: 'contract/key',
          SecretString: 'x',
          KmsKeyId: 'alias/own',
        });
        expect(await errorOf(aws.secrets.send(withKey))).toBe('ValidationException');
      },
    );
  });

  describe('EventBridge', () => {
    const entry = (more: object = {}) => ({
      Source: 'contract',
      DetailType: 'Tried',
      Detail: '{"a":1}',
      ...more,
    });
    const bus = isOurs ? { EventBusName: 'fixture' } : {};
    const putEvents = (...entries: object[]) =>
      aws.events.send(new PutEventsCommand({ Entries: entries.map((each) => ({ ...each, ...bus })) }));

    test('gives each event an id', async () => {
      const { FailedEntryCount, Entries } = await putEvents(entry(), entry());
      expect(FailedEntryCount).toBe(0);
      expect(new Set(Entries?.map(({ EventId }) => EventId)).size).toBe(2);
    });

    test.each([
      ['without a source', { Source: undefined }, 'InvalidArgument'],
      ['without a detail type', { DetailType: undefined }, 'InvalidArgument'],
      ['without a detail', { Detail: undefined }, 'InvalidArgument'],
      ['whose detail is no JSON', { Detail: '{' }, 'MalformedDetail'],
    ])('fails an entry %s inside a 200, and takes the others', async (_, broken, code) => {
      const { FailedEntryCount, Entries } = await putEvents(entry(), entry(broken));
      expect(FailedEntryCount).toBe(1);
      expect(Entries?.[0]?.EventId).toBeTruthy();
      expect(Entries?.[1]).toMatchObject({ ErrorCode: code });
    });

    test.each<[string, () => object[]]>([
      ['eleven entries', () => Array.from({ length: 11 }, () => entry())],
    ])('refuses %s', async (_, entries) => {
      expect(await errorOf(putEvents(...entries()))).toBe('ValidationException');
    });

    // moto counts no bytes. AWS's documentation: the total entry size must be less than 256 KB.
    it.skipIf(!isOurs)('refuses more than 256 KB over all entries', async () => {
      const half = entry({ Detail: JSON.stringify({ text: 'x'.repeat(130 * 1024) }) });
      expect(await errorOf(putEvents(half, half))).toBe('ValidationException');
      expect((await putEvents(half)).FailedEntryCount).toBe(0);
    });

    it.skipIf(!isOurs)('refuses a bus that there is not', async () => {
      const call = aws.events.send(new PutEventsCommand({ Entries: [entry({ EventBusName: 'nobody' })] }));
      expect(await errorOf(call)).toBe('ResourceNotFoundException');
    });
  });

  describe('DynamoDB', () => {
    const TableName = 'contract';
    const text = (S: string) => ({ S });
    const number = (value: number) => ({ N: String(value) });
    beforeAll(async () => {
      if (!isHere) return;
      await aws.tables.send(
        new CreateTableCommand({
          TableName,
          ...tableShape,
        }),
      );
    });
    const putItem = (pk: string, item: object, condition?: string) =>
      aws.tables.send(
        new PutItemCommand({
          TableName,
          Item: { pk: text(pk), sk: text('-'), ...item },
          ...(condition === undefined ? {} : { ConditionExpression: condition }),
        }),
      );

    test('writes once under a condition', async () => {
      await putItem('once', {}, 'attribute_not_exists(pk)');
      expect(await errorOf(putItem('once', {}, 'attribute_not_exists(pk)'))).toBe(
        'ConditionalCheckFailedException',
      );
    });

    // moto checks the condition and writes in two steps, so that two at once can both succeed.
    it.skipIf(!isOurs)('lets one of many take a lease', async () => {
      await putItem('lease', { until: number(0) });
      const take = (owner: number) =>
        aws.tables.send(
          new UpdateItemCommand({
            TableName,
            Key: { pk: text('lease'), sk: text('-') },
            UpdateExpression: 'SET #until = :later, #owner = :owner',
            ConditionExpression: '#until < :now',
            ExpressionAttributeNames: { '#until': 'until', '#owner': 'owner' },
            ExpressionAttributeValues: { ':now': number(10), ':later': number(20), ':owner': number(owner) },
          }),
        );
      const errors = await Promise.all([1, 2, 3, 4, 5].map((owner) => errorOf(take(owner))));
      expect(errors.filter((error) => error === 'no error')).toHaveLength(1);
      expect(errors.filter((error) => error === 'ConditionalCheckFailedException')).toHaveLength(4);
      const { Item } = await aws.tables.send(
        new GetItemCommand({ TableName, Key: { pk: text('lease'), sk: text('-') }, ConsistentRead: true }),
      );
      expect(Item?.until).toEqual(number(20));
    });

    test('finds by the index what is due, in order, and not what has no date', async () => {
      const shardId = text('connection#3');
      await putItem('late', { shardId, dueAt: number(30), policy: text('sync'), settings: text('much') });
      await putItem('early', { shardId, dueAt: number(10) });
      await putItem('never', { shardId });
      const { Items } = await aws.tables.send(
        new QueryCommand({
          TableName,
          IndexName: 'by-due',
          KeyConditionExpression: 'shardId = :shard AND dueAt <= :now',
          ExpressionAttributeValues: { ':shard': shardId, ':now': number(30) },
        }),
      );
      expect(Items?.map(({ pk }) => pk?.S)).toEqual(['early', 'late']);
      // The index holds what it is made to hold, and no more.
      expect(Object.keys(Items?.[1] ?? {}).sort()).toEqual(['dueAt', 'pk', 'policy', 'shardId', 'sk']);
    });
  });
});
