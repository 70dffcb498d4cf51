/** Starts the simulators' process for one measurement, and ends it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface VendorUrls {
  readonly autotask: string;
  readonly addigy: string;
}

export interface World {
  readonly devices: number;
  readonly latencyMs?: number;
  /** Without items. */
  readonly isClean?: boolean;
  /** Instead of the made fleet with its mess: before the first sync, or after it. */
  readonly tidy?: 'new' | 'settled';
}

export async function withVendors<Result>(
  world: World,
  measure: (urls: VendorUrls) => Promise<Result>,
): Promise<Result> {
  const child: ChildProcess = fork(
    fileURLToPath(new URL('vendors.ts', import.meta.url)),
    [JSON.stringify(world)],
    { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  try {
    const [urls] = (await once(child, 'message')) as [VendorUrls];
    return await measure(urls);
  } finally {
    child.disconnect();
    if (child.exitCode === null) await once(child, 'exit');
  }
}
