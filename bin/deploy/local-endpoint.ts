import { randomBytes } from 'node:crypto';
import { DeployError } from './environment.ts';

/** AWS's own hosts, in all its partitions. */
const aws = /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|api\.aws|aws\.amazon\.com|on\.aws)\.?$/iu;

/**
 * The address of an AWS-compatible endpoint.
 *
 * @param given what `AWS_ENDPOINT_URL` says
 * @throws DeployError where there is none, or where it is AWS itself: nothing is deployed there by mistake
 */
export function localEndpoint(given: string | undefined): URL {
  const howTo = 'Set AWS_ENDPOINT_URL to an AWS-compatible endpoint, such as http://localhost:4566.';
  if (given === undefined || given === '') throw new DeployError(`AWS_ENDPOINT_URL is not set. ${howTo}`);
  if (!URL.canParse(given)) throw new DeployError(`AWS_ENDPOINT_URL is no URL: ${given}. ${howTo}`);
  const url = new URL(given);
  if (!/^https?:$/u.test(url.protocol)) throw new DeployError(`${given} is neither http nor https. ${howTo}`);
  if (aws.test(url.hostname)) {
    throw new DeployError(`${url.hostname} is AWS itself: \`npm run deploy\` deploys there. ${howTo}`);
  }
  return url;
}

/**
 * The environment in which the CDK sees the endpoint and nothing else: what names another endpoint for one
 * service, or real credentials, is left out.
 */
export function localEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  endpoint: URL,
): Record<string, string> {
  const kept = Object.entries(variables).flatMap(([name, value]) =>
    name.startsWith('AWS_') || value === undefined ? [] : [[name, value] as const],
  );
  const region = variables.AWS_REGION || variables.AWS_DEFAULT_REGION || 'us-east-1';
  return {
    ...Object.fromEntries(kept),
    AWS_ENDPOINT_URL: endpoint.href.replace(/\/$/u, ''),
    // No emulator looks at these, and no one else shall see real ones. The CDK remembers for good whose account a key
    // opened: another endpoint at this address would be taken for the first one.
    AWS_ACCESS_KEY_ID: `local${randomBytes(8).toString('hex')}`,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    // Neither profiles nor single sign-on.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
