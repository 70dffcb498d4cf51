import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { type DoorName, environments } from '#lambda/environment';
import { synthesize } from './synthesize.ts';

const { stateless } = synthesize();
const doors = Object.keys(environments) as DoorName[];

interface Statement {
  Action: string | string[];
  Effect: string;
  Resource: unknown;
}
interface LambdaProperties {
  Environment: { Variables: Record<string, unknown> };
  Role: { 'Fn::GetAtt': [string, string] };
  [property: string]: unknown;
}

const functions = Object.entries(stateless.findResources('AWS::Lambda::Function')).map(
  ([id, { Properties }]) => ({
    id,
    properties: Properties as LambdaProperties,
  }),
);
function lambdaOf(door: DoorName) {
  const found = functions.find(
    ({ properties }) => properties.Environment.Variables.POWERTOOLS_SERVICE_NAME === door,
  );
  if (found === undefined) throw new Error(`no function for ${door}`);
  return found;
}

/** Everything that the door's role may do, as `action on resource` with the template's own words for it. */
function grantsOf(door: DoorName): string[] {
  const [role] = lambdaOf(door).properties.Role['Fn::GetAtt'];
  return Object.values(stateless.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => (Properties.Roles as { Ref: string }[]).some(({ Ref }) => Ref === role))
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement)
    .flatMap(({ Action, Effect, Resource }) =>
      [Action].flat().map((action) => `${Effect} ${action} on ${wordsOf(Resource)}`),
    )
    .sort();
}

function wordsOf(resource: unknown): string {
  return JSON.stringify(resource)
    .replace(/.*ImportValue.*Table\w*Arn\w*".*\/index\/by-due.*/u, 'index')
    .replace(/.*ImportValue.*Table\w*Arn\w*".*/u, 'table')
    .replace(/.*ImportValue.*Callers.*/u, 'callers')
    .replace(/.*secretsmanager.*:secret:addigy-autotask\/prod\/connections\/\*.*/u, 'connection secrets')
    .replace(/.*"Bus\w+","Arn".*/u, 'bus')
    .replace(/.*"SyncQueueRequests\w+","Arn".*/u, 'queue')
    .replace(/.*Logs\w+","Arn".*/u, 'own logs')
    .replaceAll('"', '');
}

const everyDoor = [
  'Allow logs:CreateLogStream on own logs',
  'Allow logs:PutLogEvents on own logs',
  // X-Ray knows no resource to name.
  'Allow xray:PutTelemetryRecords on *',
  'Allow xray:PutTraceSegments on *',
];
const items = ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'];
const keepsItems = items.map((item) => `Allow dynamodb:${item} on table`);

describe('what each door may do, and no more', () => {
  it.each<[DoorName, string[]]>([
    ['authorize-caller', ['Allow secretsmanager:GetSecretValue on callers']],
    [
      'manage-connections',
      [
        ...keepsItems,
        'Allow events:PutEvents on bus',
        ...[
          'CreateSecret',
          'DeleteSecret',
          'DescribeSecret',
          'PutSecretValue',
          'RestoreSecret',
          'TagResource',
          'UpdateSecretVersionStage',
        ].map((action) => `Allow secretsmanager:${action} on connection secrets`),
      ],
    ],
    [
      'schedule-syncs',
      [
        'Allow dynamodb:Query on index',
        'Allow dynamodb:UpdateItem on table',
        'Allow events:PutEvents on bus',
      ],
    ],
    [
      'sync-devices',
      [
        ...keepsItems,
        'Allow events:PutEvents on bus',
        'Allow secretsmanager:GetSecretValue on connection secrets',
        ...[
          'ChangeMessageVisibility',
          'DeleteMessage',
          'GetQueueAttributes',
          'GetQueueUrl',
          'ReceiveMessage',
        ].map((action) => `Allow sqs:${action} on queue`),
      ],
    ],
  ])('%s', (door, own) => {
    expect(grantsOf(door)).toEqual([...own, ...everyDoor].sort());
  });

  it('in a role of its own, without a managed policy', () => {
    const roles = doors.map((door) => lambdaOf(door).properties.Role['Fn::GetAtt'][0]);
    expect(new Set(roles).size).toBe(doors.length);
    for (const { Properties } of Object.values(stateless.findResources('AWS::IAM::Role'))) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    }
  });

  it('and no secret of connections is a parent of the callers’', () => {
    expect(grantsOf('manage-connections').join('\n')).not.toContain('callers');
  });
});

describe('every door', () => {
  it.each(doors)('%s has the environment of its contract, and only that', (door) => {
    const variables = Object.keys(lambdaOf(door).properties.Environment.Variables).filter(
      (name) => name !== 'NODE_OPTIONS',
    );
    expect(variables.sort()).toEqual(Object.keys(environments[door].shape).sort());
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

describe('the HTTP API', () => {
  const routes = Object.values(stateless.findResources('AWS::ApiGatewayV2::Route')).map(
    ({ Properties }) => Properties,
  );

  it('has exactly the routes that are promised', () => {
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(
      [
        'GET /connections',
        'PUT /connections/{connectionId}',
        'GET /connections/{connectionId}',
        'DELETE /connections/{connectionId}',
        'PUT /connections/{connectionId}/api-users/{purpose}',
        'PUT /connections/{connectionId}/addigy-key',
        'POST /connections/{connectionId}/runs',
        'GET /connections/{connectionId}/runs',
        'GET /connections/{connectionId}/runs/{runId}',
      ].sort(),
    );
  });

  it('asks the authorizer on every one of them, and remembers no answer', () => {
    const [authorizer] = Object.keys(stateless.findResources('AWS::ApiGatewayV2::Authorizer'));
    for (const route of routes) {
      expect(route).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizer } });
    }
    stateless.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.Authorization'],
      AuthorizerResultTtlInSeconds: 0,
    });
  });

  it('has one integration, which waits no longer than API Gateway can', () => {
    stateless.resourceCountIs('AWS::ApiGatewayV2::Integration', 1);
    stateless.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 29_000,
    });
    expect(lambdaOf('manage-connections').properties.Timeout).toBe(29);
  });

  it('is throttled and logged', () => {
    stateless.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 },
      AccessLogSettings: { DestinationArn: Match.anyValue(), Format: Match.stringLikeRegexp('requestId') },
    });
  });
});

