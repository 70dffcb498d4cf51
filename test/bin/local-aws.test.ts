/** An AWS of this machine's own, asked by AWS's SDK: what deploys to it, what it refuses, and what an upgrade keeps. */
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Template } from '../../bin/local/synthesized-stack.ts';
import { type LocalAws, startLocalAws } from '../../bin/local-aws/start-local-aws.ts';
import { type Deploy, deployer, describeStack } from './deploy-template.ts';
import { fixtureInTwo, withChanged } from './fixture-in-two.ts';

const bucket = 'assets-000000000000-us-east-1';
const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
let aws: LocalAws;
let stacks: CloudFormationClient;
let deploy: Deploy;
const settings = (region = 'us-east-1') => ({
  ...{ endpoint: aws.url, region, maxAttempts: 1 },
  credentials: { accessKeyId: 'anybody', secretAccessKey: 'anything' },
});
const saidOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );

const statusOf = async (stackName: string): Promise<string> =>
  (await describeStack(stacks, stackName))?.StackStatus ?? '';

const doors = fixtureInTwo();
/** With a setting in the environment of the door that answers. */
const set = (value: string) =>
  withChanged(doors.stateless, 'Answer', (properties) => {
    const { Variables } = properties.Environment as { Variables: object };
    return { ...properties, Environment: { Variables: { ...Variables, SETTING: value } } };
  });

beforeAll(async () => {
  aws = await startLocalAws();
  stacks = new CloudFormationClient(settings());
  deploy = deployer(stacks);
});
afterAll(async () => {
  stacks.destroy();
  await aws.close();
});

describe('the one address of all services', () => {
  it.each([
    [
      'another region',
      'eu-central-1',
      'InvalidRegion: the local AWS is us-east-1, not eu-central-1: set AWS_REGION=us-east-1',
    ],
    ['its own', 'us-east-1', 'no error'],
  ])('answers who asks in %s', async (_, region, said) => {
    const client = new STSClient(settings(region));
    expect(await saidOf(client.send(new GetCallerIdentityCommand({})))).toBe(said);
  });

  it('has nothing of what runs before there are doors', async () => {
    const client = new SecretsManagerClient(settings());
    expect(await saidOf(client.send(new GetSecretValueCommand({ SecretId: 'x' })))).toBe(
      'ServiceUnavailable: the local AWS has no secretsmanager, or not before the doors are deployed',
    );
  });

  it('answers nobody who does not sign', async () => {
    const response = await fetch(aws.url, { method: 'POST', body: 'Action=GetCallerIdentity' });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('not signed')]);
  });
});

describe('the bucket of assets', () => {
  it('is there once a bootstrap stack has made it', async () => {
    const client = new S3Client({ ...settings(), forcePathStyle: true });
    const put = (Key: string, Body: Uint8Array) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    expect(await saidOf(put('a', new Uint8Array()))).toBe(
      'NoSuchBucket: The specified bucket does not exist',
    );
    await deploy('toolkit', {
      Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: bucket } } },
    });
    for (const door of readdirSync(fixtures)) {
      const files = readdirSync(join(fixtures, door)).map((file) => [
        file,
        readFileSync(join(fixtures, door, file)),
      ]);
      await put(`${door}.zip`, zipSync(Object.fromEntries(files)));
    }
    await put('escape.zip', zipSync({ '../../escaped': new Uint8Array([1]) }));
  });
});

describe('a deployment', () => {
  it.each([
    [
      'a type that it does not run',
      { Stream: { Type: 'AWS::Kinesis::Stream' } },
      'app.Stream: the local host does not know AWS::Kinesis::Stream',
    ],
    [
      'a property that it would drop',
      { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'b', Policy: {} } } },
      'app.Bus: AWS::Events::EventBus: the local host does not know this: Properties: Unrecognized key: "Policy"',
    ],
    [
      'what another stack would have to export',
      { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: { 'Fn::ImportValue': 'nobody' } } } },
      'app.Bus: no stack exports nobody',
    ],
    [
      'a bootstrap stack with a type of its own',
      { Bucket: { Type: 'AWS::S3::Bucket' }, Trail: { Type: 'AWS::CloudTrail::Trail' } },
      'the local AWS does not know AWS::CloudTrail::Trail (Trail)',
    ],
  ])('is refused before it begins for %s', async (_, Resources, said) => {
    const refused = await saidOf(deploy('app', { Resources } as Template));
    expect(refused).toMatch(/^ValidationError: /u);
    expect(refused).toContain(said);
    expect(await saidOf(statusOf('app'))).toBe('ValidationError: Stack with id app does not exist');
  });
});

