/** What IAM goes by where it guards a secret: its tag, and the policy that the secret itself has. */

/** What IAM grants to our doors, it grants on secrets that have this tag with their own stage. */
export const stageTag = 'addigy-autotask:stage';

/** See what a secret holds. */
export const seeing = ['secretsmanager:GetSecretValue'] as const;

/**
 * See and change what a secret holds, or have it copied. Not among these: deleting and restoring it, and taking
 * this policy away. Whoever administers the account keeps those, so that nobody is ever locked out.
 */
export const holding = [
  ...seeing,
  'secretsmanager:PutSecretValue',
  'secretsmanager:ReplicateSecretToRegions',
  'secretsmanager:UpdateSecret',
  'secretsmanager:UpdateSecretVersionStage',
] as const;

/**
 * Denies these actions to everyone but the roles whose ARN is like `owners`.
 * For a session of a role, `aws:PrincipalArn` is the ARN of the role, with its path; a caller without one is denied too.
 */
export const onlyFor = (owners: string, actions: readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'OnlyTheDoors',
      Effect: 'Deny',
      Principal: '*',
      Action: [...actions],
      Resource: '*',
      Condition: { ArnNotLike: { 'aws:PrincipalArn': owners } },
    },
  ],
});
