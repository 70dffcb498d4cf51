import { ArnFormat, type Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { stageTag } from '#aws/secret-policy';

/** What a door uses: the value of its variable, and the permissions without which the value is no use. */
export interface Use {
  readonly value: string;
  readonly statements: readonly PolicyStatement[];
  /** Wildcards that the permissions cannot do without: cdk-nag's finding and why it stands. */
  readonly acknowledged?: readonly { readonly finding: string; readonly reason: string }[];
}

/** A value that opens nothing by itself. */
export const says = (value: string): Use => ({ value, statements: [] });

/** What DynamoDB and Secrets Manager do with the key in the name of the caller; nobody can do it past them. */
const through = (service: 'dynamodb' | 'secretsmanager', key: IKey, ...actions: readonly string[]) =>
  new PolicyStatement({
    actions: actions.map((action) => `kms:${action}`),
    resources: [key.keyArn],
    conditions: {
      StringEquals: { 'kms:ViaService': `${service}.${key.env.region}.amazonaws.com` },
    },
  });

/** The key of what is stored; a table or a secret without one is a mistake in the stack. */
function keyOf({ encryptionKey, node }: Table | Secret): IKey {
  if (encryptionKey === undefined) throw new Error(`${node.path} has no key of ours`);
  return encryptionKey;
}

/** One item at a time, so no batches or transactions; and no Scan. */
type ItemAction = 'DeleteItem' | 'GetItem' | 'PutItem' | 'Query' | 'UpdateItem';

const onItems = (table: Table, actions: readonly ItemAction[]): PolicyStatement =>
  new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
  });

/** Whoever reads or writes, DynamoDB has KMS decrypt the table's own key, and asks for no more. */
const decryptsTable = (table: Table): PolicyStatement => through('dynamodb', keyOf(table), 'Decrypt');

/** These of the actions that the stores send, and no index. */
export const usesItems = (table: Table, ...actions: readonly ItemAction[]): Use => ({
  value: table.tableName,
  statements: [onItems(table, actions), decryptsTable(table)],
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
    decryptsTable(table),
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
    through('secretsmanager', keyOf(secret), 'Decrypt'),
  ],
});

const arnUnder = (stack: Stack, prefix: string): string =>
  stack.formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${prefix}/*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

const wildcardUnder = (prefix: string, reason: string): NonNullable<Use['acknowledged']> => [
  {
    finding: `Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${prefix}/*`,
    reason,
  },
];

/** The secrets of all connections: named by a prefix, tagged with the stage, encrypted with one key. */
export interface ConnectionSecrets {
  readonly stack: Stack;
  readonly stage: string;
  /** Without a slash at its end. */
  readonly prefix: string;
  readonly key: IKey;
}

/** With a secret that has our tag. */
const held = {
  reads: ['GetSecretValue'],
  deletes: ['DeleteSecret'],
  // Versions put and promoted, the key of one that was made without ours.
  fills: ['PutSecretValue', 'UpdateSecret', 'UpdateSecretVersionStage'],
} as const;

function secretsOf({ stack, stage, prefix, key }: ConnectionSecrets, ...does: (keyof typeof held)[]): Use {
  const resources = [arnUnder(stack, prefix)];
  const may = (actions: readonly string[], conditions?: PolicyStatement['conditions']): PolicyStatement =>
    new PolicyStatement({
      actions: actions.map((action) => `secretsmanager:${action}`),
      resources,
      ...(conditions === undefined ? {} : { conditions }),
    });
  const ours = { [`aws:ResourceTag/${stageTag}`]: stage };
  const makes = does.includes('fills');
  return {
    value: prefix,
    statements: [
      // By name alone: a secret that is not there has no tag, and this tells it from one that is not ours. No value
      // is seen by either.
      may(['DescribeSecret', ...(makes ? ['RestoreSecret'] : [])]),
      may(
        does.flatMap((each) => held[each]),
        { StringEquals: ours },
      ),
      ...(makes
        ? [
            may(['CreateSecret', 'TagResource'], {
              StringEquals: { [`aws:RequestTag/${stageTag}`]: stage },
            }),
            may(['PutResourcePolicy'], {
              StringEquals: ours,
              Bool: { 'secretsmanager:BlockPublicPolicy': 'true' },
            }),
          ]
        : []),
      // Encrypt is for a secret whose key was another: without it Secrets Manager leaves the old versions as they are.
      ...(makes ? [through('secretsmanager', key, 'Decrypt', 'Encrypt', 'GenerateDataKey')] : []),
      ...(!makes && does.includes('reads') ? [through('secretsmanager', key, 'Decrypt')] : []),
    ],
    acknowledged: wildcardUnder(
      prefix,
      'Connections come and go while the stack stands, and each brings secrets under this prefix.',
    ),
  };
}

export const readsSecrets = (secrets: ConnectionSecrets): Use => secretsOf(secrets, 'reads');

/** For who logs in, and puts an offboarded connection's secrets out of use. */
export const readsAndDeletesSecrets = (secrets: ConnectionSecrets): Use =>
  secretsOf(secrets, 'reads', 'deletes');

/** A secret's whole life, to its deletion. Never read: its keeper needs stages only. */
export const keepsSecrets = (secrets: ConnectionSecrets): Use => secretsOf(secrets, 'fills', 'deletes');

/** For who tests what it stores. Never deleted: that is the end of a connection, and happens elsewhere. */
export const fillsAndReadsSecrets = (secrets: ConnectionSecrets): Use => secretsOf(secrets, 'fills', 'reads');

/** What callers put there for us, encrypted as they like. The value ends in a slash: no other prefix that begins alike is meant. */
export const readsIntake = (stack: Stack, prefix: string): Use => ({
  value: `${prefix}/`,
  statements: [
    new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: [arnUnder(stack, prefix)],
    }),
  ],
  acknowledged: wildcardUnder(
    prefix,
    'Pipelines put secrets under this prefix, and name each by its ARN in a request.',
  ),
});
