import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { routeScopes } from '#callers/scope';
import { type DoorName, environments } from '#lambda/environment';
import { grantsOf, type LambdaProperties, lambdaIn } from './grants-of.ts';
import { synthesize } from './synthesize.ts';

const { stateless } = synthesize();
const doors = Object.keys(environments) as DoorName[];

type Template = typeof stateless;

const functions = Object.entries(stateless.findResources('AWS::Lambda::Function')).map(
  ([id, { Properties }]) => ({
    id,
    properties: Properties as LambdaProperties,
  }),
);
const lambdaOf = (door: DoorName) => lambdaIn(stateless, door);

describe('what each door may do', () => {
  it('in a role of its own, without a managed policy', () => {
    const roles = doors.map((door) => lambdaOf(door).properties.Role['Fn::GetAtt'][0]);
    expect(new Set(roles).size).toBe(doors.length);
    for (const { Properties } of Object.values(stateless.findResources('AWS::IAM::Role'))) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    }
  });

  it('in roles that a secret’s own policy knows by their path', () => {
    for (const door of doors) {
      const role = lambdaOf(door).properties.Role['Fn::GetAtt'][0];
      expect(stateless.findResources('AWS::IAM::Role')[role]?.Properties.Path).toBe('/addigy-autotask/prod/');
    }
    const others = Object.values(stateless.findResources('AWS::IAM::Role')).filter(
      ({ Properties }) => Properties.Path === undefined,
    );
    expect(others.length).toBe(Object.keys(stateless.findResources('AWS::Scheduler::Schedule')).length);
  });
});

describe('every door', () => {
  it.each(doors)('%s has the environment of its contract, and only that', (door) => {
    const variables = Object.keys(lambdaOf(door).properties.Environment.Variables).filter(
      (name) => name !== 'NODE_OPTIONS',
    );
    expect(variables.sort()).toEqual(Object.keys(environments[door]().shape).sort());
  });

  it.each(doors)(
    '%s runs on Node 24 and arm64, is traced, and writes to a log group of its own that forgets',
    (door) => {
      const { properties } = lambdaOf(door);
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
      });
      const group = (properties.LoggingConfig as { LogGroup: { Ref: string } }).LogGroup.Ref;
      expect(stateless.findResources('AWS::Logs::LogGroup')[group]?.Properties).toEqual({
        RetentionInDays: 90,
      });
    },
  );

  it('there are no other functions, such as the CDK’s own', () => {
    expect(functions).toHaveLength(doors.length);
    stateless.resourceCountIs('AWS::CDK::Metadata', 0);
  });
});

/** The routes of an API, by the id that its logical id begins with, each with the door that answers. */
function routesOf(api: string): Record<string, string> {
  const integrations = stateless.findResources('AWS::ApiGatewayV2::Integration');
  const found = Object.values(stateless.findResources('AWS::ApiGatewayV2::Route'))
    .filter(({ Properties }) => (Properties.ApiId as { Ref: string }).Ref.startsWith(api))
    .map(({ Properties }): [string, string] => {
      const [, { Ref: integration }] = Properties.Target['Fn::Join'][1] as [string, { Ref: string }];
      const uri = integrations[integration]?.Properties.IntegrationUri as { 'Fn::GetAtt': [string] };
      const door = functions.find(({ id }) => id === uri['Fn::GetAtt'][0]);
      return [Properties.RouteKey, String(door?.properties.Environment.Variables.POWERTOOLS_SERVICE_NAME)];
    });
  return Object.fromEntries(found);
}

const stageOf = (api: string) =>
  Object.values(stateless.findResources('AWS::ApiGatewayV2::Stage'))
    .map(({ Properties }) => Properties)
    .find(({ ApiId }) => (ApiId as { Ref: string }).Ref.startsWith(api)) ?? {};

