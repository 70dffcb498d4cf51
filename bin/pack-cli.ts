/**
 * `npm run pack`: the command line as a package of its own, one bundled file and no dependency, so that a pipeline
 * installs it without this repository and without a registry. Prints where it is.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import pack from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const target = process.argv[2] ?? join(root, 'dist');
const folder = join(target, 'cli');

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const bundle = join(folder, 'cli.mjs');
await build({
  entryPoints: [join(root, 'bin/cli.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  keepNames: true,
  legalComments: 'eof',
  banner: {
    // Commander is CommonJS: inside the bundle it still calls `require` for node's own modules.
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
chmodSync(bundle, 0o755);
copyFileSync(join(root, 'docs/cli.md'), join(folder, 'README.md'));
const { name, version, license, engines } = pack;
const description =
  "The command line of addigy-autotask: connections between Addigy and Autotask, over the service's HTTP API.";
const made = {
  name,
  version,
  description,
  license,
  private: true,
  type: 'module',
  engines,
  bin: { [name]: 'cli.mjs' },
};
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(made, null, 2)}\n`);

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const packed = spawnSync(npm, ['pack', folder, '--silent', '--pack-destination', target], {
  encoding: 'utf8',
});
if (packed.status !== 0) {
  process.stderr.write(packed.stderr);
  process.exit(1);
}
process.stdout.write(`${join(target, packed.stdout.trim())}\n`);
