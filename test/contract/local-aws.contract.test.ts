/**
 * How AWS answers, through AWS's own SDK: the same cases against the local AWS, and against moto where
 * `moto_server` is on PATH, so that our emulator is not graded by its author alone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient as Dynamo,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
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
import { eventBuses } from '../../bin/local/event-bus.ts';
import { runStacks } from '../../bin/local/run-stacks.ts';
import { secretsManager } from '../../bin/local/secrets-manager.ts';
import { tableShape } from '../aws/table-shape.ts';
import { fixtureStack } from '../bin/fixture-stack.ts';
import { hasMoto, startMoto } from '../moto.ts';

interface Aws {
  readonly secrets: SecretsManagerClient;
  readonly events: EventBridgeClient;
  readonly tables: Dynamo;
  readonly lambdas: LambdaClient;
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
    lambdas: new LambdaClient(at('LAMBDA')),
    close: () => host.close(),
  };
}

async function moto(): Promise<Aws> {
  const { url: endpoint, close } = await startMoto();
  const settings = { endpoint, region: 'us-east-1', credentials: credentials('moto') };
  return {
    secrets: new SecretsManagerClient(settings),
    events: new EventBridgeClient(settings),
    tables: new DynamoDBClient(settings),
    lambdas: new LambdaClient(settings),
    close,
  };
}

/** The operations that the cases asked of each of the two. */
const asked = new Map<string, Set<string>>();