describe('the schedule', () => {
  const schedule = { expression: 'rate(1 hour)' };
  it('tells its own time to schedule-syncs, within its window', () => {
    stateless.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: schedule.expression,
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: {
        Arn: { 'Fn::GetAtt': [lambdaOf('schedule-syncs').id, 'Arn'] },
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
                Resource: { 'Fn::GetAtt': [lambdaOf('schedule-syncs').id, 'Arn'] },
              },
            ],
            Version: '2012-10-17',
          },
        }),
      ],
    });
  });

  it('can be sharp', () => {
    synthesize({ flexibleWindowMinutes: 0 }).stateless.hasResourceProperties('AWS::Scheduler::Schedule', {
      FlexibleTimeWindow: { Mode: 'OFF' },
    });
  });
});

describe('the queue', () => {
  const [deadLetters] = Object.keys(stateless.findResources('AWS::SQS::Queue')).filter((id) =>
    id.includes('DeadLetters'),
  );
  const [queue] = Object.keys(stateless.findResources('AWS::SQS::Queue')).filter((id) =>
    id.includes('Requests'),
  );

  it('gives up after five receipts, and hides a message for longer than its run can take', () => {
    stateless.hasResourceProperties('AWS::SQS::Queue', {
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters, 'Arn'] }, maxReceiveCount: 5 },
      VisibilityTimeout: 960,
    });
    expect(lambdaOf('sync-devices').properties.Timeout).toBe(900);
    const quick = synthesize({ syncTimeoutSeconds: 30 }).stateless;
    quick.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 90 });
    quick.hasResourceProperties('AWS::Lambda::Function', { Timeout: 30 });
  });

  it('is encrypted, as its dead letters are, and speaks TLS only', () => {
    const queues = Object.values(stateless.findResources('AWS::SQS::Queue'));
    expect(queues).toHaveLength(2);
    for (const { Properties } of queues) expect(Properties).toMatchObject({ SqsManagedSseEnabled: true });
    stateless.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  it('is filled by requests of ours on our bus alone', () => {
    stateless.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: { Ref: Match.stringLikeRegexp('^Bus') },
      EventPattern: { source: ['addigy-autotask'], 'detail-type': ['Device Sync Requested'] },
      Targets: [{ Arn: { 'Fn::GetAtt': [queue, 'Arn'] }, Id: Match.anyValue() }],
    });
  });

  it('is emptied by sync-devices, one message at a time', () => {
    stateless.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
      FunctionName: { Ref: lambdaOf('sync-devices').id },
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });
});
