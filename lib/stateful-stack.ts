import { CfnOutput, RemovalPolicy, SecretValue, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { CfnArchive, EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnResourcePolicy, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { onlyFor, seeing } from '#aws/secret-policy';
import type { Context } from './context.ts';
import { doorRolesArn } from './door-roles.ts';

/** Connections and API users by the moment they are due: partition `shardId`, sort `dueAt`. */
export const dueIndex = 'by-due';
/** Connections by the moment at which the lack of a success is worth an alarm: partition `shardId`, sort `staleAt`. */
export const staleIndex = 'by-stale';

export interface StatefulStackProps extends StackProps {
  readonly context: Context;
}

/** What must outlive any deployment of the doors: connections, runs, events, the callers' keys, and the key of the hand-off links. */
export class StatefulStack extends Stack {
  /** Of the table and of every secret, those of connections too. */
  readonly key: Key;
  readonly table: Table;
  readonly bus: EventBus;
  readonly callers: Secret;
  readonly handOffKey: Secret;

  constructor(scope: Construct, id: string, { context, ...props }: StatefulStackProps) {
    super(scope, id, props);
    const removalPolicy = context.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.key = new Key(this, 'Key', {
      alias: `addigy-autotask-${context.stage}`,
      description: `addigy-autotask ${context.stage}: the table, and every secret`,
      // By KMS, once a year; what was encrypted before stays readable.
      enableKeyRotation: true,
      removalPolicy,
    });

    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: context.retain,
      removalPolicy,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: dueIndex,
      partitionKey: { name: 'shardId', type: AttributeType.STRING },
      sortKey: { name: 'dueAt', type: AttributeType.NUMBER },
      // What a tick needs and no more: a page of 1 MB holds thousands.
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['everyMinutes', 'policy'],
    });
    this.table.addGlobalSecondaryIndex({
      indexName: staleIndex,
      partitionKey: { name: 'shardId', type: AttributeType.STRING },
      sortKey: { name: 'staleAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['staleAfter'],
    });

    this.bus = new EventBus(this, 'Bus', { eventBusName: `addigy-autotask-${context.stage}` });
    this.bus.applyRemovalPolicy(removalPolicy);
    // Without a pattern, which the L2 wants: every event. What comes while the rules are away, because the
    // stateless stack is deployed anew or rolled back, can be replayed to them.
    const archive = new CfnArchive(this, 'Archive', {
      sourceArn: this.bus.eventBusArn,
      description: 'Every event of the bus, to be replayed to the rules that missed it',
      retentionDays: context.eventRetentionDays,
    });
    archive.applyRemovalPolicy(removalPolicy);

    this.callers = new Secret(this, 'Callers', {
      secretName: `addigy-autotask/${context.stage}/callers`,
      encryptionKey: this.key,
      // No policy of its own: people add callers with it, as themselves.
      description: 'Hashes of the keys that may call the HTTP API. Nobody may, until one is put here.',
      // Never changes, so that no deployment overwrites the callers that were added since.
      secretStringValue: SecretValue.unsafePlainText('{"keys":[]}'),
      removalPolicy,
    });
    Validations.of(this.callers).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Holds hashes of keys that callers keep; a key is rotated by adding a second one, not by a timer.',
    });

    this.handOffKey = new Secret(this, 'HandOffKey', {
      secretName: `addigy-autotask/${context.stage}/hand-off-key`,
      encryptionKey: this.key,
      description: 'The links of hand-offs are derived from it. With another value, every open link is over.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy,
    });
    new CfnResourcePolicy(this, 'HandOffKeyPolicy', {
      secretId: this.handOffKey.secretArn,
      blockPublicPolicy: true,
      // No more than seeing: CloudFormation itself must be able to change what this stack made.
      resourcePolicy: onlyFor(doorRolesArn(this, context.stage), seeing),
    });
    Validations.of(this.handOffKey).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Links must stay valid until they expire: a new key invalidates every one that is open.',
    });

    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'BusName', { value: this.bus.eventBusName });
    new CfnOutput(this, 'ArchiveName', { value: archive.ref });
    new CfnOutput(this, 'CallersSecret', { value: this.callers.secretArn });
  }
}
