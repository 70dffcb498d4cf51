import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../../lib/build-app.ts';
import { bundleApp, keepBundles } from '../../lib/bundle-app.ts';
import type { ContextInput } from '../../lib/context.ts';
import { runStacks } from './run-stacks.ts';
import type { RunningStacks, RunOptions } from './running-stacks.ts';
import { readAssembly } from './synthesized-stack.ts';

export interface LocalHostOptions extends RunOptions {
  /** Overrides of `cdk.json`: the only way to set anything of the stacks, as it is in the cloud. */
  readonly context?: ContextInput | undefined;
}

export interface LocalHost extends RunningStacks {
  /** Where the hashes of the callers' keys are. */
  readonly callerSecretId: string;
}

/** Synthesizes the app of `lib` and runs it on this machine. */
export async function startLocalHost({
  context = {},
  ...options
}: LocalHostOptions = {}): Promise<LocalHost> {
  const assembly = mkdtempSync(join(tmpdir(), 'addigy-autotask-'));
  const remove = (): void => rmSync(assembly, { recursive: true, force: true });
  try {
    const { folder: bundles } = await bundleApp();
    buildApp({ bundles, context, outdir: assembly, staging: false, validate: false });
    const running = await runStacks(readAssembly(assembly), options);
    const callerSecretId = running.outputs.CallersSecret;
    if (callerSecretId === undefined) throw new Error('the stacks have no output CallersSecret');
    // Doors' processes start as long as this runs.
    const letGo = keepBundles(bundles);
    return {
      ...running,
      callerSecretId,
      close: async () => {
        letGo();
        await running.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
