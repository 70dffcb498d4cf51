/** What IAM and KMS look at when a secret is used. */
import { AwsError, type Circumstances, type May } from './aws-endpoint.ts';
import { region } from './identities.ts';
import { type SecretPolicy, secretAccess } from './policy-shapes.ts';
import type { Secret } from './secret-store.ts';

export interface SecretTag {
  readonly Key: string;
  readonly Value: string;
}

const tagged = (kind: string, tags: Iterable<readonly [string, string]>): [string, string][] =>
  [...tags].map(([name, value]) => [`aws:${kind}Tag/${name}`, value]);

/** @param secret null where there is none: its tags cannot be asked for, so a grant that asks for one is none */
export function circumstancesOf(
  secret: Secret | null,
  asked: { readonly tags?: readonly SecretTag[]; readonly blockPublicPolicy?: boolean | undefined } = {},
): Circumstances {
  const { tags = [], blockPublicPolicy } = asked;
  return {
    context: Object.fromEntries([
      ...tagged('Resource', secret?.tags ?? []),
      ...tagged(
        'Request',
        tags.map(({ Key, Value }) => [Key, Value]),
      ),
      ...(blockPublicPolicy === undefined
        ? []
        : [['secretsmanager:BlockPublicPolicy', String(blockPublicPolicy)]]),
    ]),
    resourcePolicy: secret?.policy ?? null,
  };
}

/** Secrets Manager uses a key of the account in the caller's name. The key that every account has, anybody may use so. */
export function useKey(may: May, keyId: string | null, ...actions: readonly string[]): void {
  if (keyId === null) return;
  const context = { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` };
  for (const action of actions) may(`kms:${action}`, keyId, { context });
}

/** @throws AwsError where it is none, or one that the local host does not know */
export function readSecretPolicy(text: string): SecretPolicy {
  const refuse = (why: string): never => {
    throw new AwsError('MalformedPolicyDocumentException', `This resource policy is not valid: ${why}`);
  };
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    refuse('it is not JSON');
  }
  const parsed = secretAccess.safeParse(policy);
  return parsed.success
    ? parsed.data
    : refuse(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}
