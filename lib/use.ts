import { ArnFormat, type Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';

/** What a door uses: the value of its variable, and the permissions without which the value is no use. */
export interface Use {
  readonly value: string;
  readonly statements: readonly PolicyStatement[];
  /** Wildcards that the permissions cannot do without: cdk-nag's finding and why it stands. */
  readonly acknowledged?: readonly { readonly finding: string; readonly reason: string }[];
}

/** A value that opens nothing by itself. */
export const says = (value: string): Use => ({ value, statements: [] });

/** One item at a time, so no batches or transactions; and no Scan. */
type ItemAction = 'DeleteItem' | 'GetItem' | 'PutItem' | 'Query' | 'UpdateItem';

const onItems = (table: Table, actions: readonly ItemAction[]): PolicyStatement =>
  new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
  });

/** These of the actions that the stores send, and no index. */
export const usesItems = (table: Table, ...actions: readonly ItemAction[]): Use => ({
  value: table.tableName,
  statements: [onItems(table, actions)],
});

/** Every action that the stores send. */
export const keepsItems = (table: Table): Use =>
  usesItems(table, 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem');

/** Finds items by these indexes, and does this with them. */
export const findsItems = (
  table: Table,
  indexes: readonly string[],
  ...actions: readonly ItemAction[]
): Use => ({
  value: table.tableName,
  statements: [
    new PolicyStatement({
      actions: ['dynamodb:Query'],
      resources: indexes.map((index) => `${table.tableArn}/index/${index}`),
    }),
    onItems(table, actions),
  ],
});

export const putsEvents = (bus: EventBus): Use => ({
  value: bus.eventBusName,
  statements: [new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] })],
});

/** As it stands: no version or alias of it. */
export const invokes = (lambda: IFunction): Use => ({
  value: lambda.functionName,
  statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] })],
});

export const readsSecret = (secret: Secret): Use => ({
  value: secret.secretArn,
  statements: [
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
  ],
});

const secretsUnder = (stack: Stack, prefix: string, actions: readonly string[], reason: string): Use => {
  const arn = stack.formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${prefix}/*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return {
    value: prefix,
    statements: [
      new PolicyStatement({
        actions: actions.map((action) => `secretsmanager:${action}`),
        resources: [arn],
      }),
    ],
    acknowledged: [
      {
        finding: `Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${prefix}/*`,
        reason,
      },
    ],
  };
};

const ofConnections =
  'Connections come and go while the stack stands, and each brings secrets under this prefix.';
/** Made, versioned, promoted, taken back from deletion. */
const fill = [
  'CreateSecret',
  'DescribeSecret',
  'PutSecretValue',
  'RestoreSecret',
  'TagResource',
  'UpdateSecretVersionStage',
];

export const readsSecrets = (stack: Stack, prefix: string): Use =>
  secretsUnder(stack, prefix, ['GetSecretValue'], ofConnections);

/** For who logs in, and puts an offboarded connection's secrets out of use. */
export const readsAndDeletesSecrets = (stack: Stack, prefix: string): Use =>
  secretsUnder(stack, prefix, ['GetSecretValue', 'DeleteSecret'], ofConnections);

/** A secret's whole life, to its deletion. Never read: its keeper needs stages only. */
export const keepsSecrets = (stack: Stack, prefix: string): Use =>
  secretsUnder(stack, prefix, [...fill, 'DeleteSecret'], ofConnections);

/** For who tests what it stores. Never deleted: that is the end of a connection, and happens elsewhere. */
export const fillsAndReadsSecrets = (stack: Stack, prefix: string): Use =>
  secretsUnder(stack, prefix, [...fill, 'GetSecretValue'], ofConnections);

/** What callers put there for us. The value ends in a slash: no other prefix that begins alike is meant. */
export const readsIntake = (stack: Stack, prefix: string): Use => ({
  ...secretsUnder(
    stack,
    prefix,
    ['GetSecretValue'],
    'Pipelines put secrets under this prefix, and name each by its ARN in a request.',
  ),
  value: `${prefix}/`,
});
