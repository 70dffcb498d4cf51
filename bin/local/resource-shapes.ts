/**
 * What the local host knows of each resource type, property by property: everything else is refused, because
 * an emulator that silently drops a property is worse than none. `settled` marks what is read and checked
 * but cannot make a difference on one machine, each with the reason.
 */
import * as z from 'zod';
import { eventPatternSchema } from './event-pattern.ts';
import { grants, keyAccess, queueAccess, secretAccess, trust } from './policy-shapes.ts';
import { description, settled, text } from './shape-parts.ts';
import { alarm, dashboard, savedQuery, subscription, topic, topicPolicy } from './watch-shapes.ts';

const keySchema = z.array(z.strictObject({ AttributeName: text, KeyType: z.enum(['HASH', 'RANGE']) }));
const retention = settled(z.number(), 'longer than any local run');

export const resourceShapes = {
  'AWS::ApiGatewayV2::Api': z.strictObject({
    Name: settled(text, 'for people'),
    Description: description,
    ProtocolType: z.literal('HTTP'),
  }),
  'AWS::ApiGatewayV2::Authorizer': z.strictObject({
    ApiId: text,
    AuthorizerPayloadFormatVersion: z.literal('2.0'),
    AuthorizerResultTtlInSeconds: z.int().min(0).max(3600),
    AuthorizerType: z.literal('REQUEST'),
    AuthorizerUri: text,
    EnableSimpleResponses: z.literal(true),
    IdentitySource: z
      .array(
        z.string().regex(/^\$(?:request\.header\.[A-Za-z0-9-]+|context\.routeKey)$/u, {
          error: 'the local host knows headers and the route as identity sources',
        }),
      )
      .min(1),
    Name: settled(text, 'for people'),
  }),
  'AWS::ApiGatewayV2::Integration': z.strictObject({
    ApiId: text,
    IntegrationType: z.literal('AWS_PROXY'),
    IntegrationUri: text,
    PayloadFormatVersion: z.literal('2.0'),
    TimeoutInMillis: z.number().min(50).max(30_000).default(30_000),
  }),
  'AWS::ApiGatewayV2::Route': z.strictObject({
    ApiId: text,
    AuthorizationType: z.enum(['NONE', 'CUSTOM', 'AWS_IAM']).default('NONE'),
    AuthorizerId: text.optional(),
    RouteKey: z.string().regex(/^(?:GET|PUT|POST|PATCH|DELETE) \/(?:[^+]*)$/u, {
      error: 'the local host knows routes of one method, without {greedy+} parameters',
    }),
    Target: text,
  }),
  'AWS::ApiGatewayV2::Stage': z.strictObject({
    AccessLogSettings: z.strictObject({ DestinationArn: text, Format: text }).optional(),
    ApiId: text,
    AutoDeploy: z.literal(true),
    DefaultRouteSettings: z
      .strictObject({ ThrottlingBurstLimit: z.number(), ThrottlingRateLimit: z.number() })
      .optional(),
    StageName: z.literal('$default', { error: 'the local host serves the $default stage' }),
  }),
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::Dashboard': dashboard,
  'AWS::DynamoDB::Table': z.strictObject({
    AttributeDefinitions: z.array(
      z.strictObject({ AttributeName: text, AttributeType: z.enum(['S', 'N', 'B']) }),
    ),
    BillingMode: z.literal('PAY_PER_REQUEST'),
    DeletionProtectionEnabled: settled(z.boolean(), 'the local table is never kept'),
    GlobalSecondaryIndexes: z
      .array(
        z.strictObject({
          IndexName: text,
          KeySchema: keySchema,
          Projection: z.discriminatedUnion('ProjectionType', [
            z.strictObject({ ProjectionType: z.enum(['ALL', 'KEYS_ONLY']) }),
            z.strictObject({
              ProjectionType: z.literal('INCLUDE'),
              NonKeyAttributes: z.array(text).min(1).max(20),
            }),
          ]),
        }),
      )
      .optional(),
    KeySchema: keySchema,
    PointInTimeRecoverySpecification: settled(
      z.strictObject({ PointInTimeRecoveryEnabled: z.boolean() }),
      'the local table is never kept',
    ),
    SSESpecification: z
      .strictObject({ KMSMasterKeyId: text, SSEEnabled: z.literal(true), SSEType: z.literal('KMS') })
      .optional(),
    TableName: text.optional(),
    TimeToLiveSpecification: settled(
      z.strictObject({ AttributeName: text, Enabled: z.boolean() }),
      'DynamoDB deletes expired items within days, so nothing may rely on the moment',
    ),
  }),
  // Every event is told by `events()`; nobody replays on one machine.
  'AWS::Events::Archive': z.strictObject({
    Description: description,
    RetentionDays: retention,
    SourceArn: text,
  }),
  'AWS::Events::EventBus': z.strictObject({ Name: text, Description: description }),
  'AWS::Events::Rule': z.strictObject({
    Description: description,
    EventBusName: text,
    EventPattern: eventPatternSchema,
    Name: text.optional(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Targets: z.array(
      z.strictObject({
        Arn: text,
        // That the rule may send there is checked; a delivery cannot fail inside one process.
        DeadLetterConfig: z.strictObject({ Arn: text }).optional(),
        Id: text,
      }),
    ),
  }),
  'AWS::IAM::Policy': z.strictObject({ PolicyDocument: grants, PolicyName: text, Roles: z.array(text) }),
  'AWS::IAM::Role': z.strictObject({
    AssumeRolePolicyDocument: trust,
    Description: description,
    Path: text.optional(),
    Policies: z.array(z.strictObject({ PolicyDocument: grants, PolicyName: text })).default([]),
    RoleName: text.optional(),
  }),
  'AWS::KMS::Alias': z.strictObject({ AliasName: settled(text, 'for people'), TargetKeyId: text }),
  'AWS::KMS::Key': z.strictObject({
    Description: description,
    EnableKeyRotation: settled(z.boolean(), 'once a year is longer than any local run'),
    KeyPolicy: keyAccess,
  }),
  'AWS::Lambda::EventSourceMapping': z.strictObject({
    BatchSize: z.number().int().min(1).max(10).default(10),
    Enabled: z.boolean().default(true),
    EventSourceArn: text,
    FunctionName: text,
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
    ScalingConfig: z.strictObject({ MaximumConcurrency: z.number().int().min(2).max(1000) }).optional(),
  }),
  'AWS::Lambda::Function': z.strictObject({
    Architectures: settled(z.array(z.enum(['arm64', 'x86_64'])), 'the machine has its own'),
    Code: z.strictObject({ S3Bucket: text, S3Key: text }),
    Description: description,
    Environment: z.strictObject({ Variables: z.record(text, z.string()) }).default({ Variables: {} }),
    FunctionName: text.optional(),
    Handler: z.string().regex(/^[\w/-]+\.\w+$/u),
    LoggingConfig: settled(z.strictObject({ LogGroup: text }), 'the logs are kept by door'),
    MemorySize: z.number().int().min(128).max(10_240).default(128),
    ReservedConcurrentExecutions: z.number().int().min(1).optional(),
    Role: text,
    Runtime: z.string().regex(/^nodejs\d+\.x$/u),
    Timeout: z.number().int().min(1).max(900).default(3),
    TracingConfig: z
      .strictObject({ Mode: z.enum(['Active', 'PassThrough']) })
      .default({ Mode: 'PassThrough' }),
  }),
  'AWS::Lambda::Permission': z.strictObject({
    Action: z.literal('lambda:InvokeFunction'),
    FunctionName: text,
    Principal: text,
    SourceArn: text,
  }),
  'AWS::Logs::LogGroup': z.strictObject({ LogGroupName: text.optional(), RetentionInDays: retention }),
  'AWS::Logs::QueryDefinition': savedQuery,
  'AWS::Scheduler::Schedule': z.strictObject({
    Description: description,
    FlexibleTimeWindow: z.strictObject({
      MaximumWindowInMinutes: settled(
        z.number().min(1).max(1440),
        'any moment of it is right; ours is the first',
      ),
      Mode: z.enum(['OFF', 'FLEXIBLE']),
    }),
    Name: text.optional(),
    ScheduleExpression: text,
    ScheduleExpressionTimezone: text.optional(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Target: z.strictObject({
      Arn: text,
      Input: text.optional(),
      RetryPolicy: settled(
        z.strictObject({ MaximumEventAgeInSeconds: z.number(), MaximumRetryAttempts: z.number() }),
        'is about delivery, which cannot fail inside one process',
      ),
      RoleArn: text,
    }),
  }),
  'AWS::SecretsManager::ResourcePolicy': z.strictObject({
    BlockPublicPolicy: z.literal(true),
    ResourcePolicy: secretAccess,
    SecretId: text,
  }),
  'AWS::SecretsManager::Secret': z
    .strictObject({
      Description: description,
      GenerateSecretString: z
        .strictObject({
          ExcludePunctuation: z.literal(true, {
            error: 'the local host generates secrets of letters and digits',
          }),
          // Fewer could not hold one of each kind.
          PasswordLength: z.number().int().min(3).max(4096).default(32),
        })
        .optional(),
      KmsKeyId: text.optional(),
      Name: text,
      SecretString: text.optional(),
    })
    .refine((secret) => secret.SecretString === undefined || secret.GenerateSecretString === undefined, {
      error: 'SecretString and GenerateSecretString exclude each other',
    }),
  'AWS::SNS::Subscription': subscription,
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SQS::Queue': z.strictObject({
    MessageRetentionPeriod: retention,
    QueueName: text.optional(),
    RedrivePolicy: z
      .strictObject({ deadLetterTargetArn: text, maxReceiveCount: z.number().int().min(1) })
      .optional(),
    SqsManagedSseEnabled: settled(z.boolean(), 'nothing is stored'),
    VisibilityTimeout: z.number().int().min(0).max(43_200).default(30),
  }),
  'AWS::SQS::QueuePolicy': z.strictObject({ PolicyDocument: queueAccess, Queues: z.array(text) }),
} as const;

export type KnownType = keyof typeof resourceShapes;
export type PropertiesOf<Type extends KnownType> = z.output<(typeof resourceShapes)[Type]>;
