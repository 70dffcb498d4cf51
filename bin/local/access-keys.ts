import { randomBytes } from 'node:crypto';
import { devNull } from 'node:os';
import { type Authorize, AwsError } from './aws-endpoint.ts';
import { holds } from './conditions.ts';
import type { Grants } from './grants.ts';
import { account, region } from './identities.ts';

/** What a request is signed with, and in whose name. */
export interface Signer {
  /** Of a role; null is the one that may do anything. */
  readonly roleArn: string | null;
  readonly session: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Access keys that open nothing but this machine: one for each role, and one that may do anything. */
export class AccessKeys {
  readonly #grants: Grants;
  readonly #signers = new Map<string, Signer>([
    [
      root.accessKeyId,
      { roleArn: null, session: '', secretAccessKey: root.secretAccessKey, sessionToken: 'local' },
    ],
  ]);
  /** What the doors were let do, by action. */
  readonly counted = new Map<string, number>();

  constructor(grants: Grants) {
    this.#grants = grants;
  }

  /** Answers as IAM would, from the template's policies. */
  readonly authorize: Authorize = (accessKeyId, action, resource, { context = {}, resourcePolicy } = {}) => {
    const isRoot = accessKeyId === root.accessKeyId;
    const principal = isRoot ? rootArn : (this.#signers.get(accessKeyId)?.roleArn ?? undefined);
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
  environmentFor(roleArn: string, session: string): Record<string, string> {
    const accessKeyId = `ASIALOCAL${String(this.#signers.size).padStart(11, '0')}`;
    const secret = (): string => randomBytes(30).toString('base64url');
    const signer = { roleArn, session, secretAccessKey: secret(), sessionToken: secret() };
    this.#signers.set(accessKeyId, signer);
    return environmentOf(accessKeyId, signer);
  }

  /** Null where there is no such key. */
  signerOf(accessKeyId: string): Signer | null {
    return this.#signers.get(accessKeyId) ?? null;
  }

  /** The same for someone who may do anything. */
  rootEnvironment(): Record<string, string> {
    return environmentOf(root.accessKeyId, { ...root, sessionToken: 'local' });
  }
}

export const rootArn = `arn:aws:iam::${account}:root`;

export const root = { accessKeyId: 'AKIALOCALROOT0000000', secretAccessKey: 'local' } as const;

function environmentOf(
  accessKeyId: string,
  { secretAccessKey, sessionToken }: Pick<Signer, 'secretAccessKey' | 'sessionToken'>,
): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    // The SDK must not find a real profile on this machine, nor ask a network for one.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
