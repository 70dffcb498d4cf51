import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, type InvokeCommandInput, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runStacks } from '../../bin/local/run-stacks.ts';
import type { RunningStacks } from '../../bin/local/running-stacks.ts';
import { fixtureStack } from './fixture-stack.ts';

interface Clients {
  readonly secrets: SecretsManagerClient;
  readonly events: EventBridgeClient;
  readonly tables: DynamoDBClient;
  readonly lambdas: LambdaClient;
}

let host: RunningStacks;
/** With the door's own credentials, those of someone who may do anything, and a stranger's. */
let door: Clients;
let root: Clients;
let stranger: Clients;

function clientsWith(environment: Readonly<Record<string, string>>, accessKeyId: string): Clients {
  const at = (service: string) => ({
    endpoint: environment[`AWS_ENDPOINT_URL_${service}`] ?? '',
    region: environment.AWS_REGION ?? '',
    credentials: { accessKeyId, secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '' },
    maxAttempts: 1,
  });
  return {
    secrets: new SecretsManagerClient(at('SECRETS_MANAGER')),
    events: new EventBridgeClient(at('EVENTBRIDGE')),
    tables: new DynamoDBClient(at('DYNAMODB')),
    lambdas: new LambdaClient(at('LAMBDA')),
  };
}

beforeAll(async () => {
  host = await runStacks([fixtureStack()]);
  const outcome = await host.doors.invoke('answer', { routeKey: 'GET /environment' });
  const environment = JSON.parse(outcome.ok ? outcome.payload : '{}') as Record<string, string>;
  door = clientsWith(environment, environment.AWS_ACCESS_KEY_ID ?? '');
  root = clientsWith(host.awsEnvironment, host.awsEnvironment.AWS_ACCESS_KEY_ID ?? '');
  stranger = clientsWith(environment, 'AKIASTRANGER');
});
afterAll(async () => {
  for (const { secrets, events, tables, lambdas } of [door, root, stranger]) {
    for (const client of [secrets, events, tables, lambdas]) client.destroy();
  }
  await host.close();
});

const errorOf = async (call: Promise<unknown>): Promise<string | null> =>
  call.then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );

const key = { pk: { S: 'a' } };
const putEvents = () =>
  new PutEventsCommand({
    Entries: [{ EventBusName: 'fixture', Source: 's', DetailType: 't', Detail: '{}' }],
  });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const invoke = (FunctionName: string, more: Partial<InvokeCommandInput> = {}) =>
  new InvokeCommand({ FunctionName, Payload: '{"scheduledTime":"now"}', ...more });
const secret = { SecretId: 'fixture/secret' };

describe('IAM', () => {
  it.each<[string, (clients: Clients) => Promise<unknown>, string | null]>([
    ['reads the secret of its grant', ({ secrets }) => secrets.send(new GetSecretValueCommand(secret)), null],
    [
      'may not describe it',
      ({ secrets }) => secrets.send(new DescribeSecretCommand(secret)),
      'AccessDeniedException',
    ],
    [
      'may not read another',
      ({ secrets }) => secrets.send(new GetSecretValueCommand({ SecretId: 'fixture/secret-2' })),
      'AccessDeniedException',
    ],
    [
      'may not make one',
      ({ secrets }) => secrets.send(new CreateSecretCommand({ Name: 'fixture/new', SecretString: 'x' })),
      'AccessDeniedException',
    ],
    [
      'reads the table',
      ({ tables }) => tables.send(new GetItemCommand({ TableName: 'Table', Key: key })),
      null,
    ],
    [
      'may not write it',
      ({ tables }) => tables.send(new PutItemCommand({ TableName: 'Table', Item: key })),
      'AccessDeniedException',
    ],
    ['puts events', ({ events }) => events.send(putEvents()), null],
    ['invokes the function of its grant', ({ lambdas }) => lambdas.send(invoke('Tick')), null],
    ['may not invoke another', ({ lambdas }) => lambdas.send(invoke('Work')), 'AccessDeniedException'],
  ])('a door %s', async (_, call, error) => {
    expect(await errorOf(call(door))).toBe(error);
    expect(await errorOf(call(stranger))).toBe('AccessDeniedException');
  });

  it('says who may not do what with what', async () => {
    const call = door.secrets.send(new DescribeSecretCommand(secret));
    await expect(call).rejects.toThrow(
      /role\/Role is not authorized to perform: secretsmanager:DescribeSecret on resource: arn:aws:secretsmanager:us-east-1:000000000000:secret:fixture\/secret-/u,
    );
  });

  it('lets whoever started the host do anything', async () => {
    expect(await errorOf(root.secrets.send(new DescribeSecretCommand(secret)))).toBeNull();
    expect(await errorOf(root.tables.send(new PutItemCommand({ TableName: 'Table', Item: key })))).toBeNull();
  });
});