describe('the HTTP API', () => {
  it('has exactly the routes that are promised', () => {
    expect(routesOf('ConnectionsApi')).toEqual({
      'GET /connections': 'manage-connections',
      'PUT /connections/{connectionId}': 'manage-connections',
      'GET /connections/{connectionId}': 'manage-connections',
      'DELETE /connections/{connectionId}': 'manage-connections',
      'GET /connections/{connectionId}/api-users': 'manage-connections',
      'GET /connections/{connectionId}/api-users/{purpose}': 'manage-connections',
      'PUT /connections/{connectionId}/api-users/{purpose}': 'manage-connections',
      'POST /connections/{connectionId}/api-users/{purpose}/rotations': 'manage-connections',
      'POST /connections/{connectionId}/api-users/{purpose}/hand-offs': 'manage-connections',
      'POST /connections/{connectionId}/api-users/{purpose}/validations': 'validate-permissions',
      'PUT /connections/{connectionId}/addigy-key': 'manage-connections',
      'GET /connections/{connectionId}/companies/suggestions': 'suggest-companies',
      'POST /connections/{connectionId}/runs': 'manage-connections',
      'GET /connections/{connectionId}/runs': 'manage-connections',
      'GET /connections/{connectionId}/runs/{runId}': 'manage-connections',
    });
  });

  it('asks the authorizer on every one of them, and remembers its answer for a key and a route for half a minute', () => {
    const [authorizer] = Object.keys(stateless.findResources('AWS::ApiGatewayV2::Authorizer'));
    const routes = Object.values(stateless.findResources('AWS::ApiGatewayV2::Route'))
      .map(({ Properties }) => Properties)
      .filter(({ RouteKey }) => RouteKey.includes(' /connections'));
    expect(routes).toHaveLength(15);
    for (const route of routes) {
      expect(route).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizer } });
    }
    stateless.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.Authorization', '$context.routeKey'],
      AuthorizerResultTtlInSeconds: 30,
    });
  });

  it('has one integration for each door, which waits no longer than API Gateway can', () => {
    stateless.resourceCountIs('AWS::ApiGatewayV2::Integration', 4);
    stateless.allResourcesProperties('AWS::ApiGatewayV2::Integration', {
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 29_000,
    });
    const answering = [
      ...Object.values(routesOf('ConnectionsApi')),
      ...Object.values(routesOf('HandOffApi')),
    ] as DoorName[];
    for (const door of answering) expect(lambdaOf(door).properties.Timeout).toBe(29);
  });

  it('has a scope for each of its routes, and no other', () => {
    expect(Object.keys(routesOf('ConnectionsApi')).sort()).toEqual(Object.keys(routeScopes).sort());
  });

  it('is throttled and logged', () => {
    expect(stageOf('ConnectionsApi')).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 },
      AccessLogSettings: { Format: expect.stringMatching(/requestId.*\$context\.path/u) },
    });
  });
});

describe('the hand-off API', () => {
  it('has exactly the routes of the page, and no authorizer', () => {
    expect(routesOf('HandOffApi')).toEqual({
      'GET /hand-offs/open/{token}': 'receive-hand-off',
      'GET /hand-offs/{handOffId}': 'receive-hand-off',
      'GET /hand-offs/{handOffId}/{action}': 'receive-hand-off',
      'POST /hand-offs/{handOffId}/{action}': 'receive-hand-off',
    });
    for (const { Properties } of Object.values(stateless.findResources('AWS::ApiGatewayV2::Route'))) {
      if (!Properties.RouteKey.includes(' /hand-offs')) continue;
      expect(Properties).toMatchObject({ AuthorizationType: 'NONE' });
      expect(Properties).not.toHaveProperty('AuthorizerId');
    }
  });

  it('is throttled more than the other, and logs which route was taken but no path: a path holds the token', () => {
    const { AccessLogSettings, DefaultRouteSettings } = stageOf('HandOffApi');
    expect(DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 40, ThrottlingRateLimit: 20 });
    expect(Object.values(JSON.parse(AccessLogSettings.Format)).sort()).toEqual(
      [
        '$context.requestId',
        '$context.requestTime',
        '$context.identity.sourceIp',
        '$context.routeKey',
        '$context.status',
        '$context.responseLength',
        '$context.responseLatency',
        '$context.integrationErrorMessage',
      ].sort(),
    );
  });

  it('has one door that may ask the door behind it, which gives up first', () => {
    const { id, properties } = lambdaOf('open-hand-off');
    const page = lambdaOf('receive-hand-off').properties;
    expect(page.Environment.Variables.DESK_FUNCTION).toEqual({ Ref: id });
    const mayAsk = doors.filter((door) =>
      grantsOf(stateless, door).some(({ on, may }) => on === 'open-hand-off' && may === 'InvokeFunction'),
    );
    expect(mayAsk).toEqual(['receive-hand-off']);
    // Five seconds for the start of both, and for the answer.
    expect(Number(page.Timeout) - Number(properties.Timeout)).toBeGreaterThanOrEqual(5);
    const permissions = Object.values(stateless.findResources('AWS::Lambda::Permission'));
    expect(permissions.filter(({ Properties }) => JSON.stringify(Properties).includes(id))).toEqual([]);
  });

  it('is where every door that makes links says that they lead', () => {
    const [api] = Object.keys(
      stateless.findResources('AWS::ApiGatewayV2::Api', {
        Properties: { Name: 'addigy-autotask-prod-hand-off' },
      }),
    );
    const url = { 'Fn::GetAtt': [api, 'ApiEndpoint'] };
    const linking = doors.filter((door) => 'HAND_OFF_URL' in environments[door]().shape);
    expect(linking).toEqual(['manage-connections', 'provision-api-user', 'validate-permissions']);
    for (const door of linking) {
      expect(lambdaOf(door).properties.Environment.Variables.HAND_OFF_URL).toEqual(url);
    }
    stateless.hasOutput('HandOffUrl', { Value: url });
  });
});

it('tells pipelines which function provisions, and the door which secrets are theirs to name', () => {
  const { id, properties } = lambdaOf('provision-api-user');
  stateless.hasOutput('ProvisionFunctionName', { Value: { Ref: id } });
  expect(properties.Environment.Variables.INTAKE_PREFIX).toBe('addigy-autotask/prod/intake/');
});

