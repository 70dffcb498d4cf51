import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';

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
  readonly #tags: Readonly<Record<string, string>>;

  constructor(client: () => SecretsManagerClient, id: string, tags: Readonly<Record<string, string>>) {
    this.#client = client;
    this.#id = id;
    this.#tags = tags;
  }

  /** Null where nothing is in this stage, or nothing but the placeholder. */
  async read(stage: SecretStage): Promise<StoredVersion<unknown> | null> {
    const found = await orIfNamed(
      // Not made yet, or scheduled for deletion.
      ['ResourceNotFoundException', 'InvalidRequestException'],
      this.#client().send(new GetSecretValueCommand({ SecretId: this.#id, VersionStage: stage })),
    );
    if (found?.SecretString === undefined || found.VersionId === undefined) return null;
    const value = parseSecret(this.#id, found.SecretString);
    if (placeholderSchema.safeParse(value).success) return null;
    return { version: found.VersionId, value, storedAt: found.CreatedDate?.getTime() ?? 0 };
  }

  /** Which version is in this stage, the placeholder's too; no value is read. Null where none is, or none is in use. */
  async versionIn(stage: SecretStage): Promise<string | null> {
    const found = await this.#describe();
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

  async #describe(): Promise<DescribeSecretCommandOutput | null> {
    return orIfNamed(
      ['ResourceNotFoundException'],
      this.#client().send(new DescribeSecretCommand({ SecretId: this.#id })),
    );
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

  /** Makes sure that there is a secret, and that something is current in it. */
  async #make(): Promise<void> {
    const found = await this.#describe();
    if (found === null) {
      await orIfNamed(
        // Another caller made it meanwhile.
        ['ResourceExistsException'],
        this.#client().send(
          new CreateSecretCommand({
            Name: this.#id,
            SecretString: placeholder,
            Tags: Object.entries(this.#tags).map(([Key, Value]) => ({ Key, Value })),
          }),
        ),
      );
    } else if (found.DeletedDate !== undefined) {
      await this.#client().send(new RestoreSecretCommand({ SecretId: this.#id }));
      // What the removed connection logged in with is neither current nor previous for the new one.
      const version = randomUUID();
      await this.#putPending(version, placeholder);
      await this.promote(version);
      const removed = await this.versionIn('AWSPREVIOUS');
      if (removed !== null) await this.#unstage('AWSPREVIOUS', removed);
    } else if (versionAt(found.VersionIdsToStages, 'AWSCURRENT') === null) {
      await this.#client().send(new PutSecretValueCommand({ SecretId: this.#id, SecretString: placeholder }));
    }
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
