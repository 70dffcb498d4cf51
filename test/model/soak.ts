/**
 * `npm run soak -- --runs 50000 [--minutes 5]`: many stories of fresh seeds; docs/benchmarks/soak.json and soak.md say what
 * was told. Where that file holds fewer stories than asked for, of the same machine, this goes on with it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { tellMany } from './many-stories.ts';
import { freshSeed } from './seeds.ts';
import { startVendors } from './vendors.ts';

interface Soak {
  readonly date: string;
  /** Of the code that was told the stories. */
  readonly commits: string[];
  readonly machine: string;
  stories: number;
  cpuSeconds: number;
  /** Each with the stories that it gave. */
  readonly seeds: Array<readonly [seed: number, stories: number]>;
  readonly wrong: string[];
  counts: Record<string, number>;
}

const file = 'docs/benchmarks/soak.json';
const page = 'docs/benchmarks/soak.md';
const perSeed = 1_000;
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '50000' }, minutes: { type: 'string', default: '600' } },
});
const wanted = Number(values.runs);
const until = performance.now() + Number(values.minutes) * 60_000;
const processor = cpus()[0]?.model.replace(/\s+\d+-Core.*| Processor.*/u, '') ?? 'unknown';
const machine = `${cpus().length} × ${processor}, Node ${process.versions.node}`;
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const soak = begin();
const vendors = await startVendors();
while (soak.stories < wanted && performance.now() < until && soak.wrong.length === 0) {
  const seed = freshSeed();
  const before = process.cpuUsage();
  const runs = Math.min(perSeed, wanted - soak.stories);
  const { stories, counts, wrong } = await tellMany(vendors, {
    seed,
    runs,
    withinMs: until - performance.now(),
  });
  const { user, system } = process.cpuUsage(before);
  soak.stories += stories;
  soak.cpuSeconds = Math.round(soak.cpuSeconds + (user + system) / 1e6);
  soak.seeds.push([seed, stories]);
  for (const [what, count] of counts) soak.counts[what] = (soak.counts[what] ?? 0) + count;
  if (wrong !== null) soak.wrong.push(wrong);
  soak.counts = Object.fromEntries(
    Object.entries(soak.counts).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  writeFileSync(file, `${JSON.stringify(soak, null, 2)}\n`);
  writeFileSync(page, pageOf(soak));
  process.stdout.write(`${soak.stories} stories, ${soak.cpuSeconds} s of processor time\n${wrong ?? ''}`);
}
await vendors.close();
process.stdout.write(`${soak.stories} passed, ${soak.wrong.length} failed\n`);
process.exitCode = soak.wrong.length === 0 ? 0 : 1;

function begin(): Soak {
  const date = new Date().toISOString().slice(0, 10);
  const fresh: Soak = {
    date,
    commits: [commit],
    machine,
    stories: 0,
    cpuSeconds: 0,
    seeds: [],
    wrong: [],
    counts: {},
  };
  if (!existsSync(file)) return fresh;
  const known = JSON.parse(readFileSync(file, 'utf8')) as Soak;
  if (known.machine !== machine || known.stories >= wanted || known.wrong.length > 0) return fresh;
  return { ...known, commits: [...new Set([...known.commits, commit])] };
}

function pageOf({ date, commits, machine, stories, cpuSeconds, seeds, wrong, counts: all }: Soak): string {
  const table = (title: string, prefix: string): string[] => {
    const rows = Object.entries(all).filter(([what]) => what.startsWith(prefix));
    return [
      `| ${title} | times |`,
      '| --- | ---: |',
      ...rows.map(([what, times]) => `| ${what.slice(prefix.length)} | ${times} |`),
      '',
    ];
  };
  return [
    '# The soak: many stories, and each ends as the model says',
    '',
    `${date}, ${machine}, of ${commits.join(' and ')}. ${stories} stories of ${seeds.length} fresh seeds in ${cpuSeconds} s of processor time; ${wrong.length} ended wrong. In them ${all.legs ?? 0} legs of runs made ${all.requests ?? 0} requests to the two simulators.`,
    '',
    'Made by `npm run soak`; a story of a seed is told again by `MODEL_SEED=… npx vitest run test/model/stories.test.ts`. What ended wrong before this soak stands in `test/model/regressions.test.ts`.',
    '',
    ...table('what happened', 'command '),
    ...table('faults that struck a request', 'fault '),
    ...table('deliveries that ended', 'leg '),
    ...wrong.flatMap((one) => ['```', one, '```', '']),
  ].join('\n');
}
