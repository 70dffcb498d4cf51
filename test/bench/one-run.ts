/** One run of the engine in a process of its own: prints what it did, its processor time and its peak memory as JSON. */
import { runEngine, zoneOf } from './engine.ts';
import type { VendorUrls } from './with-vendors.ts';

export interface OneRun {
  readonly calls: { readonly addigy: number; readonly autotask: number };
  readonly creates: number;
  readonly changes: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

const [urls, apply] = JSON.parse(process.argv[2] ?? '') as [VendorUrls, boolean];
const zone = await zoneOf(urls);
const before = process.cpuUsage();
// 90 a second: below the 100 at which Addigy locks a key.
const { calls, counts } = await runEngine(urls, zone, { apply, requestsPerSecond: 90 });
const { user, system } = process.cpuUsage(before);
const { create, update, reactivate, deactivate } = counts;
const run: OneRun = {
  calls,
  creates: create,
  changes: create + update + reactivate + deactivate,
  cpuMs: Math.round((user + system) / 1000),
  // Of the whole process, in kilobytes.
  peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
};
process.stdout.write(JSON.stringify(run));
