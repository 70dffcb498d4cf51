/** Starts the simulators' process for one measurement, and ends it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface VendorUrls {
  readonly autotask: string;
  readonly addigy: string;
}

export async function withVendors<Result>(
  world: { readonly devices: number; readonly latencyMs?: number; readonly isClean?: boolean },
  measure: (urls: VendorUrls) => Promise<Result>,
): Promise<Result> {
  const { devices, latencyMs = 0, isClean = false } = world;
  const child: ChildProcess = fork(
    fileURLToPath(new URL('vendors.ts', import.meta.url)),
    [String(devices), String(latencyMs), isClean ? '1' : '0'],
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