describe('Lambda', () => {
  const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('utf8');

  it('answers with what the function gave, by name and by ARN', async () => {
    for (const name of ['Tick', 'arn:aws:lambda:us-east-1:000000000000:function:Tick']) {
      const answer = await root.lambdas.send(invoke(name));
      expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
      expect(answer.FunctionError).toBeUndefined();
      expect(JSON.parse(text(answer.Payload))).toEqual({ invoked: expect.any(Number) });
    }
  });

  it('tells a function that failed by a header inside a 200', async () => {
    const Payload = JSON.stringify({ routeKey: 'GET /throw' });
    const answer = await root.lambdas.send(invoke('Answer', { Payload }));
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(text(answer.Payload))).toMatchObject({ errorType: 'Error', errorMessage: 'no' });
  });

  it('tells the function what its invoker tells of itself', async () => {
    const Payload = JSON.stringify({ routeKey: 'GET /context' });
    const contextOf = async (more: Partial<InvokeCommandInput>) =>
      JSON.parse(text((await root.lambdas.send(invoke('Answer', { Payload, ...more }))).Payload)) as object;
    const told = { custom: { correlationId: 'rewst-42' }, x: 'x'.repeat(2_600) };
    const ClientContext = base64(JSON.stringify(told));
    expect(ClientContext.length).toBeGreaterThan(3_500);
    expect(await contextOf({ ClientContext })).toMatchObject({ clientContext: told });
    expect(await contextOf({})).not.toHaveProperty('clientContext');
  });

  it.each<[string, InvokeCommand, string]>([
    ['a function that is not there', invoke('Nobody'), 'ResourceNotFoundException'],
    ['no JSON', invoke('Tick', { Payload: '{' }), 'InvalidRequestContentException'],
    [
      'more than 6 MB',
      invoke('Tick', { Payload: JSON.stringify('x'.repeat(6 * 1024 * 1024)) }),
      'RequestTooLargeException',
    ],
    ['an event', invoke('Tick', { InvocationType: 'Event' }), 'InvalidParameterValueException'],
    ['a dry run', invoke('Tick', { InvocationType: 'DryRun' }), 'InvalidParameterValueException'],
    ['the log', invoke('Tick', { LogType: 'Tail' }), 'InvalidParameterValueException'],
    ['a version', invoke('Tick', { Qualifier: '1' }), 'InvalidParameterValueException'],
    [
      'a client’s context that is no JSON',
      invoke('Tick', { ClientContext: base64('{') }),
      'InvalidRequestContentException',
    ],
    [
      'one that is no object',
      invoke('Tick', { ClientContext: base64('7') }),
      'InvalidRequestContentException',
    ],
    [
      'one of characters that no header takes',
      invoke('Tick', { ClientContext: base64('{"a":"ü"}') }),
      'InvalidRequestContentException',
    ],
    [
      'one of more than 3,583 bytes',
      invoke('Tick', { ClientContext: base64(`{"a":"${'x'.repeat(2_700)}"}`) }),
      'InvalidRequestContentException',
    ],
  ])('refuses %s', async (_, command, error) => {
    expect(await errorOf(root.lambdas.send(command))).toBe(error);
  });

  it('knows nothing but invocations', async () => {
    const answer = await fetch(`${host.awsEnvironment.AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/functions`);
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([
      404,
      'UnknownOperationException',
    ]);
  });
});

describe('faults', () => {
  afterEach(() => {
    for (const faults of [host.faults.secretsManager, host.faults.eventBridge, host.faults.dynamoDb])
      faults.clear();
  });

  it('refuse the calls that are counted out, and no other', async () => {
    const ill = { kind: 'error', code: 'InternalServiceError', message: 'ill', status: 500 } as const;
    host.faults.secretsManager.add('GetSecretValue', ill, { skip: 1, times: 1 });
    const read = () => errorOf(root.secrets.send(new GetSecretValueCommand(secret)));
    expect(await errorOf(root.secrets.send(new DescribeSecretCommand(secret)))).toBeNull();
    expect([await read(), await read(), await read()]).toEqual([null, 'InternalServiceError', null]);
  });

  it.each([
    ['lose-request', 'first'],
    ['lose-answer', 'second'],
  ] as const)('%s leaves the secret %s', async (kind, left) => {
    await root.secrets.send(new PutSecretValueCommand({ ...secret, SecretString: 'first' }));
    host.faults.secretsManager.add('PutSecretValue', { kind });
    expect(
      await errorOf(root.secrets.send(new PutSecretValueCommand({ ...secret, SecretString: 'second' }))),
    ).not.toBeNull();
    expect((await root.secrets.send(new GetSecretValueCommand(secret))).SecretString).toBe(left);
  });

  it.each([
    ['lose-request', undefined],
    ['lose-answer', key],
  ] as const)('%s of a put into the table leaves %j', async (kind, left) => {
    const other = { pk: { S: kind } };
    host.faults.dynamoDb.add('PutItem', { kind });
    expect(
      await errorOf(root.tables.send(new PutItemCommand({ TableName: 'Table', Item: other }))),
    ).not.toBeNull();
    const { Item } = await root.tables.send(new GetItemCommand({ TableName: 'Table', Key: other }));
    expect(Item).toEqual(left === undefined ? undefined : other);
  });

  it('throttle the table, with the error that the SDK knows', async () => {
    const code = 'ProvisionedThroughputExceededException';
    host.faults.dynamoDb.add('GetItem', { kind: 'error', code, message: 'slow down', status: 400 });
    expect(await errorOf(root.tables.send(new GetItemCommand({ TableName: 'Table', Key: key })))).toBe(code);
  });

  it('fail an entry inside a 200', async () => {
    host.faults.failEntries(1);
    expect((await root.events.send(putEvents())).Entries).toEqual([
      { ErrorCode: 'ThrottlingException', ErrorMessage: 'scripted' },
    ]);
    expect((await root.events.send(putEvents())).FailedEntryCount).toBe(0);
  });
});
