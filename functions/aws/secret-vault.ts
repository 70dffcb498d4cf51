import { DeleteSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { addigyUserSchema, apiUserSchema, type Purpose, purposes } from '#connections/connection';
import type { ApiUserVault, PendingCredentials } from '#onboarding/api-user-vault';
import type { Vault } from '#onboarding/trust-credentials';
import type { SecretKeeping } from './keep-secret.ts';
import { stageTag } from './secret-policy.ts';
import {
  orIfNamed,
  type SecretStage,
  SecretVersions,
  type StoredVersion,
  unlessGone,
} from './secret-versions.ts';

/** Which credentials of a connection a secret holds. Both API users and the Addigy key. */
export type SecretPurpose = Purpose | 'addigy-key';
export const secretPurposes: readonly SecretPurpose[] = [...purposes, 'addigy-key'];

/** A secret that was deleted by mistake can be restored for this long. Days; Secrets Manager's least. */
const recoveryDays = 7;

const userSchemas = { 'device-sync': apiUserSchema, addigy: addigyUserSchema };
const some = z.string().check(z.minLength(1));
/** Under a name of its own, so that no draft can be taken for credentials. */
const draftSchema = z.strictObject({
  draft: z.strictObject({ localPart: some, secret: some }),
});

export class SecretVault {
  readonly #client: () => SecretsManagerClient;
  readonly #prefix: string;
  readonly #keeping: SecretKeeping | null;

  /** @param keeping how secrets are made; null for who only reads or deletes them */
  constructor(client: () => SecretsManagerClient, prefix: string, keeping: SecretKeeping | null) {
    this.#client = client;
    this.#prefix = prefix;
    this.#keeping = keeping;
  }

  /** The secret `<prefix>/<connection>/<purpose>`, made when something is first stored in it. */
  secret<Value>(
    connectionId: string,
    purpose: SecretPurpose,
    schema: z.ZodMiniType<Value>,
  ): Omit<Vault<Value>, 'current'> & { current(): Promise<StoredVersion<Value> | null> } {
    const versions = this.#versions(connectionId, purpose);
    return {
      current: () => this.#read(connectionId, purpose, 'AWSCURRENT', schema),
      storePending: (version, value) => versions.storePending(version, value),
      promote: (version) => versions.promote(version),
      discard: (version) => versions.discard(version),
    };
  }

  /** As `secret`, with what is not current (any more). */
  apiUser(connectionId: string, purpose: Purpose): ApiUserVault {
    const schema = userSchemas[purpose];
    const versions = this.#versions(connectionId, purpose);
    return {
      ...this.secret(connectionId, purpose, schema),
      storeDraft: async (version, draft) => {
        // Two who mint for one version at once: what came first stays, nobody has seen the other.
        await orIfNamed(['ResourceExistsException'], versions.storePending(version, { draft }));
      },
      pendingVersion: () => versions.versionIn('AWSPENDING'),
      pending: async (): Promise<PendingCredentials | null> => {
        const found = await this.#read(connectionId, purpose, 'AWSPENDING', z.union([draftSchema, schema]));
        if (found === null) return null;
        const { version, value } = found;
        return 'draft' in value
          ? { kind: 'draft', version, value: value.draft }
          : { kind: 'submitted', version, value };
      },
      previous: () => this.#read(connectionId, purpose, 'AWSPREVIOUS', schema),
    };
  }

  /** Everything of the connection: out of use at once, gone after seven days. */
  async scheduleDeletion(connectionId: string): Promise<void> {
    for (const purpose of secretPurposes) {
      const [client, SecretId] = [this.#client(), this.#name(connectionId, purpose)];
      const deletion = new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: recoveryDays });
      // Missing, or scheduled already.
      await unlessGone(client, SecretId, client.send(deletion));
    }
  }

  #name(connectionId: string, purpose: SecretPurpose): string {
    return `${this.#prefix}/${connectionId}/${purpose}`;
  }

  #versions(connectionId: string, purpose: SecretPurpose): SecretVersions {
    return new SecretVersions(this.#client, this.#name(connectionId, purpose), this.#keeping, {
      ...(this.#keeping === null ? {} : { [stageTag]: this.#keeping.stage }),
      connection: connectionId,
      purpose,
    });
  }

  async #read<Value>(
    connectionId: string,
    purpose: SecretPurpose,
    stage: SecretStage,
    schema: z.ZodMiniType<Value>,
  ): Promise<StoredVersion<Value> | null> {
    const found = await this.#versions(connectionId, purpose).read(stage);
    if (found === null) return null;
    const parsed = schema.safeParse(found.value);
    if (parsed.success) return { ...found, value: parsed.data };
    const name = this.#name(connectionId, purpose);
    // Zod's own message is left out: it may quote the value.
    throw new Error(`the secret ${name} (${stage}) does not hold what it should; store it again`);
  }
}
