import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { patience } from './patience.ts';

let secrets: SecretsManagerClient | undefined;

export function secretsClient(): SecretsManagerClient {
  secrets ??= new SecretsManagerClient(patience);
  return secrets;
}
