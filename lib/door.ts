import { join } from 'node:path';
import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DoorName, DoorVariables } from '#lambda/environment';
import { metricsNamespaceOf } from '#lambda/metric-catalogue';
import type { Context } from './context.ts';
import { doorRolesPath } from './door-roles.ts';
import type { Use } from './use.ts';

/** Set by this construct for every door; the rest is the door's own. */
type HouseVariable = keyof DoorVariables<'authorize-caller'> & keyof DoorVariables<'manage-connections'>;

/** A use for each variable of the door's environment: one that is forgotten or unknown does not compile. */
export type DoorUses<Door extends DoorName> = {
  readonly [Variable in Exclude<keyof DoorVariables<Door>, HouseVariable>]: Use;
};

/** How a door is invoked, and so why Lambda keeps no dead letters of it: what nobody waits for would be lost without. */
const deadLetters = {
  'for its answer': 'Whoever invokes it waits for the answer, and is told when it fails.',
  'from a queue': 'Its messages come from a queue, which keeps those that fail as dead letters.',
  'by a schedule':
    'Its input is a time. What was due and is not done is still due at the next tick, which finds it in the table.',
};

export interface DoorProps<Door extends DoorName> {
  readonly context: Context;
  /** Holds one folder per door, as `bundleDoors` makes them. */
  readonly bundles: string;
  readonly description: string;
  readonly invoked: keyof typeof deadLetters;
  readonly timeout: Duration;
  readonly memoryMb: number;
  /** V8's young generation, where its own choice is too much: a door that works through very many small things stays flat. */
  readonly semiSpaceMb?: number;
  readonly uses: DoorUses<Door>;
}

/** One file of `functions/`, as one Lambda: with a role, a log group and an environment of its own. */
export class Door<Name extends DoorName> extends Construct {
  readonly name: Name;
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly timeout: Duration;

  constructor(scope: Construct, name: Name, props: DoorProps<Name>) {
    super(scope, name);
    const { context } = props;
    this.name = name;
    this.timeout = props.timeout;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: context.logRetentionDays,
      removalPolicy: context.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.logGroup = logGroup;
    // No managed policy: AWSLambdaBasicExecutionRole writes to every log group of the account.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      path: doorRolesPath(context.stage),
      description: `What ${name} may do, and no more`,
    });
    logGroup.grantWrite(role);

    const house: Record<HouseVariable, string> = {
      STAGE: context.stage,
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespaceOf(context.stage),
      POWERTOOLS_LOG_LEVEL: context.logLevel,
    };
    const uses = Object.entries<Use>(props.uses);
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(props.bundles, name)),
      handler: 'index.handler',
      role,
      logGroup,
      tracing: Tracing.ACTIVE,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      environment: {
        ...house,
        ...Object.fromEntries(uses.map(([variable, use]) => [variable, use.value])),
        // The bundle is minified: without this a stack trace names no file.
        NODE_OPTIONS: `--enable-source-maps${props.semiSpaceMb === undefined ? '' : ` --max-semi-space-size=${props.semiSpaceMb}`}`,
      },
    });
    for (const [, use] of uses) for (const statement of use.statements) role.addToPolicy(statement);

    Validations.of(this).acknowledge(
      { id: 'Serverless-LambdaDLQ', reason: deadLetters[props.invoked] },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray knows no resource to name: PutTraceSegments and PutTelemetryRecords take only *.',
      },
      ...uses.flatMap(([, use]) =>
        (use.acknowledged ?? []).map(({ finding, reason }) => ({
          id: `AwsSolutions-IAM5[${finding}]`,
          reason,
        })),
      ),
    );
  }
}
