/** A small stack of every kind of resource that the local host runs, with doors that do what they are told. */
import { fileURLToPath } from 'node:url';
import type { SynthesizedStack, TemplateResource } from '../../bin/local/synthesized-stack.ts';

const doors = fileURLToPath(new URL('fixtures', import.meta.url));

type Resources = Record<string, TemplateResource>;
const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const ref = (logicalId: string) => ({ Ref: logicalId });

export interface FixtureOptions {
  readonly schedule?: string;
  readonly scheduleInput?: string;
  readonly workTimeout?: number;
  readonly visibility?: number;
  readonly batchSize?: number;
  readonly mostReceipts?: number;
  readonly throttle?: { ThrottlingBurstLimit: number; ThrottlingRateLimit: number };
  /** Changes resources, or adds or removes them. */
  readonly edit?: (resources: Record<string, TemplateResource>) => void;
}

const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (actions: string | string[], resource: unknown) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resource,
});

function door(name: string, timeout: number, variables: Record<string, unknown> = {}): TemplateResource {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own
      Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}-${AWS::Region}' }, S3Key: `${name}.zip` },
      Handler: 'index.handler',
      MemorySize: 128,
      Role: arn('Role'),
      Runtime: 'nodejs24.x',
      Timeout: timeout,
      Environment: { Variables: { POWERTOOLS_SERVICE_NAME: name, ...variables } },
    },
  };
}

const paths = [
  'GET /echo/fixed',
  'GET /echo/{name}',
  'POST /echo/{name}',
  ...['served', 'context', 'environment', 'throw', 'exit', 'hang', 'malformed', 'bytes', 'empty', 'text'].map(
    (way) => `GET /${way}`,
  ),
  'GET /too-much',
  'GET /memory',
];

function routes(): Resources {
  return Object.fromEntries(
    paths.map((key, index) => [
      `Route${index}`,
      {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          ApiId: ref('Api'),
          AuthorizationType: 'CUSTOM',
          AuthorizerId: ref('Authorizer'),
          RouteKey: key,
          Target: { 'Fn::Join': ['', ['integrations/', ref('Integration')]] },
        },
      },
    ]),
  );
}

export function fixtureStack(options: FixtureOptions = {}): SynthesizedStack {
  const permission = (functionId: string, source: unknown): TemplateResource => ({
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: arn(functionId),
      Principal: 'apigateway.amazonaws.com',
      SourceArn: source,
    },
  });
  const api = (rest: unknown[]) => ({
    'Fn::Join': [
      '',
      [
        'arn:',
        ref('AWS::Partition'),
        ':execute-api:',
        ref('AWS::Region'),
        ':',
        ref('AWS::AccountId'),
        ':',
        ...rest,
      ],
    ],
  });
  const resources: Resources = {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: document({
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: ['lambda.amazonaws.com', 'scheduler.amazonaws.com'] },
        }),
      },
    },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'grants',
        Roles: [ref('Role')],
        PolicyDocument: document(
          allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arn('Queue')),
          allow('lambda:InvokeFunction', arn('Tick')),
          allow('dynamodb:GetItem', arn('Table')),
          allow('secretsmanager:GetSecretValue', ref('Secret')),
          allow('events:PutEvents', arn('Bus')),
        ),
      },
    },
    Answer: door('answer', 2, {
      TABLE: ref('Table'),
      SECRET: ref('Secret'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own
      GREETING: { 'Fn::Sub': ['${Word} ${Bus} ${!Literal}', { Word: 'hello' }] },
    }),
    Guard: door('guard', 2),
    Work: door('work', options.workTimeout ?? 2),
    Tick: door('tick', 2),
    Broken: door('broken', 2),
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      },
    },
    Secret: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { Name: 'fixture/secret', SecretString: 'first' },
    },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'fixture' } },
    DeadLetters: { Type: 'AWS::SQS::Queue' },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: options.visibility ?? 10,
        RedrivePolicy: {
          deadLetterTargetArn: arn('DeadLetters'),
          maxReceiveCount: options.mostReceipts ?? 3,
        },
      },
    },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [ref('Queue')],
        PolicyDocument: document({
          Effect: 'Allow',
          Action: ['sqs:SendMessage'],
          Principal: { Service: 'events.amazonaws.com' },
          Resource: arn('Queue'),
          Condition: { ArnEquals: { 'aws:SourceArn': arn('Rule') } },
        }),
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: ref('Bus'),
        EventPattern: { source: ['fixture'], 'detail-type': ['Work Wanted'] },
        State: 'ENABLED',
        Targets: [{ Arn: arn('Queue'), Id: 'Queue' }],
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        BatchSize: options.batchSize ?? 1,
        EventSourceArn: arn('Queue'),
        FunctionName: ref('Work'),
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
      },
    },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
        ScheduleExpression: options.schedule ?? 'rate(1 hour)',
        Target: {
          Arn: arn('Tick'),
          RoleArn: arn('Role'),
          Input: options.scheduleInput ?? '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
        },
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'fixture', ProtocolType: 'HTTP' } },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: {
        ApiId: ref('Api'),
        AutoDeploy: true,
        StageName: '$default',
        AccessLogSettings: {
          DestinationArn: 'arn:aws:logs:nowhere',
          Format: '{"route":"$context.routeKey","status":"$context.status"}',
        },
        ...(options.throttle === undefined ? {} : { DefaultRouteSettings: options.throttle }),
      },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: ref('Api'),
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: arn('Answer'),
        PayloadFormatVersion: '2.0',
      },
    },
    Authorizer: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        ApiId: ref('Api'),
        AuthorizerPayloadFormatVersion: '2.0',
        AuthorizerResultTtlInSeconds: 0,
        AuthorizerType: 'REQUEST',
        AuthorizerUri: {
          'Fn::Join': [
            '',
            ['arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/', arn('Guard'), '/invocations'],
          ],
        },
        EnableSimpleResponses: true,
        IdentitySource: ['$request.header.Authorization'],
      },
    },
    ApiPermission: permission('Answer', api([ref('Api'), '/*/*/*'])),
    AuthorizerPermission: permission('Guard', api([ref('Api'), '/authorizers/', ref('Authorizer')])),
    ...routes(),
  };
  options.edit?.(resources);
  return {
    name: 'fixture',
    template: { Resources: resources, Outputs: { TableName: { Value: ref('Table') } } },
    assetFolder: (key) => `${doors}/${key.replace(/\.zip$/u, '')}`,
  };
}
