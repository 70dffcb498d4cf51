/**
 * Calls to Autotask and Addigy of three ways to do the same job, by the number of devices: of the first run, which makes
 * every item, and of a quiet one, which finds nothing to do. What each has made is checked by the same check.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { zoneOf } from './engine.ts';
import type { OneRun } from './one-run.ts';
import { runPerDevice } from './per-device.ts';
import { runPlainScript } from './plain-script.ts';
import { checkTidyResult } from './tidy-world.ts';
import { type VendorUrls, withVendors } from './with-vendors.ts';

export const ways = ['ours', 'plain script', 'search per device'] as const;
export type Way = (typeof ways)[number];

export interface Calls {
  readonly addigy: number;
  readonly autotask: number;
}

export interface CallsFigure {
  readonly way: Way;
  readonly devices: number;
  readonly first: Calls;
  /** Null: run as it is. */
  readonly firstExtrapolatedFrom: number | null;
  readonly quiet: Calls;
  readonly quietExtrapolatedFrom: number | null;
}

export interface Cost {
  readonly devices: number;
  /** Of the whole quiet run, reading and planning. */
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** Above these a way is not run, since what is counted is a straight line: a create for each device takes its time. */
const mostWritten = 1_000;
const mostSearched = 10_000;

export async function measureCalls(
  sizes: readonly number[],
  log: (line: string) => void,
): Promise<{ readonly calls: CallsFigure[]; readonly costs: Cost[] }> {
  const calls: CallsFigure[] = [];
  const costs: Cost[] = [];
  for (const devices of sizes) {
    for (const way of ways) {
      const last = calls.findLast((figure) => figure.way === way);
      const writes = devices <= mostWritten;
      const runsQuiet = way !== 'search per device' || devices <= mostSearched;
      const first = writes ? await firstRun(way, devices) : null;
      const quiet = runsQuiet ? await quietRun(way, devices) : null;
      if (quiet?.cost) costs.push(quiet.cost);
      const from = (was: Calls | undefined): Calls => scaled(was, devices / (last?.devices ?? devices));
      calls.push({
        way,
        devices,
        first: first ?? from(last?.first),
        firstExtrapolatedFrom: first === null ? (last?.firstExtrapolatedFrom ?? last?.devices ?? 0) : null,
        quiet: quiet?.calls ?? from(last?.quiet),
        quietExtrapolatedFrom: quiet === null ? (last?.quietExtrapolatedFrom ?? last?.devices ?? 0) : null,
      });
      log(JSON.stringify(calls.at(-1)));
    }
  }
  return { calls, costs };
}

const firstRun = (way: Way, devices: number): Promise<Calls> =>
  withVendors({ devices, tidy: 'new' }, async (urls) => {
    const run = runs[way];
    const { calls } = await run(urls);
    await checkTidyResult(urls.autotask, devices);
    return calls;
  });

const quietRun = (way: Way, devices: number): Promise<{ calls: Calls; cost: Cost | null }> =>
  withVendors({ devices, tidy: 'settled' }, async (urls) => {
    const { calls, cost } = await runs[way](urls);
    if ((await countOf(urls.autotask, 'PATCH')) + (await countOf(urls.autotask, 'POST', itemsPath)) > 0) {
      throw new Error(`${way}: a run over ${devices} settled devices wrote`);
    }
    return { calls, cost: cost && { devices, ...cost } };
  });

interface Ran {
  readonly calls: Calls;
  readonly cost: Omit<Cost, 'devices'> | null;
}

const runs: Readonly<Record<Way, (urls: VendorUrls) => Promise<Ran>>> = {
  async ours(urls) {
    const args = ['--import', 'tsx', 'test/bench/one-run.ts', JSON.stringify([urls, true])];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 20 });
    const { cpuMs, peakMb } = JSON.parse(stdout) as OneRun;
    return { calls: await arrived(urls), cost: { cpuMs, peakMb } };
  },
  async 'plain script'(urls) {
    await runPlainScript(urls);
    return { calls: await arrived(urls), cost: null };
  },
  async 'search per device'(urls) {
    await runPerDevice(urls, await zoneOf(urls));
    return { calls: await arrived(urls), cost: null };
  },
};

const itemsPath = '/ConfigurationItems$';

/** As the vendors counted; zone discovery is part of every way. */
const arrived = async ({ addigy, autotask }: VendorUrls): Promise<Calls> => ({
  addigy: await countOf(addigy),
  autotask: await countOf(autotask),
});

async function countOf(url: string, method = '', path = ''): Promise<number> {
  const query = new URLSearchParams({ count: '', method, path });
  const answer = await fetch(`${url}/_sim/journal?${query}`);
  return ((await answer.json()) as { count: number }).count;
}

const scaled = (calls: Calls | undefined, by: number): Calls => ({
  addigy: Math.round((calls?.addigy ?? Number.NaN) * by),
  autotask: Math.round((calls?.autotask ?? Number.NaN) * by),
});
