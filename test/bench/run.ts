/**
 * `npm run bench`: every figure beside what it is held against, measured in one run; a table, and a JSON file.
 * Exit status 1 where a figure is off its bound.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';
import { runEngine } from './engine.ts';
import { runPerDevice } from './per-device.ts';
import { type VendorUrls, withVendors } from './with-vendors.ts';

interface Figure {
  readonly what: string;
  readonly measured: number;
  readonly against: number;
  readonly unit: string;
  readonly ratio: number;
  /** The ratio must be at most this; or at least, where it is a saving. */
  readonly bound: string;
  readonly holds: boolean;
}

const figures: Figure[] = [];
const atMost = (what: string, unit: string, measured: number, against: number, most: number): void => {
  const ratio = measured / against;
  figures.push({ what, unit, measured, against, ratio, bound: `<= ${most}`, holds: ratio <= most });
};
const atLeast = (what: string, unit: string, measured: number, against: number, least: number): void => {
  const ratio = against / measured;
  figures.push({ what, unit, measured, against, ratio, bound: `>= ${least} saved`, holds: ratio >= least });
};

const unchanged = 10_000;
console.error(`calls of a run without changes, ${unchanged} devices …`);
await withVendors({ devices: unchanged }, async (urls) => {
  await runEngine(urls, true);
  const quiet = await runEngine(urls, true);
  const { create, update, reactivate, deactivate } = quiet.counts;
  if (create + update + reactivate + deactivate !== 0) throw new Error('the second run still found changes');
  const items = await countMapped(urls);
  const cheapest = 1 + Math.ceil(items / 500);
  figures.push({
    what: `Autotask calls, no changes, against count and pages of ${items} items`,
    unit: 'calls',
    measured: quiet.calls.autotask,
    against: cheapest,
    ratio: quiet.calls.autotask / cheapest,
    bound: `<= 1.05 x + 5 = ${Math.floor(1.05 * cheapest + 5)}`,
    holds: quiet.calls.autotask <= 1.05 * cheapest + 5,
  });
  const pages = Math.ceil(unchanged / 100);
  figures.push({
    what: 'Addigy calls, no changes, against pages',
    unit: 'calls',
    measured: quiet.calls.addigy,
    against: pages,
    ratio: quiet.calls.addigy / pages,
    bound: `<= pages + 2 = ${pages + 2}`,
    holds: quiet.calls.addigy <= pages + 2,
  });
  const perDevice = await runPerDevice(urls);
  atLeast(
    'Autotask calls, no changes, against a search per device',
    'calls',
    quiet.calls.autotask,
    perDevice.autotask,
    200,
  );
});

const creates = 3_000;
const latencyMs = 50;
console.error(`first sync of about ${creates} devices at ${latencyMs} ms …`);
await withVendors({ devices: Math.round(creates * 1.2), latencyMs, isClean: true }, async (urls) => {
  const began = performance.now();
  const report = await runEngine(urls, true);
  const ms = performance.now() - began;
  if (report.counts.failed > 0) throw new Error(`${report.counts.failed} changes failed`);
  const writes = report.counts.applied;
  atMost(
    `first sync, ${writes} creates, against creates x ${latencyMs} ms / 3 lanes`,
    'ms',
    Math.round(ms),
    (writes * latencyMs) / 3,
    1.15,
  );
});

console.error('planning …');
const plan = (size: number): { ms: number; rssMb: number } =>
  JSON.parse(
    execFileSync(
      process.execPath,
      ['--max-old-space-size=12000', '--import', 'tsx', 'test/bench/planning.ts', String(size)],
      {
        encoding: 'utf8',
      },
    ),
  );
const hundredThousand = plan(100_000);
const million = plan(1_000_000);
atMost('planning 100,000 devices, against 1.5 s', 'ms', hundredThousand.ms, 1_500, 1);
atMost('memory of planning 100,000, against 600 MB', 'MB', hundredThousand.rssMb, 600, 1);
atMost('planning 1,000,000, against 100,000', 'ms', million.ms, hundredThousand.ms, 13);

console.error('npm start -- --once, 500 devices …');
const began = performance.now();
execFileSync('npm', ['start', '--silent', '--', '--once', '--json'], {
  stdio: ['ignore', 'ignore', 'ignore'],
});
atMost(
  'npm start -- --once at 500 devices, against 30 s',
  'ms',
  Math.round(performance.now() - began),
  30_000,
  1,
);

const shown = figures.map((figure) => ({
  figure: figure.what,
  measured: `${figure.measured} ${figure.unit}`,
  against: `${Math.round(figure.against)} ${figure.unit}`,
  ratio: figure.ratio.toFixed(2),
  bound: figure.bound,
  holds: figure.holds ? 'yes' : 'NO',
}));
console.table(shown);
mkdirSync('.local', { recursive: true });
writeFileSync(
  '.local/bench.json',
  `${JSON.stringify({ date: new Date().toISOString(), node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30), figures }, null, 2)}\n`,
);
console.log('written to .local/bench.json');
process.exitCode = figures.every((figure) => figure.holds) ? 0 : 1;

/** The items of the companies that a policy leads to. Asked of the control planes, which costs no vendor call. */
async function countMapped({ autotask, addigy }: VendorUrls): Promise<number> {
  const state = async (url: string) => (await fetch(`${url}/_sim/state`)).json();
  const { policies } = (await state(addigy)) as { policies: Array<{ autotask_account_id?: number | null }> };
  const { items } = (await state(autotask)) as { items: Array<{ companyID: number }> };
  const mapped = new Set(policies.map((policy) => policy.autotask_account_id).filter(Boolean));
  return items.filter((item) => mapped.has(item.companyID)).length;
}
