/**
 * `npm run bench [-- SECTION… --record]`: every figure beside what it is held against, measured in one run; a table, and a
 * JSON file; with `--record` also docs/benchmarks. Exit status 1 where a figure is off its bound.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';
import { lanes } from '#connections/serve-in-tens';
import { measureColdStarts } from './cold-start.ts';
import { atMost, exactly, figures, withinOf } from './figures.ts';
import { measureLoad } from './load.ts';
import { keepRecorded } from './recorded.ts';
import { measured, recordedSections } from './recorded-sections.ts';
import { runTick } from './schedule.ts';
import { writeBenchmarks } from './write-benchmarks.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const sections: Record<string, () => Promise<void>> = {
  ...recordedSections,

  async schedule() {
    const size = 100_000;
    const tick = await runTick(size, 0);
    exactly('PutEvents calls, 100,000 connections due in one tick', 'calls', tick.putEvents, size / 10);
    exactly('index pages, against 1 MB of each shard', 'pages', tick.duePages, tick.pagesOfAll);
    exactly('connections asked for by exactly one run', 'connections', tick.exactlyOnce, size);
    exactly('connections moved on', 'connections', tick.movedOn, size);
    exactly('of them counted as stale', 'connections', tick.stale, size / 100);
    atMost('peak memory of the tick over that of an idle one, against 40 MB', 'MB', tick.rssGrowthMb, 40, 1);
    atMost("duration, against the door's 600 s", 'ms', tick.ms, 600_000, 1);
    const kills = 3;
    const killed = await runTick(size, kills, console.error);
    exactly(
      'killed three times: connections asked for by exactly one run',
      'connections',
      killed.exactlyOnce,
      size,
    );
    exactly('killed three times: connections moved on', 'connections', killed.movedOn, size);
    const again = killed.again;
    atMost(
      'killed three times: the same run asked for again, against lanes x 10 x kills',
      'events',
      again,
      lanes * 10 * kills,
      1,
    );
    const most = size / 10 + kills * (lanes + 1);
    withinOf('killed three times: PutEvents calls', killed.putEvents, size / 10, most);
  },

  async 'cold-start'() {
    // Of seven, the medians of one and the same door differ by a fifth from run to run.
    const starts = 21;
    const show = (ms: number) => Math.round(ms);
    const found = await measureColdStarts(starts);
    for (const { door, ms, bareMs, cpuMs, bareCpuMs } of found) {
      const what = `init of ${door}, against a bare handler with its SDK clients (medians of ${starts})`;
      atMost(what, 'ms', show(ms), bareMs, 1.4);
      atMost(`${what}, of the processor`, 'ms', show(cpuMs), bareCpuMs, 1.4);
    }
    console.table(
      found.map((each) => ({
        door: each.door,
        'SDK clients': each.clients.join(', '),
        'init, ms': show(each.ms),
        'of the bare handler': show(each.bareMs),
        'with the SDK beside it': show(each.externalMs),
        'CPU, ms': show(each.cpuMs),
        'CPU of the bare handler': show(each.bareCpuMs),
        'CPU with the SDK beside it': show(each.externalCpuMs),
      })),
    );
  },

  async load() {
    const modest = { rate: 20, seconds: 10 };
    const heavy = { rate: 200, seconds: 30 };
    const log = console.error;
    const found = await measureLoad({ modest, heavy, drainSeconds: 240, log });
    const of = ({ rate, seconds }: typeof heavy) => `POST /runs, ${rate} a second for ${seconds} s`;
    exactly(`${of(modest)}: accepted`, 'runs', found.modest.accepted, modest.rate * modest.seconds);
    atMost(`${of(modest)}: p50 from the moment to send, against 30 ms`, 'ms', found.modest.p50, 30, 1);
    exactly(`${of(heavy)}: accepted`, 'runs', found.heavy.accepted, heavy.rate * heavy.seconds);
    // A rate is held where the last are not answered later than the first.
    atMost(`${of(heavy)}: p99 from the moment to send, against 1 s`, 'ms', found.heavy.p99, 1_000, 1);
    exactly('accepted runs that neither ended nor wait in a queue', 'runs', found.lost, 0);
    exactly('dead letters', 'messages', found.deadLetters, 0);
  },

  async synth() {
    const began = performance.now();
    execFileSync('npx', ['cdk', 'synth', '--quiet'], { stdio: 'ignore' });
    const ms = Math.round(performance.now() - began);
    atMost('cdk synth, its templates not checked, against 5 s', 'ms', ms, 5_000, 1);
  },

  async start() {
    const began = performance.now();
    execFileSync('npm', ['start', '--silent', '--', '--once', '--json'], { stdio: 'ignore' });
    const ms = Math.round(performance.now() - began);
    atMost('npm start -- --once at 500 devices, against 30 s', 'ms', ms, 30_000, 1);
  },
};

const words = process.argv.slice(2);
const chosen = words.filter((word) => word !== '--record');
const strange = chosen.filter((word) => !Object.hasOwn(sections, word));
if (strange.length > 0) {
  console.error(
    `npm run bench [-- SECTION… --record] has no ${strange.join(', ')}. Sections: ${Object.keys(sections).join(', ')}.`,
  );
  process.exit(2);
}
for (const name of chosen.length === 0 ? Object.keys(sections) : chosen) {
  console.error(`${name} …`);
  await sections[name]?.();
}

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
if (words.includes('--record')) {
  writeBenchmarks(keepRecorded(measured));
  console.log('written to docs/benchmarks');
}
process.exitCode = figures.every((figure) => figure.holds) ? 0 : 1;