/** What our endpoints know, and what the doors' own code sends. */
function operationsInUse(): string[] {
  const folder = fileURLToPath(new URL('../../functions/aws', import.meta.url));
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const sent = sources.flatMap((text) =>
    [...text.matchAll(/\bnew (\w+)Command\(/gu)].map(([, name = '']) =>
      // The document client's names.
      /^(?:Get|Put|Update|Delete)$/u.test(name) ? `${name}Item` : name,
    ),
  );
  const nobody = (): void => {};
  const endpoints = [secretsManager(nobody), eventBuses(nobody, new Set(), nobody).endpoint];
  return [...new Set([...sent, ...endpoints.flatMap(({ operations }) => operations)])].sort();
}

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
    if (!isHere) return;
    aws = await open();
    const names = new Set<string>();
    asked.set(name, names);
    const note = <Next>(next: Next, { commandName = '' }: { commandName?: string }): Next => {
      names.add(commandName.replace(/Command$/u, ''));
      return next;
    };
    const first = { step: 'initialize' } as const;
    aws.secrets.middlewareStack.add(note, first);
    aws.events.middlewareStack.add(note, first);
    aws.tables.middlewareStack.add(note, first);
    aws.lambdas.middlewareStack.add(note, first);
  });
  afterAll(async () => {
    aws?.secrets.destroy();
    aws?.events.destroy();
    aws?.tables.destroy();
    aws?.lambdas.destroy();
    await aws?.close();
  });
  const test = it.skipIf(!isHere);
  const isOurs = name === 'the local AWS';
  /** Of a case that moto cannot pass: the reason, in its title. */
  const unlike = (title: string, moto: string): string =>
    isOurs || !isHere ? title : `${title} (skipped: moto ${moto})`;

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

    const refused: [what: string, call: (id: string) => Promise<unknown>, error: string][] = [
      [
        'a secret that exists',
        (id) => aws.secrets.send(new CreateSecretCommand({ Name: id, SecretString: 'x' })),
        'ResourceExistsException',
      ],
      ['a secret that does not', () => read('contract/nobody'), 'ResourceNotFoundException'],
      ['putting into nothing', () => put('contract/nobody', 'x', one), 'ResourceNotFoundException'],
      [
        'describing nothing',
        () => aws.secrets.send(new DescribeSecretCommand({ SecretId: 'contract/nobody' })),
        'ResourceNotFoundException',
      ],
      [
        'deleting nothing',
        () => aws.secrets.send(new DeleteSecretCommand({ SecretId: 'contract/nobody' })),
        'ResourceNotFoundException',
      ],
      [
        'a stage that no version has',
        (id) => read(id, { VersionStage: 'AWSPENDING' }),
        'ResourceNotFoundException',
      ],
      [
        'a previous version where none was current before',
        (id) => read(id, { VersionStage: 'AWSPREVIOUS' }),
        'ResourceNotFoundException',
      ],
      [
        'a pending version by the ARN of a secret that there is not',
        async (id) => {
          const { ARN = '' } = await read(id);
          return read(ARN.replace(id, 'contract/nobody'), { VersionStage: 'AWSPENDING' });
        },
        'ResourceNotFoundException',
      ],
      ['a version that there is not', (id) => read(id, { VersionId: three }), 'ResourceNotFoundException'],
      [
        'moving without saying from where',
        (id) => put(id, '2', two, ['AWSPENDING']).then(() => move(id, 'AWSCURRENT', undefined, two)),
        'InvalidParameterException',
      ],
      [
        'taking a stage from who has it not',
        (id) => put(id, '2', two, ['AWSPENDING']).then(() => move(id, 'AWSCURRENT', two, one)),
        'InvalidParameterException',
      ],
      [
        'a window of a day',
        (id) => aws.secrets.send(new DeleteSecretCommand({ SecretId: id, RecoveryWindowInDays: 1 })),
        'InvalidParameterException',
      ],
    ];
    test.each(refused)('answers %s', async (_, call, error) => {
      expect(await errorOf(call(await secret('first', one)))).toBe(error);
    });

    it.skipIf(!isOurs)(
      unlike('leaves no secret without a current version', 'takes the stage away, and leaves none'),
      async () => {
        const id = await secret('first', one);
        expect(await errorOf(move(id, 'AWSCURRENT', one))).toBe('InvalidParameterException');
      },
    );

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

    it.skipIf(!isOurs).each([
      ['is no JSON', '{'],
      ['grants', JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*' }] })],
      ['has a condition of another kind', JSON.stringify(onlyFor('*', [])).replace('ArnNotLike', 'ArnLike')],
    ])(unlike('refuses a policy that %s', 'takes any text'), async (_, ResourcePolicy) => {
      const id = await secret('first', one);
      const put = new PutResourcePolicyCommand({ SecretId: id, ResourcePolicy });
      expect(await errorOf(aws.secrets.send(put))).toBe('MalformedPolicyDocumentException');
    });

    it.skipIf(!isOurs)(
      unlike('refuses loudly what our doors do not call, and parameters that it would drop', 'knows these'),
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

    // AWS's documentation: the total entry size must be less than 256 KB.
    it.skipIf(!isOurs)(unlike('refuses more than 256 KB over all entries', 'counts no bytes'), async () => {
      const half = entry({ Detail: JSON.stringify({ text: 'x'.repeat(130 * 1024) }) });
      expect(await errorOf(putEvents(half, half))).toBe('ValidationException');
      expect((await putEvents(half)).FailedEntryCount).toBe(0);
    });

    test('refuses a bus that there is not', async () => {
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

    it.skipIf(!isOurs)(
      unlike('lets one of many take a lease', 'checks and writes in two steps, and lets two have it'),
      async () => {
        await putItem('lease', { until: number(0) });
        const take = (owner: number) =>
          aws.tables.send(
            new UpdateItemCommand({
              TableName,
              Key: { pk: text('lease'), sk: text('-') },
              UpdateExpression: 'SET #until = :later, #owner = :owner',
              ConditionExpression: '#until < :now',
              ExpressionAttributeNames: { '#until': 'until', '#owner': 'owner' },
              ExpressionAttributeValues: {
                ':now': number(10),
                ':later': number(20),
                ':owner': number(owner),
              },
            }),
          );
        const errors = await Promise.all([1, 2, 3, 4, 5].map((owner) => errorOf(take(owner))));
        expect(errors.filter((error) => error === 'no error')).toHaveLength(1);
        expect(errors.filter((error) => error === 'ConditionalCheckFailedException')).toHaveLength(4);
        const { Item } = await aws.tables.send(
          new GetItemCommand({ TableName, Key: { pk: text('lease'), sk: text('-') }, ConsistentRead: true }),
        );
        expect(Item?.until).toEqual(number(20));
      },
    );

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

    test('changes and deletes only what has not been changed since, and gives back what it was', async () => {
      await putItem('held', { owner: text('a'), n: number(1), gone: text('x') });
      const Key = { pk: text('held'), sk: text('-') };
      const held = (owner: string) => ({
        TableName,
        Key,
        ConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':owner': text(owner) },
      });
      const change = (owner: string) => {
        const { ExpressionAttributeValues, ...rest } = held(owner);
        return aws.tables.send(
          new UpdateItemCommand({
            ...rest,
            UpdateExpression: 'SET since = if_not_exists(since, :now) REMOVE gone ADD n :one',
            ExpressionAttributeValues: { ...ExpressionAttributeValues, ':now': number(7), ':one': number(1) },
            ReturnValues: 'ALL_NEW',
          }),
        );
      };
      expect(await errorOf(change('b'))).toBe('ConditionalCheckFailedException');
      const { Attributes } = await change('a');
      expect(Attributes).toEqual({ ...Key, owner: text('a'), n: number(2), since: number(7) });
      const remove = (owner: string) =>
        aws.tables.send(new DeleteItemCommand({ ...held(owner), ReturnValues: 'ALL_OLD' }));
      expect(await errorOf(remove('b'))).toBe('ConditionalCheckFailedException');
      expect((await remove('a')).Attributes).toEqual(Attributes);
      expect((await aws.tables.send(new GetItemCommand({ TableName, Key }))).Item).toBeUndefined();
      // Nobody holds what is not there.
      expect(await errorOf(remove('a'))).toBe('ConditionalCheckFailedException');
    });

    test('pages a range of a partition, newest first, each item once', async () => {
      const row = (sk: string) => ({ pk: text('paged'), sk: text(sk) });
      for (const sk of ['a', 'b', 'c', 'd', 'e'])
        await aws.tables.send(new PutItemCommand({ TableName, Item: { ...row(sk), more: text('x') } }));
      const pages: (string | undefined)[][] = [];
      let from: Record<string, AttributeValue> | undefined;
      do {
        const { Items, LastEvaluatedKey } = await aws.tables.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
            ExpressionAttributeValues: { ':pk': text('paged'), ':from': text('b'), ':to': text('e') },
            ProjectionExpression: 'sk',
            ScanIndexForward: false,
            ConsistentRead: true,
            Limit: 3,
            ...(from === undefined ? {} : { ExclusiveStartKey: from }),
          }),
        );
        expect(Items?.every((item) => Object.keys(item).join() === 'sk')).toBe(true);
        pages.push((Items ?? []).map(({ sk }) => sk?.S));
        from = LastEvaluatedKey;
      } while (from !== undefined);
      expect(pages).toEqual([['e', 'd', 'c'], ['b']]);
    });

    test('has no table but those that were made', async () => {
      const call = aws.tables.send(new DescribeTableCommand({ TableName: 'nobody' }));
      expect(await errorOf(call)).toBe('ResourceNotFoundException');
      const read = new GetItemCommand({ TableName: 'nobody', Key: { pk: text('a'), sk: text('a') } });
      expect(await errorOf(aws.tables.send(read))).toBe('ResourceNotFoundException');
    });
  });

  describe('Lambda', () => {
    const invoke = (FunctionName: string) =>
      aws.lambdas.send(new InvokeCommand({ FunctionName, Payload: '{"routeKey":"GET /throw"}' }));

    test('has no function but those that were made', async () => {
      expect(await errorOf(invoke('nobody'))).toBe('ResourceNotFoundException');
    });

    it.skipIf(!isOurs)(
      unlike('tells a function that failed by a header inside a 200', 'runs functions in Docker only'),
      async () => {
        expect(await invoke('Answer')).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
      },
    );
  });
});

describe('every operation that the local AWS knows, or that a door sends', () => {
  const sides = ['the local AWS', ...(hasMoto ? ['moto'] : [])];
  it.each(sides)('has a case above, which %s has answered', (side) => {
    const operations = operationsInUse();
    expect(operations).toEqual(expect.arrayContaining(['GetItem', 'GetSecretValue', 'Invoke', 'PutEvents']));
    expect(operations.filter((each) => !asked.get(side)?.has(each))).toEqual([]);
  });
});