describe('an upgrade', () => {
  const ask = async (url: string, path: string) => {
    const response = await fetch(url + path, { headers: { authorization: 'good' } });
    return { status: response.status, text: await response.text() };
  };
  let url: string;

  it('follows a deployment whose doors run', async () => {
    expect(await deploy('kept', doors.stateful)).toMatchObject({ TableName: 'Table' });
    expect(aws.running).toBeNull();
    const { ApiUrl = '' } = await deploy('doors', doors.stateless);
    url = ApiUrl;
    expect(await ask(url, '/environment')).toMatchObject({
      status: 200,
      text: expect.stringContaining('"TABLE"'),
    });
  });

  it('changes the doors, at the same address, and keeps what was stored', async () => {
    const tables = new DynamoDBClient(settings());
    const secrets = new SecretsManagerClient(settings());
    const TableName = 'Table';
    await tables.send(new PutItemCommand({ TableName, Item: { pk: { S: 'kept' } } }));
    await secrets.send(new PutSecretValueCommand({ SecretId: 'fixture/secret', SecretString: 'second' }));

    const { ApiUrl } = await deploy('doors', set('new'), 'UPDATE');
    expect(ApiUrl).toBe(url);
    expect((await ask(url, '/environment')).text).toContain('"SETTING":"new"');
    const { Item } = await tables.send(new GetItemCommand({ TableName, Key: { pk: { S: 'kept' } } }));
    expect(Item).toEqual({ pk: { S: 'kept' } });
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'fixture/secret' }));
    expect(SecretString).toBe('second');
  });

  it.each([
    [
      'of doors that cannot start',
      'doors',
      withChanged(set('broken'), 'Stage', () => null),
      'Api has no stage, so nobody could call it',
    ],
    [
      'of a table to other keys',
      'kept',
      withChanged(doors.stateful, 'Table', (properties) => ({
        ...properties,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      })),
      'Table has pk (HASH), and the template wants id (HASH)',
    ],
    [
      'to an archive that leads out of its folder',
      'doors',
      withChanged(set('broken'), 'Answer', ({ Code, ...properties }) => ({
        ...{ ...properties, Code: { ...(Code as object), S3Key: 'escape.zip' } },
      })),
      '../../escaped leads out of its archive',
    ],
  ] as const)('%s is rolled back, and what was there runs on', async (_, name, template, said) => {
    await expect(deploy(name, template, 'UPDATE')).rejects.toThrow(said);
    expect(await statusOf(name)).toBe('UPDATE_ROLLBACK_COMPLETE');
    const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName: name }));
    expect(
      StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'UPDATE_FAILED')?.ResourceStatusReason,
    ).toContain(said);
    expect((await ask(url, '/environment')).text).toContain('"SETTING":"new"');
  });
});

describe('a stack that is deleted', () => {
  it('stays where another needs what it exports', async () => {
    const before = aws.running;
    await stacks.send(new DeleteStackCommand({ StackName: 'kept' }));
    await vi.waitUntil(async () => (await statusOf('kept')) === 'DELETE_FAILED');
    expect((await describeStack(stacks, 'kept'))?.StackStatusReason).toContain('no stack exports kept:Table');
    // Its doors were not even started anew.
    expect(aws.running).toBe(before);
  });

  it('takes its doors with it, and then what its template does not retain', async () => {
    const gone = async (StackName: string) => {
      await stacks.send(new DeleteStackCommand({ StackName }));
      await vi.waitUntil(async () => (await saidOf(statusOf(StackName))) !== 'no error', { timeout: 10_000 });
    };
    await gone('doors');
    expect(aws.running).toBeNull();
    await gone('kept');
    await deploy('kept', doors.stateful);
    await deploy('doors', doors.stateless);
    const tables = new DynamoDBClient(settings());
    const { Item } = await tables.send(
      new GetItemCommand({ TableName: 'Table', Key: { pk: { S: 'kept' } } }),
    );
    expect(Item).toBeUndefined();
  });
});

it('leaves nothing behind when it ends', async () => {
  const unzipped = () => readdirSync(tmpdir()).filter((name) => name.startsWith('addigy-autotask-aws-'));
  const before = unzipped();
  const other = await startLocalAws();
  expect(unzipped()).toHaveLength(before.length + 1);
  await other.close();
  expect(unzipped()).toEqual(before);
});
