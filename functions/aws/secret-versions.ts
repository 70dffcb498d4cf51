import { randomUUID } from 'node:crypto';
import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { closeSecret, createSecret, mendSecret, type SecretKeeping, type SecretTags } from './keep-secret.ts';

/**
 * What is current in a secret that holds nothing yet. Secrets Manager makes the first version that is
 * put into a secret AWSCURRENT, whatever stages were asked for: a first pending version would be current.
 */
const placeholder = JSON.stringify({ state: 'empty' });
const placeholderSchema = z.strictObject({ state: z.literal('empty') });

/** Secrets Manager moves AWSPREVIOUS by itself, to the version that AWSCURRENT is taken from. */
export type SecretStage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

export interface StoredVersion<Value> {
  readonly version: string;
  readonly value: Value;
  /** Epoch milliseconds. */
  readonly storedAt: number;
}

/** One secret, which need not be there yet, and its versions by the stage that they are in. */
export class SecretVersions {
  readonly #client: () => SecretsManagerClient;
  readonly #id: string;
  readonly #keeping: SecretKeeping | null;
  readonly #tags: SecretTags;

  /** @param keeping null for who only reads */
  constructor(
    client: () => SecretsManagerClient,
    id: string,
    keeping: SecretKeeping | null,
    tags: SecretTags,
  ) {
    this.#client = client;
    this.#id = id;
    this.#keeping = keeping;
    this.#tags = tags;
  }

  /** Null where nothing is in this stage, or nothing but the placeholder. */
  async read(stage: SecretStage): Promise<StoredVersion<unknown> | null> {
    const found = await unlessGone(
      this.#client(),
      this.#id,
      this.#client().send(new GetSecretValueCommand({ SecretId: this.#id, VersionStage: stage })),
    );
    if (found?.SecretString === undefined || found.VersionId === undefined) return null;
    const value = parseSecret(this.#id, found.SecretString);
    if (placeholderSchema.safeParse(value).success) return null;
    return { version: found.VersionId, value, storedAt: found.CreatedDate?.getTime() ?? 0 };
  }

  /** Which version is in this stage, the placeholder's too; no value is read. Null where none is, or none is in use. */
  async versionIn(stage: SecretStage): Promise<string | null> {
    const found = await describe(this.#client(), this.#id);
    return found === null || found.DeletedDate !== undefined
      ? null
      : versionAt(found.VersionIdsToStages, stage);
  }

  /** Makes the secret where there is none. */
  async storePending(version: string, value: unknown): Promise<void> {
    await this.#make();
    await this.#putPending(version, JSON.stringify(value));
  }

  async promote(version: string): Promise<void> {
    const current = await this.versionIn('AWSCURRENT');
    if (current !== version) {
      await this.#client().send(
        new UpdateSecretVersionStageCommand({
          SecretId: this.#id,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: version,
          ...(current === null ? {} : { RemoveFromVersionId: current }),
        }),
      );
    }
    await this.discard(version);
  }

  async discard(version: string): Promise<void> {
    // A later attempt may have moved the stage to its own version.
    if ((await this.versionIn('AWSPENDING')) === version) await this.#unstage('AWSPENDING', version);
  }

  async #putPending(version: string, text: string): Promise<void> {
    await this.#client().send(
      new PutSecretValueCommand({
        SecretId: this.#id,
        ClientRequestToken: version,
        SecretString: text,
        VersionStages: ['AWSPENDING'],
      }),
    );
  }

  /** Makes sure that there is a secret, that it is ours alone, and that something is current in it. */
  async #make(): Promise<void> {
    const [client, keeping] = [this.#client(), this.#keeping];
    if (keeping === null) throw new Error(`the secret ${this.#id} is only read here`);
    const found = await describe(client, this.#id);
    if (found === null) {
      await orIfNamed(
        // Another caller made it meanwhile.
        ['ResourceExistsException'],
        createSecret(client, this.#id, placeholder, keeping, this.#tags),
      );
      return closeSecret(client, this.#id, keeping);
    }
    const removed = found.DeletedDate !== undefined;
    if (removed) await client.send(new RestoreSecretCommand({ SecretId: this.#id }));
    await mendSecret(client, this.#id, found, keeping, this.#tags);
    await closeSecret(client, this.#id, keeping);
    if (removed) await this.#empty();
    else if (versionAt(found.VersionIdsToStages, 'AWSCURRENT') === null)
      await client.send(new PutSecretValueCommand({ SecretId: this.#id, SecretString: placeholder }));
  }

  /** What the removed connection logged in with is neither current nor previous for the new one. */
  async #empty(): Promise<void> {
    const version = randomUUID();
    await this.#putPending(version, placeholder);
    await this.promote(version);
    const removed = await this.versionIn('AWSPREVIOUS');
    if (removed !== null) await this.#unstage('AWSPREVIOUS', removed);
  }

  async #unstage(stage: SecretStage, version: string): Promise<void> {
    await this.#client().send(
      new UpdateSecretVersionStageCommand({
        SecretId: this.#id,
        VersionStage: stage,
        RemoveFromVersionId: version,
      }),
    );
  }
}

function versionAt(stages: Record<string, string[]> | undefined, stage: SecretStage): string | null {
  const found = Object.entries(stages ?? {}).find(([, names]) => names.includes(stage));
  return found?.[0] ?? null;
}

function parseSecret(id: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`the secret ${id} does not hold JSON; store it again`);
  }
}

function describe(client: SecretsManagerClient, id: string): Promise<DescribeSecretCommandOutput | null> {
  return orIfNamed(['ResourceNotFoundException'], client.send(new DescribeSecretCommand({ SecretId: id })));
}

/**
 * Null where there is no such secret, or none in use. What IAM grants depends on a secret's tags, and one that is not
 * there has none: IAM may refuse it like a secret that is not ours, so a refusal is looked at again.
 */
export async function unlessGone<Answer>(
  client: SecretsManagerClient,
  id: string,
  call: Promise<Answer>,
): Promise<Answer | null> {
  try {
    return await orIfNamed(['ResourceNotFoundException', 'InvalidRequestException'], call);
  } catch (error) {
    const refused = error instanceof Error && error.name === 'AccessDeniedException';
    if (refused && (await describe(client, id)) === null) return null;
    throw error;
  }
}

/** Null where the call was refused with one of these errors. */
export async function orIfNamed<Answer>(
  names: readonly string[],
  call: Promise<Answer>,
): Promise<Answer | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return null;
    throw error;
  }
}
