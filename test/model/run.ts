/**
 * `npm run test:model -- --runs 2000`: so many stories, one half of the fixed seed and one half of a fresh one, and a
 * closing line with the counts. With `--seed N` all of them are of that seed.
 */
import { parseArgs } from 'node:util';
import { closeRun, forgetRun } from '../counts.ts';
import { tellMany } from './many-stories.ts';
import { fixedSeed, freshSeed } from './seeds.ts';
import { startVendors } from './vendors.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '2000' }, seed: { type: 'string' } },
});
const runs = Number(values.runs);
if (!Number.isSafeInteger(runs) || runs < 2) throw new Error('--runs wants a whole number from 2 on');
forgetRun('model');

const seeds = values.seed === undefined ? [fixedSeed, freshSeed()] : [Number(values.seed)];
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const vendors = await startVendors();
let passed = 0;
let failed = 0;
for (const seed of seeds) {
  const before = process.cpuUsage();
  const { stories, wrong } = await tellMany(vendors, { seed, runs: Math.ceil(runs / seeds.length) });
  const { user, system } = process.cpuUsage(before);
  const cpu = ((user + system) / 1e6).toFixed(1);
  say(
    `seed ${seed}${seed === fixedSeed ? ' (fixed)' : ''}: ${stories} stories ended as they should, ${cpu} s of processor time`,
  );
  passed += stories;
  if (wrong === null) continue;
  failed += 1;
  say(wrong);
}
await vendors.close();
process.exitCode = closeRun('model', { passed, failed, skipped: 0 });
