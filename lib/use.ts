import { ArnFormat, type Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
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

const itemActions = ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
  (action) => `dynamodb:${action}`,
);

/** The actions that the stores send: one item at a time, so no batches or transactions; no index, and no Scan. */
export const keepsItems = (table: Table): Use => ({
  value: table.tableName,
  statements: [new PolicyStatement({ actions: itemActions, resources: [table.tableArn] })],
});

/** Finds items by an index and updates them. */
export const findsAndUpdatesItems = (table: Table, index: string): Use => ({
  value: table.tableName,
  statements: [
    new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${table.tableArn}/index/${index}`] }),
    new PolicyStatement({ actions: ['dynamodb:UpdateItem'], resources: [table.tableArn] }),
  ],
});

export const putsEvents = (bus: EventBus): Use => ({
  value: bus.eventBusName,
  statements: [new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] })],
});

export const readsSecret = (secret: Secret): Use => ({
  value: secret.secretArn,
  statements: [
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
  ],
});

const secretsUnder = (stack: Stack, prefix: string, actions: readonly string[]): Use => {
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
        reason: 'Connections come and go while the stack stands, and each brings secrets under this prefix.',
      },
    ],
  };
};

export const readsSecrets = (stack: Stack, prefix: string): Use =>
  secretsUnder(stack, prefix, ['GetSecretValue']);

/** A secret's whole life: made, versioned, promoted, scheduled for deletion, taken back. Never read: its keeper needs stages only. */
export const keepsSecrets = (stack: Stack, prefix: string): Use =>
  secretsUnder(stack, prefix, [
    'CreateSecret',
    'DeleteSecret',
    'DescribeSecret',
    'PutSecretValue',
    'RestoreSecret',
    'TagResource',
    'UpdateSecretVersionStage',
  ]);
