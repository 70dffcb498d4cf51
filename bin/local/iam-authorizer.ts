import { type AccessKeys, rootArn, type Signer } from './access-keys.ts';
import { AwsError } from './aws-endpoint.ts';
import type { Deployment } from './deployment.ts';
import { type IamCaller, ownAnswer, type Verdict } from './http-answer.ts';
import type { Authorizer } from './http-api.ts';
import { account, region } from './identities.ts';
import { readSignature, SignatureRefused } from './signature.ts';

/**
 * A route of authorization type AWS_IAM: who signed must be allowed `execute-api:Invoke` on what was asked for.
 * Each refusal is the same 403, as HTTP APIs give; the log alone says why. That its body is `{"message":"Forbidden"}`,
 * as that of other refusals of theirs, is UNCONFIRMED: who reads it goes by the status.
 */
export const iamAuthorizer =
  (deployment: Deployment, keys: AccessKeys): Authorizer =>
  async ({ call, body }) => {
    const { method, target, headers, at, apiId, rawPath } = call;
    try {
      const request = { method, target, headers, body, at };
      const { accessKeyId, signer } = await readSignature(request, (id) => keys.signerOf(id));
      // The path of the request, not of the route. That AWS takes it decoded is UNCONFIRMED.
      const asked = `arn:aws:execute-api:${region}:${account}:${apiId}/$default/${method}${rawPath}`;
      keys.authorize(accessKeyId, 'execute-api:Invoke', asked);
      return { isAuthorized: true, told: { iam: callerOf(accessKeyId, signer, deployment) } };
    } catch (error) {
      if (error instanceof SignatureRefused || error instanceof AwsError) return forbidden(error.message);
      throw error;
    }
  };

const forbidden = (why: string): Verdict => ({
  isAuthorized: false,
  answer: ownAnswer(403, 'Forbidden', why),
});

function callerOf(accessKey: string, { roleArn, session }: Signer, deployment: Deployment): IamCaller {
  const nobodys = { accessKey, accountId: account, cognitoIdentity: null, principalOrgId: null };
  if (roleArn === null) return { ...nobodys, callerId: account, userArn: rootArn, userId: account };
  const { ref, attributes } = deployment.find('AWS::IAM::Role', roleArn);
  const callerId = `${attributes.RoleId}:${session}`;
  // Without the role's path, as STS has it.
  const userArn = `arn:aws:sts::${account}:assumed-role/${ref}/${session}`;
  return { ...nobodys, callerId, userArn, userId: callerId };
}
