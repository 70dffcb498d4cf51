import type { Server } from 'node:http';
import dynalite from 'dynalite';
import type { Deployment } from './deployment.ts';
import { firstValue } from './first-value.ts';
import { SecretStore } from './secret-store.ts';

/** What outlives the doors. Given to the next run of the same stacks, nothing that was stored is lost. */
export interface Kept {
  readonly secrets: SecretStore;
  readonly tables: Server;
}

export const nothingKept = (): Kept => ({
  secrets: new SecretStore(),
  tables: dynalite({ createTableMs: 0 }),
});

/** Makes the template's secrets, those that are not there yet, and gives all of them their policies. */
export function keepSecrets(secrets: SecretStore, deployment: Deployment): void {
  for (const { properties } of deployment.all('AWS::SecretsManager::Secret')) {
    const { Name, Description, KmsKeyId = null } = properties;
    if (secrets.known(Name) !== null) continue;
    secrets.create(Name, Description, firstValue(properties), KmsKeyId);
  }
  for (const { properties } of deployment.all('AWS::SecretsManager::ResourcePolicy'))
    secrets.inUse(properties.SecretId).policy = properties.ResourcePolicy;
}
