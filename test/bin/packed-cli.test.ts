/** The package that `npm run pack` makes: installed into an empty folder without a network, it runs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pack from '../../package.json' with { type: 'json' };
import { connection, key, type ScriptedApi, startScriptedApi } from './cli/scripted-api.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'packed-cli-'));
let api: ScriptedApi;
let packed = '';
beforeAll(async () => {
  api = await startScriptedApi();
  const { stdout } = await run(process.execPath, ['--import', 'tsx', 'bin/pack-cli.ts', folder]);
  packed = stdout.trim();
  writeFileSync(join(folder, 'package.json'), '{}');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', packed], { cwd: folder });
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the packed command line', () => {
  it('is one small file, and depends on nothing', () => {
    const { dependencies, bin } = JSON.parse(
      readFileSync(join(folder, 'node_modules/addigy-autotask/package.json'), 'utf8'),
    ) as typeof pack;
    expect([dependencies, bin]).toEqual([undefined, { 'addigy-autotask': 'cli.mjs' }]);
    expect(statSync(packed).size).toBeLessThan(150_000);
  });

  it('speaks to an API, by the name that npx knows it by', async () => {
    api.script({ 'GET /connections': { body: { connections: [connection()], next: null } } });
    const bin = join(folder, 'node_modules/.bin/addigy-autotask');
    const env = { PATH: process.env.PATH, ADDIGY_AUTOTASK_URL: api.url, ADDIGY_AUTOTASK_KEY: key };
    const { stdout, stderr } = await run(bin, ['connections'], { cwd: folder, env });
    expect(JSON.parse(stdout)).toMatchObject({ connections: [{ id: 'acme-dental' }] });
    expect(stderr).toBe('');
    const version = await run(bin, ['--version'], { cwd: folder, env });
    expect(version.stdout.trim()).toBe(pack.version);
    const wrong = await run(bin, ['plan'], { cwd: folder, env }).catch((error: { code: number }) => error);
    expect(wrong).toMatchObject({ code: 2 });
  });
});
