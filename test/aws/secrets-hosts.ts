/** Where the vaults are tried: Secrets Manager as `npm start` runs it, and moto where it is on PATH. */
import { hasMoto, startMoto } from '../moto.ts';
import { startSecretsManager } from './local-secrets.ts';

export interface SecretsHost {
  readonly url: string;
  close(): void | Promise<void>;
}

export const secretsHosts: ReadonlyArray<{
  readonly name: string;
  readonly start: () => Promise<SecretsHost>;
  readonly skip: boolean;
}> = [
  { name: 'the local host', start: startSecretsManager, skip: false },
  { name: 'moto', start: startMoto, skip: !hasMoto },
];
