/** Secrets Manager on this machine, as `npm start` runs it, with a journal of what was asked. */
import { secretsManager } from '../../bin/local/secrets-manager.ts';

export interface LocalSecrets {
  readonly url: string;
  /** In the order they came; the resource is the ARN of the secret. */
  readonly journal: ReadonlyArray<{ readonly operation: string; readonly resource: string }>;
  close(): Promise<void>;
}

export async function startSecretsManager(): Promise<LocalSecrets> {
  const journal: Array<{ operation: string; resource: string }> = [];
  const endpoint = secretsManager((_key, action, resource) => {
    journal.push({ operation: action.split(':').at(-1) ?? '', resource });
  });
  await endpoint.listen();
  return { url: endpoint.url, journal, close: () => endpoint.close() };
}