describe.each<[DoorName, string, object]>([
  ['schedule-syncs', 'rate(5 minutes)', { Mode: 'OFF' }],
  ['schedule-validations', 'rate(5 minutes)', { Mode: 'OFF' }],
])('the schedule of %s', (door, expression, window) => {
  it('tells it the time of each tick', () => {
    stateless.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: expression,
      FlexibleTimeWindow: window,
      Target: {
        Arn: { 'Fn::GetAtt': [lambdaOf(door).id, 'Arn'] },
        Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
      },
    });
  });

  it('may invoke that door and nothing else', () => {
    stateless.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ],
      },
      Policies: [
        Match.objectLike({
          PolicyDocument: {
            Statement: [
              {
                Action: 'lambda:InvokeFunction',
                Effect: 'Allow',
                Resource: { 'Fn::GetAtt': [lambdaOf(door).id, 'Arn'] },
              },
            ],
            Version: '2012-10-17',
          },
        }),
      ],
    });
  });
});

it('the schedules follow the context, and the first can be sharp', () => {
  const other = synthesize({
    scheduleExpression: 'rate(2 hours)',
    flexibleWindowMinutes: 0,
    validationScheduleExpression: 'rate(1 minute)',
  }).stateless;
  const found = Object.values(other.findResources('AWS::Scheduler::Schedule')).map(({ Properties }) => [
    Properties.ScheduleExpression,
    Properties.FlexibleTimeWindow,
  ]);
  expect(found.sort()).toEqual([
    ['rate(1 minute)', { Mode: 'OFF' }],
    ['rate(2 hours)', { Mode: 'OFF' }],
  ]);
});

const idOf = (template: Template, type: string, part: string): string => {
  const [id = ''] = Object.keys(template.findResources(type)).filter((one) => one.startsWith(part));
  return id;
};

const syncRequested = { source: ['addigy-autotask'], 'detail-type': ['Device Sync Requested'] };
describe.each<[string, DoorName, object, number, number]>([
  [
    'Sync',
    'sync-devices',
    { ...syncRequested, detail: { leg: [{ numeric: ['<=', 1] }, { exists: false }] } },
    900,
    5,
  ],
  ['LaterLegs', 'sync-devices', { ...syncRequested, detail: { leg: [{ numeric: ['>', 1] }] } }, 900, 2],
  // Whoever asks for an onboarding has a source of its own.
  ['Onboarding', 'provision-api-user', { 'detail-type': ['Onboarding Requested'] }, 60, 2],
  [
    'Validation',
    'validate-permissions',
    { source: ['addigy-autotask'], 'detail-type': ['Validation Requested'] },
    29,
    5,
  ],
])('the queue %sQueue', (name, door, pattern, timeout, atOnce) => {
  const queue = idOf(stateless, 'AWS::SQS::Queue', `${name}QueueRequests`);
  const deadLetters = idOf(stateless, 'AWS::SQS::Queue', `${name}QueueDeadLetters`);

  it('gives up after five receipts, and hides a message for longer than its work can take', () => {
    const { Properties } = stateless.findResources('AWS::SQS::Queue')[queue] ?? {};
    expect(Properties).toMatchObject({
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters, 'Arn'] }, maxReceiveCount: 5 },
      VisibilityTimeout: timeout + 60,
    });
    expect(lambdaOf(door).properties.Timeout).toBe(timeout);
  });

  it('says where its dead letters are', () => {
    stateless.hasOutput(`${name}QueueDeadLettersArn`, { Value: { 'Fn::GetAtt': [deadLetters, 'Arn'] } });
  });

  it('is filled by what is asked for on our bus alone', () => {
    const rule = idOf(stateless, 'AWS::Events::Rule', `${name}Queue`);
    expect(stateless.findResources('AWS::Events::Rule')[rule]?.Properties).toEqual({
      Description: expect.any(String),
      EventBusName: { 'Fn::ImportValue': expect.stringMatching(/RefBus/u) },
      // The whole of it: without a source where any may ask.
      EventPattern: pattern,
      State: 'ENABLED',
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [queue, 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [deadLetters, 'Arn'] } },
          Id: expect.any(String),
        },
      ],
    });
  });

  it('is emptied by its door, one message at a time', () => {
    stateless.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
      FunctionName: { Ref: lambdaOf(door).id },
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: atOnce },
    });
  });
});

describe('every queue', () => {
  it('is encrypted, as its dead letters are, and speaks TLS only', () => {
    const queues = Object.values(stateless.findResources('AWS::SQS::Queue'));
    expect(queues).toHaveLength(8);
    for (const { Properties } of queues) expect(Properties).toMatchObject({ SqsManagedSseEnabled: true });
    stateless.resourceCountIs('AWS::SQS::QueuePolicy', 8);
    stateless.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  it('follows the time-out of its door', () => {
    const quick = synthesize({ syncTimeoutSeconds: 30 }).stateless;
    const queue = idOf(quick, 'AWS::SQS::Queue', 'SyncQueueRequests');
    expect(quick.findResources('AWS::SQS::Queue')[queue]?.Properties.VisibilityTimeout).toBe(90);
    quick.hasResourceProperties('AWS::Lambda::Function', { Timeout: 30 });
  });
});
