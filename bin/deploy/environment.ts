/** Where a deployment would go, and whether it can: asked of AWS before anything is changed there. */
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** The deployment cannot begin. The message says what is in the way and what to do. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
}

export interface Target {
  readonly account: string;
  readonly region: string;
  /** Who deploys. */
  readonly caller: string;
}

/** What the templates ask for: CDK's own rule in each of them refuses an older one. */
const leastBootstrap = 6;
/** Of `cdk bootstrap`, where nobody chose another. */
const qualifierByDefault = 'hnb659fds';
/** For people who wait, and for a wrong proxy. */
const patience = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
};

/** For the SDK here and in the CDK. */
export function prepareEnvironment(): void {
  // The CDK knows both variables; the SDK only the first.
  if (process.env.AWS_DEFAULT_REGION) process.env.AWS_REGION ??= process.env.AWS_DEFAULT_REGION;
  // About the Node of next year, at every client.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
}

export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new DeployError(`Node ${version} is too old: 20.19 or newer is needed. https://nodejs.org has it.`);
}

/** @throws DeployError where the credentials or the region are missing or refused */
export async function readTarget(): Promise<Target> {
  const client = new STSClient(patience);
  try {
    const region = await client.config.region();
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}));
    return { account: Account ?? '', region, caller: Arn ?? '' };
  } catch (error) {
    throw new DeployError(explainRefusal(error), { cause: error });
  } finally {
    client.destroy();
  }
}

/** @throws DeployError unless the account is bootstrapped in this region */
export async function requireBootstrap(target: Target, qualifier: string | null): Promise<void> {
  const fault = bootstrapFault(
    await readBootstrapVersion(qualifier ?? qualifierByDefault),
    target,
    qualifier,
  );
  if (fault !== null) throw new DeployError(fault);
}

/** Null where it is new enough. `version` null: there is none. */
export function bootstrapFault(
  version: number | null,
  { account, region }: Pick<Target, 'account' | 'region'>,
  qualifier: string | null,
): string | null {
  if (version !== null && version >= leastBootstrap) return null;
  const found =
    version === null
      ? 'is not bootstrapped for the CDK'
      : `has a bootstrap stack of version ${version}, and ${leastBootstrap} or newer is needed`;
  const named = qualifier === null ? '' : ` --qualifier ${qualifier}`;
  return `Account ${account} ${found} in ${region}. Once, by someone who may make roles and a bucket:\n  npx cdk bootstrap aws://${account}/${region}${named}`;
}

async function readBootstrapVersion(qualifier: string): Promise<number | null> {
  const client = new SSMClient(patience);
  try {
    const { Parameter } = await client.send(
      new GetParameterCommand({ Name: `/cdk-bootstrap/${qualifier}/version` }),
    );
    return Number(Parameter?.Value);
  } catch (error) {
    if (error instanceof Error && error.name === 'ParameterNotFound') return null;
    throw new DeployError(explainRefusal(error), { cause: error });
  } finally {
    client.destroy();
  }
}

const whose = 'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
const refusals: ReadonlyArray<readonly [seen: RegExp, says: string]> = [
  [/region is missing/iu, 'No AWS region is set. Set AWS_REGION, such as AWS_REGION=eu-west-1.'],
  [
    /could not load credentials/iu,
    `No AWS credentials were found. ${whose}; \`aws sso login\` renews a session.`,
  ],
  [/expired/iu, 'The AWS credentials have expired. Log in anew, such as by `aws sso login`.'],
  [
    /InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|security token .* invalid/iu,
    `AWS does not know these credentials. ${whose}.`,
  ],
  [
    /AccessDenied|not authorized/iu,
    'These credentials may not ask. The deployment needs sts:GetCallerIdentity, ssm:GetParameter on the bootstrap version, and the roles of `cdk bootstrap`.',
  ],
  [
    /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|Timeout/iu,
    'AWS cannot be reached from here: see the network, its proxy, and AWS_ENDPOINT_URL if it is set.',
  ],
];

/** In a sentence, with what AWS said where it says more. */
export function explainRefusal(error: unknown): string {
  const { name, message, code } = error as { name?: string; message?: string; code?: string };
  const seen = [name, code, message].filter(Boolean).join(': ');
  const known = refusals.find(([pattern]) => pattern.test(seen));
  return known === undefined ? `AWS refused: ${seen}` : `${known[1]}\n  (${seen})`;
}
