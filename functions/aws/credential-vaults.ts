/** The secrets of a connection, each with the shape of what it holds. */
import { addigyKeySchema, apiUserSchema, type Purpose } from '#onboarding/connection';
import { secretsClient } from './clients.ts';
import { SecretVault } from './secret-vault.ts';

export function createVaults(names: { readonly SECRET_PREFIX: string }) {
  const vault = new SecretVault(secretsClient, names.SECRET_PREFIX);
  return {
    deviceSyncVault: (connectionId: string) => vault.secret(connectionId, 'device-sync', apiUserSchema),
    addigyKeyVault: (connectionId: string) => vault.secret(connectionId, 'addigy-key', addigyKeySchema),
    apiUserVault: (connectionId: string, purpose: Purpose) => vault.apiUser(connectionId, purpose),
    forgetSecrets: (connectionId: string) => vault.scheduleDeletion(connectionId),
  };
}
