/**
 * `npm run test:model:mutants [-- --runs 2000 --only words]`: the engine with one defect after the other, each told
 * stories of the fixed seed until one ends wrong; a table of how many that took. It works on a copy of the project.
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
const copied = ['functions', 'test', 'package.json', 'tsconfig.json'];
const copy = mkdtempSync(join(tmpdir(), 'model-mutants-'));
for (const path of copied) cpSync(path, join(copy, path), { recursive: true });
symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));

let unnoticed = 0;
process.stdout.write('| the engine | the story that ends wrong | how |\n| --- | ---: | --- |\n');
for (const mutant of engineMutants.filter(({ what }) => what.includes(values.only))) {
  const told = tell(mutant);
  if (told === null) unnoticed += 1;
  process.stdout.write(`| ${mutant.what} | ${told === null ? 'none' : told.story} | ${told?.how ?? ''} |\n`);
}
rmSync(copy, { recursive: true });
process.exitCode = unnoticed === 0 ? 0 : 1;

function tell({ what, edits }: EngineMutant): { readonly story: string; readonly how: string } | null {
  const kept = new Map(edits.map(({ file }) => [file, readFileSync(file, 'utf8')] as const));
  const changed = new Map(kept);
  for (const { file, from, to } of edits) {
    const parts = changed.get(file)!.split(from);
    if (parts.length !== 2) throw new Error(`${what}: ${file} has ${parts.length - 1} times ${from}`);
    changed.set(file, parts.join(to));
  }
  for (const [file, text] of changed) writeFileSync(join(copy, file), text);
  const args = ['node_modules/tsx/dist/cli.mjs', 'test/model/first-wrong.ts', values.runs];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
  for (const [file, text] of kept) writeFileSync(join(copy, file), text);
  if (status === 0) return null;
  const [, story, how] = /^story (\d+): (.*)$/mu.exec(stdout) ?? [];
  if (story === undefined) throw new Error(`${what}: ${stderr}`);
  return { story, how: how!.replaceAll('|', '\\|').slice(0, 160) };
}
