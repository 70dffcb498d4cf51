import { devNull } from 'node:os';
import { type Authorize, AwsError } from './aws-endpoint.ts';
import { holds } from './conditions.ts';
import type { Grants } from './grants.ts';
import { account, region } from './identities.ts';

/** Access keys that open nothing but this machine: one for each role, and one that may do anything. */
export class AccessKeys {
  readonly #grants: Grants;
  readonly #roles = new Map<string, string>();
  /** What the doors were let do, by action. */
  readonly counted = new Map<string, number>();

  constructor(grants: Grants) {
    this.#grants = grants;
  }

  /** Answers as IAM would, from the template's policies. */
  readonly authorize: Authorize = (accessKeyId, action, resource, { context = {}, resourcePolicy } = {}) => {
    const isRoot = accessKeyId === root.accessKeyId;
    const principal = isRoot ? rootArn : this.#roles.get(accessKeyId);
    const refuse = (why: string): never => {
      throw new AwsError(
        'AccessDeniedException',
        `User: ${principal ?? 'unknown'} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
      );
    };
    const asked = { ...context, ...(principal === undefined ? {} : { 'aws:PrincipalArn': principal }) };
    const denied = resourcePolicy?.Statement.some(
      ({ Action, Condition }) => Action.includes(action) && holds(Condition, asked),
    );
    // Nobody is above this: it holds for the account's own root user.
    if (denied) refuse('with an explicit deny in a resource-based policy');
    if (isRoot) return;
    if (principal !== undefined && this.#grants.allow(principal, action, resource, asked)) {
      this.counted.set(action, (this.counted.get(action) ?? 0) + 1);
      return;
    }
    refuse(`because no identity-based policy allows the ${action} action`);
  };

  /** The environment by which the AWS SDK takes on a role. */
  environmentFor(roleArn: string): Record<string, string> {
    const accessKeyId = `ASIALOCAL${String(this.#roles.size).padStart(11, '0')}`;
    this.#roles.set(accessKeyId, roleArn);
    return environmentOf(accessKeyId);
  }

  /** The same for someone who may do anything. */
  rootEnvironment(): Record<string, string> {
    return environmentOf(root.accessKeyId);
  }
}

const rootArn = `arn:aws:iam::${account}:root`;

export const root = { accessKeyId: 'AKIALOCALROOT0000000', secretAccessKey: 'local' } as const;

function environmentOf(accessKeyId: string): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
    AWS_SESSION_TOKEN: 'local',
    // The SDK must not find a real profile on this machine, nor ask a network for one.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
