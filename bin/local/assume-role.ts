import type { AccessKeys } from './access-keys.ts';
import type { Deployment } from './deployment.ts';

/**
 * @param session 2 to 64 of letters, digits and `_+=,.@-`, as STS has it
 * @returns the environment by which the AWS SDK, or any other signer, takes on the role
 * @throws where the template has no such role, or the role does not trust who asks
 */
export type AssumeRole = (roleArn: string, principalArn: string, session: string) => Record<string, string>;

export const assumeRole =
  (deployment: Deployment, keys: AccessKeys): AssumeRole =>
  (roleArn, principalArn, session) => {
    if (!/^[\w+=,.@-]{2,64}$/u.test(session)) throw new Error(`${session} is no name for a session`);
    const { properties } = deployment.find('AWS::IAM::Role', roleArn);
    const speaking = properties.AssumeRolePolicyDocument.Statement.filter(
      ({ Action, Principal }) =>
        Action.includes('sts:AssumeRole') && (Principal.AWS?.includes(principalArn) ?? false),
    );
    const isTrusted =
      speaking.some(({ Effect }) => Effect === 'Allow') && !speaking.some(({ Effect }) => Effect === 'Deny');
    if (isTrusted) return keys.environmentFor(roleArn, session);
    throw new Error(
      `User: ${principalArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  };
