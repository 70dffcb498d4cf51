import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DeployError } from './environment.ts';

/** The pinned CDK, not one that is on PATH: `latest` is an old one that cannot read today's assemblies. */
const cdk = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin', 'cdk');

/** With this terminal. @throws DeployError where it fails: it has said why */
export async function runCdk(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [cdk, ...args], { stdio: 'inherit' });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new DeployError(`cdk ${args[0]} ended with status ${status ?? 'unknown'}.`);
}
