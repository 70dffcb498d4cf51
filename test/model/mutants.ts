/**
 * `npm run test:model:mutants [-- --runs 2000 --only words]`: the engine with one defect after the other, each told
 * stories of the fixed seed until one ends wrong, or given to the test that notices it; a table of which. It works on a
 * copy of the project.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type EngineMutant, engineMutants } from './engine-mutants.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '2000' }, only: { type: 'string', default: '' } },
});
const copied = [
  'functions',
  'test',
  'bin',
  'lib',
  'docs',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];
const copy = mkdtempSync(join(tmpdir(), 'model-mutants-'));
for (const path of copied) cpSync(path, join(copy, path), { recursive: true });
symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));

let unnoticed = 0;
process.stdout.write('| the engine | noticed by |\n| --- | --- |\n');
for (const mutant of engineMutants.filter(({ what }) => what.includes(values.only))) {
  const told = changed(mutant, () => noticed(mutant));
  if (told === null) unnoticed += 1;
  process.stdout.write(`| ${mutant.what} | ${told ?? '**nothing**'} |\n`);
}
rmSync(copy, { recursive: true });
process.exitCode = unnoticed === 0 ? 0 : 1;

function changed<Told>({ what, edits }: EngineMutant, tell: () => Told): Told {
  const texts = new Map<string, string>();
  for (const { file, from, to } of edits) {
    const parts = (texts.get(file) ?? readFileSync(file, 'utf8')).split(from);
    if (parts.length !== 2) throw new Error(`${what}: ${file} has ${parts.length - 1} times ${from}`);
    texts.set(file, parts.join(to));
  }
  for (const [file, text] of texts) writeFileSync(join(copy, file), text);
  const told = tell();
  for (const file of texts.keys()) cpSync(file, join(copy, file));
  return told;
}

/** How; null where nothing did. */
function noticed({ what, test }: EngineMutant): string | null {
  if (test !== undefined)
    return run(['node_modules/vitest/vitest.mjs', 'run', test]).ok ? null : `\`${test}\``;
  const { ok, said } = run(['node_modules/tsx/dist/cli.mjs', 'test/model/first-wrong.ts', values.runs]);
  const story = /^story (\d+): /mu.exec(said)?.[1];
  if (!ok && story === undefined) throw new Error(`${what}: ${said}`);
  return ok ? null : `story ${story}`;
}

function run(args: readonly string[]): { readonly ok: boolean; readonly said: string } {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
  return { ok: status === 0, said: stdout + stderr };
}
