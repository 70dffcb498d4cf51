/** Where the vaults are tried: Secrets Manager as `npm start` runs it, and moto where it is on PATH. */
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { startSecretsManager } from './local-secrets.ts';

export interface SecretsHost {
  readonly url: string;
  close(): void | Promise<void>;
}

/** AWS's own behaviour as others have rebuilt it: so that ours is not graded by its author alone. */
async function startMoto(): Promise<SecretsHost> {
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
  const moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300; tries++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, close: () => void moto.kill() };
}

const hasMoto = spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status === 0;

export const secretsHosts: ReadonlyArray<{
  readonly name: string;
  readonly start: () => Promise<SecretsHost>;
  readonly skip: boolean;
}> = [
  { name: 'the local host', start: startSecretsManager, skip: false },
  { name: 'moto', start: startMoto, skip: !hasMoto },
];
