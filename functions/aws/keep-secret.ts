/** How a secret of a connection is made and kept: encrypted with our key, tagged, and closed to all but our doors. */
import {
  CreateSecretCommand,
  type DescribeSecretCommandOutput,
  PutResourcePolicyCommand,
  type SecretsManagerClient,
  type Tag,
  TagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { holding, onlyFor } from './secret-policy.ts';

export interface SecretKeeping {
  /** The ARN of the key that encrypts it. */
  readonly keyId: string;
  /** Which roles may see and change what it holds: a pattern of their ARNs. */
  readonly owners: string;
  /** Set by the stage whose secret it is, and asked for by what IAM grants to its doors. */
  readonly stage: string;
}

export type SecretTags = Readonly<Record<string, string>>;

const asList = (tags: SecretTags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Makes the secret, with `text` in it. Not closed yet: `closeSecret` comes before anything worth a lock. */
export async function createSecret(
  client: SecretsManagerClient,
  id: string,
  text: string,
  { keyId }: SecretKeeping,
  tags: SecretTags,
): Promise<void> {
  await client.send(
    new CreateSecretCommand({ Name: id, SecretString: text, KmsKeyId: keyId, Tags: asList(tags) }),
  );
}

/** Gives a secret that was made without them its tags and its key. The tags first: the rest is granted by them. */
export async function mendSecret(
  client: SecretsManagerClient,
  id: string,
  found: DescribeSecretCommandOutput,
  { keyId }: SecretKeeping,
  tags: SecretTags,
): Promise<void> {
  const known = new Map((found.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  if (Object.entries(tags).some(([name, value]) => known.get(name) !== value))
    await client.send(new TagResourceCommand({ SecretId: id, Tags: asList(tags) }));
  if (found.KmsKeyId !== keyId) await client.send(new UpdateSecretCommand({ SecretId: id, KmsKeyId: keyId }));
}

/** Puts the policy on it. Each time: asking whether it is there would be a call as well. */
export async function closeSecret(
  client: SecretsManagerClient,
  id: string,
  { owners }: SecretKeeping,
): Promise<void> {
  await client.send(
    new PutResourcePolicyCommand({
      SecretId: id,
      ResourcePolicy: JSON.stringify(onlyFor(owners, holding)),
      BlockPublicPolicy: true,
    }),
  );
}
