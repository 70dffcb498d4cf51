// `npm start` and `npm test` come through here first, so that a fresh clone needs no third command.
// npm runs no pre- scripts under `ignore-scripts=true` (.npmrc), hence a step of its own.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const lock = 'package-lock.json';
const installed = 'node_modules/.package-lock.json';
const isFresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;

if (!isFresh) {
  process.stderr.write('Installing dependencies (npm ci)…\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // npm's own output goes to stderr: stdout belongs to `--json`.
  const run = spawnSync(npm, ['ci', '--no-progress'], { stdio: ['ignore', 2, 2] });
  process.exit(run.status ?? 1);
}
