import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import type { Vault } from '#onboarding/trust-credentials';

/** Which credentials of a connection a secret holds. Both API users and the Addigy key. */
export type SecretPurpose = 'device-sync' | 'addigy' | 'addigy-key';
export const secretPurposes: readonly SecretPurpose[] = ['device-sync', 'addigy', 'addigy-key'];

/**
 * What is current in a secret that holds nothing yet. Secrets Manager makes the first version that is
 * put into a secret AWSCURRENT, whatever stages were asked for: a first pending version would be current.
 */
const placeholder = JSON.stringify({ state: 'empty' });
const placeholderSchema = z.strictObject({ state: z.literal('empty') });

/** A secret that was deleted by mistake can be restored for this long. Days; Secrets Manager's least. */
const recoveryDays = 7;

export class SecretVault {
  readonly #client: () => SecretsManagerClient;
  readonly #prefix: string;

  constructor(client: () => SecretsManagerClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  /** The secret `<prefix>/<connection>/<purpose>`, made when something is first stored in it. */
  secret<Value>(connectionId: string, purpose: SecretPurpose, schema: z.ZodType<Value>): Vault<Value> {
    const id = this.#name(connectionId, purpose);
    return {
      current: () => this.#current(id, schema),
      storePending: (version, value) => this.#storePending(id, connectionId, purpose, version, value),
      promote: (version) => this.#promote(id, version),
      discard: (version) => this.#unstage(id, version),
    };
  }

  /** Everything of the connection: out of use at once, gone after seven days. */
  async scheduleDeletion(connectionId: string): Promise<void> {
    for (const purpose of secretPurposes) {
      await orIfNamed(
        // Missing, or scheduled already.
        ['ResourceNotFoundException', 'InvalidRequestException'],
        this.#client().send(
          new DeleteSecretCommand({
            SecretId: this.#name(connectionId, purpose),
            RecoveryWindowInDays: recoveryDays,
          }),
        ),
      );
    }
  }

  #name(connectionId: string, purpose: SecretPurpose): string {
    return `${this.#prefix}/${connectionId}/${purpose}`;
  }

  async #current<Value>(
    id: string,
    schema: z.ZodType<Value>,
  ): Promise<{ version: string; value: Value } | null> {
    const found = await orIfNamed(
      // Not made yet, or scheduled for deletion.
      ['ResourceNotFoundException', 'InvalidRequestException'],
      this.#client().send(new GetSecretValueCommand({ SecretId: id, VersionStage: 'AWSCURRENT' })),
    );
    if (found?.SecretString === undefined || found.VersionId === undefined) return null;
    const value = parseSecret(id, found.SecretString);
    if (placeholderSchema.safeParse(value).success) return null;
    const parsed = schema.safeParse(value);
    // Zod's own message is left out: it may quote the value.
    if (!parsed.success) throw new Error(`the secret ${id} does not hold what it should; store it again`);
    return { version: found.VersionId, value: parsed.data };
  }

  async #storePending<Value>(
    id: string,
    connectionId: string,
    purpose: SecretPurpose,
    version: string,
    value: Value,
  ): Promise<void> {
    await this.#make(id, connectionId, purpose);
    await this.#putPending(id, version, JSON.stringify(value));
  }

  async #putPending(id: string, version: string, text: string): Promise<void> {
    await this.#client().send(
      new PutSecretValueCommand({
        SecretId: id,
        ClientRequestToken: version,
        SecretString: text,
        VersionStages: ['AWSPENDING'],
      }),
    );
  }

  /** Makes sure that there is a secret, and that something is current in it. */
  async #make(id: string, connectionId: string, purpose: SecretPurpose): Promise<void> {
    const found = await orIfNamed(
      ['ResourceNotFoundException'],
      this.#client().send(new DescribeSecretCommand({ SecretId: id })),
    );
    if (found === null) {
      await orIfNamed(
        // Another caller made it meanwhile.
        ['ResourceExistsException'],
        this.#client().send(
          new CreateSecretCommand({
            Name: id,
            SecretString: placeholder,
            Tags: [
              { Key: 'connection', Value: connectionId },
              { Key: 'purpose', Value: purpose },
            ],
          }),
        ),
      );
    } else if (found.DeletedDate !== undefined) {
      await this.#client().send(new RestoreSecretCommand({ SecretId: id }));
      // What the removed connection logged in with is not current for the new one.
      const version = randomUUID();
      await this.#putPending(id, version, placeholder);
      await this.#promote(id, version);
    } else if (versionAt(found.VersionIdsToStages, 'AWSCURRENT') === null) {
      await this.#client().send(new PutSecretValueCommand({ SecretId: id, SecretString: placeholder }));
    }
  }

  async #promote(id: string, version: string): Promise<void> {
    const { VersionIdsToStages } = await this.#client().send(new DescribeSecretCommand({ SecretId: id }));
    const current = versionAt(VersionIdsToStages, 'AWSCURRENT');
    if (current !== version) {
      await this.#client().send(
        new UpdateSecretVersionStageCommand({
          SecretId: id,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: version,
          ...(current === null ? {} : { RemoveFromVersionId: current }),
        }),
      );
    }
    await this.#unstage(id, version);
  }

  async #unstage(id: string, version: string): Promise<void> {
    const { VersionIdsToStages } = await this.#client().send(new DescribeSecretCommand({ SecretId: id }));
    // A later attempt may have moved the stage to its own version.
    if (versionAt(VersionIdsToStages, 'AWSPENDING') !== version) return;
    await this.#client().send(
      new UpdateSecretVersionStageCommand({
        SecretId: id,
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: version,
      }),
    );
  }
}

function versionAt(stages: Record<string, string[]> | undefined, stage: string): string | null {
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
async function orIfNamed<Answer>(names: readonly string[], call: Promise<Answer>): Promise<Answer | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return null;
    throw error;
  }
}
