/** What `Ref` and `Fn::GetAtt` answer, by resource type. The shapes are AWS's, the account is nobody's. */
import { createHash } from 'node:crypto';

export const account = '000000000000';
export const region = 'us-east-1';

export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;

/** Without a region: IAM is global. A path begins and ends with a slash. */
const roleArn = (name: string, path: string): string => `arn:aws:iam::${account}:role${path}${name}`;

/** IAM's own are random, and of one role for ever; two of ours are never the same. */
const roleId = (name: string): string =>
  `AROA${createHash('sha256').update(name).digest('hex').slice(0, 17).toUpperCase()}`;

const refOnly = (id: string): Identity => ({ ref: id, attributes: {} });

interface Naming {
  readonly nameProperty?: string;
  /** `property` gives the resolved text of one that the template has. */
  identify(name: string, property: (name: string) => string | undefined): Identity;
}

const named: Readonly<Record<string, Naming>> = {
  'AWS::ApiGatewayV2::Api': {
    identify: (id) => ({ ref: id, attributes: { ApiId: id, ApiEndpoint: apiEndpoint(id) } }),
  },
  'AWS::ApiGatewayV2::Authorizer': { identify: refOnly },
  'AWS::ApiGatewayV2::Integration': { identify: refOnly },
  'AWS::ApiGatewayV2::Route': { identify: refOnly },
  'AWS::ApiGatewayV2::Stage': { nameProperty: 'StageName', identify: refOnly },
  'AWS::CloudWatch::Alarm': {
    nameProperty: 'AlarmName',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('cloudwatch', `alarm:${name}`) } }),
  },
  'AWS::CloudWatch::Dashboard': { nameProperty: 'DashboardName', identify: refOnly },
  'AWS::DynamoDB::Table': {
    nameProperty: 'TableName',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('dynamodb', `table/${name}`) } }),
  },
  'AWS::Events::Archive': {
    nameProperty: 'ArchiveName',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('events', `archive/${name}`) } }),
  },
  'AWS::Events::EventBus': {
    nameProperty: 'Name',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('events', `event-bus/${name}`), Name: name } }),
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('events', `rule/${name}`) } }),
  },
  'AWS::IAM::Policy': { nameProperty: 'PolicyName', identify: refOnly },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    identify: (name, property) => ({
      ref: name,
      attributes: { Arn: roleArn(name, property('Path') ?? '/'), RoleId: roleId(name) },
    }),
  },
  'AWS::KMS::Alias': { nameProperty: 'AliasName', identify: refOnly },
  'AWS::KMS::Key': {
    identify: (id) => ({ ref: id, attributes: { Arn: arn('kms', `key/${id}`), KeyId: id } }),
  },
  'AWS::Lambda::EventSourceMapping': { identify: refOnly },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('lambda', `function:${name}`) } }),
  },
  'AWS::Lambda::Permission': { identify: refOnly },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    // AWS's attribute ends so too: it means every stream of the group.
    identify: (name) => ({ ref: name, attributes: { Arn: arn('logs', `log-group:${name}:*`) } }),
  },
  'AWS::Logs::QueryDefinition': { identify: refOnly },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    identify: (name) => ({ ref: name, attributes: { Arn: arn('scheduler', `schedule/default/${name}`) } }),
  },
  'AWS::SecretsManager::ResourcePolicy': { identify: refOnly },
  'AWS::SecretsManager::Secret': {
    nameProperty: 'Name',
    identify: (name) => ({ ref: secretArn(name), attributes: { Id: secretArn(name) } }),
  },
  'AWS::SNS::Subscription': { identify: refOnly },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    identify: (name) => ({
      ref: arn('sns', name),
      attributes: { TopicArn: arn('sns', name), TopicName: name },
    }),
  },
  'AWS::SNS::TopicPolicy': { identify: refOnly },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    identify: (name) => ({
      ref: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
      attributes: { Arn: arn('sqs', name), QueueName: name },
    }),
  },
  'AWS::SQS::QueuePolicy': { identify: refOnly },
};

/** Secrets Manager ends each ARN with six characters of its own; ours are always these. */
export const secretArn = (name: string): string => arn('secretsmanager', `secret:${name}-LocalX`);

/** Of an HTTP API. Nothing listens there: see `ApiNames`. */
export const apiEndpoint = (apiId: string): string => `https://${apiId}.execute-api.${region}.amazonaws.com`;

export const isKnownType = (type: string): boolean => Object.hasOwn(named, type);

/** `property` gives the resolved text of a property of the resource, where the template has one. */
export function identityOf(
  type: string,
  logicalId: string,
  property: (name: string) => string | undefined,
): Identity {
  const known = named[type];
  if (known === undefined) throw new Error(`the local host does not know ${type} (${logicalId})`);
  const given = known.nameProperty === undefined ? undefined : property(known.nameProperty);
  return known.identify(given ?? logicalId, property);
}
