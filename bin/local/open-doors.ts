import type { AccessKeys } from './access-keys.ts';
import type { ApiNames } from './api-names.ts';
import type { DeployedResource, Deployment } from './deployment.ts';
import { DoorPool } from './door-pool.ts';
import type { FunctionInvoker } from './lambda-endpoint.ts';
import type { LogSink } from './log-sink.ts';
import type { RuntimeApi } from './runtime-api.ts';
import { standAside } from './stand-aside.ts';
import { traceHeader } from './trace-daemon.ts';

type LambdaFunction = DeployedResource<'AWS::Lambda::Function'>;

export interface DoorSurroundings {
  readonly deployment: Deployment;
  readonly runtimeApi: RuntimeApi;
  readonly keys: AccessKeys;
  /** AWS_ENDPOINT_URL_…: the one seam between the cloud and this machine. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Knows an HTTP API's address here as soon as it listens, which is before any door is invoked. */
  readonly names: ApiNames;
  readonly logs: LogSink;
  readonly clockScale: number;
  /** What X-Ray's sampling rule takes of the invocations, from 0 to 1. */
  readonly sampled: number;
  /** Whether what the doors wait for a processor is told apart from what they work. */
  readonly isMetered?: boolean;
}

/** The doors of a deployment, by the name that people give them and by ARN. */
export class Doors {
  readonly #byName = new Map<string, DoorPool>();
  readonly #byArn = new Map<string, DoorPool>();
  /** Those that callers wait for. */
  readonly #asked: DoorPool[] = [];

  constructor(surroundings: DoorSurroundings) {
    const { deployment, runtimeApi } = surroundings;
    const fromQueues = new Set(
      deployment.all('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties.FunctionName),
    );
    for (const lambda of deployment.all('AWS::Lambda::Function')) {
      // In AWS each has a processor of its own; here what comes from a queue must not keep a caller waiting.
      const isInBackground = fromQueues.has(lambda.ref);
      const { isMetered } = surroundings;
      const options = { ...optionsOf(lambda, surroundings), isInBackground, isMetered };
      const pool = new DoorPool(runtimeApi, options);
      if (this.#byName.has(pool.name)) throw new Error(`two doors are named ${pool.name}`);
      this.#byName.set(pool.name, pool);
      this.#byArn.set(lambda.attributes.Arn ?? lambda.ref, pool);
      if (!isInBackground) this.#asked.push(pool);
    }
  }

  get names(): string[] {
    return [...this.#byName.keys()];
  }

  named(name: string): DoorPool {
    const pool = this.#byName.get(name);
    if (pool === undefined) throw new Error(`no door is named ${name}; there are ${this.names.join(', ')}`);
    return pool;
  }

  at(arn: string): DoorPool {
    const pool = this.#byArn.get(arn);
    if (pool === undefined) throw new Error(`no function has the ARN ${arn}`);
    return pool;
  }

  /** For what comes from a queue: callers go first. */
  async standAside(): Promise<void> {
    await standAside(this.#asked);
  }

  /** For who asks by an ARN of its own choice. */
  invoker(arn: string): FunctionInvoker {
    const pool = this.#byArn.get(arn);
    return pool === undefined ? null : (payload, clientContext) => pool.invoke(payload, clientContext);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byName.values()].map((pool) => pool.close()));
  }
}

/** POWERTOOLS_SERVICE_NAME is the door's name in its own logs; a function without it goes by its own name. */
const nameOf = ({ properties, ref }: LambdaFunction): string =>
  properties.Environment.Variables.POWERTOOLS_SERVICE_NAME ?? ref;

/** How a door's processes are started. */
export function optionsOf(
  lambda: LambdaFunction,
  { keys, endpoints, names, logs, clockScale, sampled }: Omit<DoorSurroundings, 'deployment' | 'runtimeApi'>,
): ConstructorParameters<typeof DoorPool>[1] {
  const { properties } = lambda;
  const folder = lambda.stack.assetFolder(properties.Code.S3Key);
  if (folder === null)
    throw new Error(`${lambda.logicalId} names the asset ${properties.Code.S3Key}, which is missing`);
  const name = nameOf(lambda);
  const log = logs.writer(name);
  const variables = reserved(properties.Environment.Variables, lambda.logicalId);
  const role = keys.environmentFor(properties.Role, lambda.ref);
  const isTraced = properties.TracingConfig.Mode === 'Active';
  return {
    name,
    functionArn: lambda.attributes.Arn ?? lambda.ref,
    memoryMb: properties.MemorySize,
    timeoutSeconds: properties.Timeout,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    clockScale,
    log,
    // Every invocation is a trace of its own here; in AWS it may go on with that of whoever invoked it.
    trace: () => traceHeader(isTraced && Math.random() < sampled),
    environment: () => ({
      ...role,
      ...endpoints,
      // What Lambda sets, as far as anything reads it.
      AWS_EXECUTION_ENV: `AWS_Lambda_${properties.Runtime}`,
      AWS_LAMBDA_FUNCTION_NAME: lambda.ref,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.MemorySize),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${lambda.ref}`,
      AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${name}`,
      // Lambda runs a newer Node than this machine may have; the warning would open every log.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      LAMBDA_TASK_ROOT: folder,
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      _HANDLER: properties.Handler,
      ...names.in(variables),
    }),
  };
}

/** Lambda refuses a function whose environment sets what is Lambda's own. */
function reserved(
  variables: Readonly<Record<string, string>>,
  logicalId: string,
): Readonly<Record<string, string>> {
  const taken = Object.keys(variables).filter(
    (name) =>
      name === '_HANDLER' ||
      name === 'LAMBDA_TASK_ROOT' ||
      /^AWS_(?:LAMBDA_|REGION|ACCESS|SECRET|SESSION|EXECUTION)/u.test(name),
  );
  if (taken.length > 0) throw new Error(`${logicalId} sets ${taken.join(', ')}, which only Lambda may`);
  return variables;
}
