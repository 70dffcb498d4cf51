/** The secrets of a connection, each with the shape of what it holds. */
import { addigyKeySchema, apiUserSchema, type Purpose } from '#connections/connection';
import { SecretVault } from './secret-vault.ts';
import { secretsClient } from './secrets-client.ts';

/** For a door that reads what works, and at most puts it out of use. */
export function createCredentials(names: { readonly SECRET_PREFIX: string }) {
  const vault = new SecretVault(secretsClient, names.SECRET_PREFIX, null);
  return {
    deviceSyncUser: (connectionId: string) =>
      vault.secret(connectionId, 'device-sync', apiUserSchema).current(),
    addigyKey: (connectionId: string) => vault.secret(connectionId, 'addigy-key', addigyKeySchema).current(),
    forgetSecrets: (connectionId: string) => vault.scheduleDeletion(connectionId),
  };
}

/** For a door that stores as well. */
export function createVaults(names: {
  readonly SECRET_PREFIX: string;
  readonly SECRET_KEY_ID: string;
  readonly SECRET_OWNERS: string;
  readonly STAGE: string;
}) {
  const vault = new SecretVault(secretsClient, names.SECRET_PREFIX, {
    keyId: names.SECRET_KEY_ID,
    owners: names.SECRET_OWNERS,
    stage: names.STAGE,
  });
  return {
    deviceSyncVault: (connectionId: string) => vault.secret(connectionId, 'device-sync', apiUserSchema),
    addigyKeyVault: (connectionId: string) => vault.secret(connectionId, 'addigy-key', addigyKeySchema),
    apiUserVault: (connectionId: string, purpose: Purpose) => vault.apiUser(connectionId, purpose),
    forgetSecrets: (connectionId: string) => vault.scheduleDeletion(connectionId),
  };
}
