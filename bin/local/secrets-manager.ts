import * as z from 'zod';
import { type Authorize, AwsEndpoint, AwsError, operation } from './aws-endpoint.ts';
import { secretArn } from './identities.ts';
import { circumstancesOf, readSecretPolicy, type SecretTag, useKey } from './secret-access.ts';
import { type Secret, SecretStore } from './secret-store.ts';

const id = z.string().min(1).max(2048);
const name = z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/u, {
  error:
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
});
const token = z.string().min(32).max(64);
const value = z.string().min(1).max(65_536);
const stage = z.string().min(1).max(256);
const keyArn = z.string().regex(/^arn:aws:kms:/u, { error: 'the local host knows keys by their ARN' });
const tags = z.array(z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256) }));

/** Secrets Manager, as far as our doors use it. Everything else is refused as an unknown operation. */
export function secretsManager(authorize: Authorize, secrets = new SecretStore()): AwsEndpoint {
  /** IAM is asked about the secret that there is, or about the one that there would be. */
  const arnOf = (secretId: string): string[] => {
    if (secretId.startsWith('arn:'))
      return [/-[A-Za-z0-9]{6}$/u.test(secretId) ? secretId : `${secretId}-LocalX`];
    return [secretArn(secretId)];
  };
  const bySecretId = {
    resources: ({ SecretId }: { SecretId: string }): string[] => arnOf(SecretId),
    circumstances: ({ SecretId }: { SecretId: string }) => circumstancesOf(secrets.known(SecretId)),
  };

  return new AwsEndpoint({
    target: 'secretsmanager',
    service: 'secretsmanager',
    authorize,
    operations: {
      CreateSecret: operation({
        input: z.strictObject({
          Name: name,
          ClientRequestToken: token.optional(),
          Description: z.string().max(2048).optional(),
          KmsKeyId: keyArn.optional(),
          SecretString: value.optional(),
          Tags: tags.optional(),
        }),
        resources: ({ Name }) => arnOf(Name),
        circumstances: ({ Name, Tags = [] }) => circumstancesOf(secrets.known(Name), { tags: Tags }),
        run: ({ Name, ClientRequestToken, Description, KmsKeyId = null, SecretString, Tags = [] }, may) => {
          const asked = circumstancesOf(secrets.known(Name), { tags: Tags });
          if (Tags.length > 0) may('secretsmanager:TagResource', secretArn(Name), asked);
          // Both, also where there is nothing to encrypt yet: Secrets Manager tries whether the key can be used.
          useKey(may, KmsKeyId, 'GenerateDataKey', 'Decrypt');
          const [secret, version] = secrets.create(
            Name,
            Description,
            SecretString === undefined ? null : { text: SecretString, token: ClientRequestToken },
            KmsKeyId,
          );
          tag(secret, Tags);
          return {
            ARN: secret.arn,
            Name: secret.name,
            ...(version === null ? {} : { VersionId: version.id }),
          };
        },
      }),
      PutSecretValue: operation({
        input: z.strictObject({
          SecretId: id,
          ClientRequestToken: token.optional(),
          SecretString: value,
          VersionStages: z.array(stage).min(1).max(20).optional(),
        }),
        ...bySecretId,
        run: ({ SecretId, ClientRequestToken, SecretString, VersionStages = ['AWSCURRENT'] }, may) => {
          const { keyId, versions } = secrets.inUse(SecretId);
          useKey(may, keyId, 'GenerateDataKey');
          // The same version again: it is compared with what it held.
          if (versions.has(ClientRequestToken ?? '')) useKey(may, keyId, 'Decrypt');
          const [secret, version] = secrets.put(
            SecretId,
            { text: SecretString, token: ClientRequestToken },
            VersionStages,
          );
          return {
            ARN: secret.arn,
            Name: secret.name,
            VersionId: version.id,
            VersionStages: [...version.stages],
          };
        },
      }),
      GetSecretValue: operation({
        input: z.strictObject({ SecretId: id, VersionId: token.optional(), VersionStage: stage.optional() }),
        ...bySecretId,
        run: ({ SecretId, VersionId, VersionStage }, may) => {
          const [secret, version] = secrets.read(SecretId, VersionId, VersionStage);
          useKey(may, secret.keyId, 'Decrypt');
          return {
            ARN: secret.arn,
            Name: secret.name,
            VersionId: version.id,
            SecretString: version.text,
            VersionStages: [...version.stages],
            CreatedDate: version.createdAt,
          };
        },
      }),
      DescribeSecret: operation({
        input: z.strictObject({ SecretId: id }),
        ...bySecretId,
        run: ({ SecretId }) => describe(secrets.find(SecretId)),
      }),
      UpdateSecretVersionStage: operation({
        input: z.strictObject({
          SecretId: id,
          VersionStage: stage,
          RemoveFromVersionId: token.optional(),
          MoveToVersionId: token.optional(),
        }),
        ...bySecretId,
        run: ({ SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId }) => {
          const secret = secrets.moveStage(SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId);
          return { ARN: secret.arn, Name: secret.name };
        },
      }),
      UpdateSecret: operation({
        input: z.strictObject({ SecretId: id, ClientRequestToken: token.optional(), KmsKeyId: keyArn }),
        ...bySecretId,
        run: ({ SecretId, KmsKeyId }, may) => {
          const secret = secrets.inUse(SecretId);
          useKey(may, secret.keyId, 'Decrypt');
          // Without Encrypt Secrets Manager leaves what is there as it is, and says nothing; here that is refused.
          useKey(may, KmsKeyId, 'GenerateDataKey', 'Decrypt', 'Encrypt');
          secret.keyId = KmsKeyId;
          return { ARN: secret.arn, Name: secret.name };
        },
      }),
      PutResourcePolicy: operation({
        input: z.strictObject({
          SecretId: id,
          ResourcePolicy: z.string().min(1).max(20_480),
          BlockPublicPolicy: z.boolean().optional(),
        }),
        resources: bySecretId.resources,
        circumstances: ({ SecretId, BlockPublicPolicy }) =>
          circumstancesOf(secrets.known(SecretId), { blockPublicPolicy: BlockPublicPolicy }),
        run: ({ SecretId, ResourcePolicy }) => {
          const secret = secrets.inUse(SecretId);
          secret.policy = readSecretPolicy(ResourcePolicy);
          return { ARN: secret.arn, Name: secret.name };
        },
      }),
      DeleteSecret: operation({
        input: z.strictObject({
          SecretId: id,
          RecoveryWindowInDays: z.number().int().optional(),
          ForceDeleteWithoutRecovery: z.boolean().optional(),
        }),
        ...bySecretId,
        run: ({ SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false }) => {
          if (force && days !== undefined) {
            throw new AwsError(
              'InvalidParameterException',
              "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
            );
          }
          if (days !== undefined && (days < 7 || days > 30)) {
            throw new AwsError(
              'InvalidParameterException',
              'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
            );
          }
          const [secret, at] = secrets.delete(SecretId, force ? null : (days ?? 30));
          return { ARN: secret.arn, Name: secret.name, DeletionDate: at };
        },
      }),
      RestoreSecret: operation({
        input: z.strictObject({ SecretId: id }),
        ...bySecretId,
        run: ({ SecretId }) => {
          const secret = secrets.restore(SecretId);
          return { ARN: secret.arn, Name: secret.name };
        },
      }),
      TagResource: operation({
        input: z.strictObject({ SecretId: id, Tags: tags }),
        resources: bySecretId.resources,
        circumstances: ({ SecretId, Tags }) => circumstancesOf(secrets.known(SecretId), { tags: Tags }),
        run: ({ SecretId, Tags }) => tag(secrets.inUse(SecretId), Tags),
      }),
    },
  });
}

function tag(secret: Secret, tags: readonly SecretTag[]): void {
  for (const { Key, Value } of tags) secret.tags.set(Key, Value);
}

function describe(secret: Secret): unknown {
  // Versions without a stage are deprecated, and not told.
  const staged = [...secret.versions.values()].filter(({ stages }) => stages.size > 0);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    ...(secret.keyId === null ? {} : { KmsKeyId: secret.keyId }),
    CreatedDate: secret.createdAt,
    LastChangedDate: secret.changedAt,
    ...(secret.deletedAt === null ? {} : { DeletedDate: secret.deletedAt }),
    Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
    ...(staged.length === 0
      ? {}
      : {
          VersionIdsToStages: Object.fromEntries(staged.map((version) => [version.id, [...version.stages]])),
        }),
  };
}
