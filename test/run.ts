/**
 * `npm test`: the type checker and the linter, the whole suite, and one closing line with the counts, taken from
 * the runner's own JSON report.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { bundleApp } from '../lib/bundle-app.ts';
import { exchangesFolder, tellExchanges } from './contract/tell-exchanges.ts';
import { closeRun, forgetRun, readReport } from './counts.ts';
import { operationsFolder, tellOperations } from './journeys/tell-operations.ts';

const report = forgetRun('npm-test');
for (const folder of [operationsFolder, exchangesFolder]) rmSync(folder, { recursive: true, force: true });

const extra = process.argv.slice(2);
const env = { ...process.env, CDK_VALIDATION: 'false', VENDOR_EXCHANGES: resolve(exchangesFolder) };
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const succeeds = async (child: ReturnType<typeof spawn>): Promise<boolean> => {
  const [status] = (await once(child, 'close')) as [number | null];
  return status === 0;
};

// Beside the tests, whose beginning waits more than it works; what it has to say is kept until they are over.
const check = spawn('npm', ['run', '--silent', 'check'], { stdio: ['ignore', 'pipe', 'pipe'], env });
const said: Buffer[] = [];
for (const stream of [check.stdout, check.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
const checking = succeeds(check);
// Once, here: of a new clone each worker would make them.
await bundleApp();
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const tested = await succeeds(spawn('vitest', ['run', ...reporters, ...extra], { stdio: 'inherit', env }));
const checked = await checking;
process.stdout.write(Buffer.concat(said));
if (!checked) say('`npm run check` found faults; they stand above.');

const counts = readReport(report, tested, say);
const { lines: operations, faults: unheld } = tellOperations();
const exchanged = tellExchanges();
for (const line of [...operations, ...exchanged.lines]) say(line);
// Of some files only, some operations alone are asked for.
const unasked = extra.length === 0 ? unheld + exchanged.missing : 0;
process.exitCode = closeRun('npm-test', {
  ...counts,
  failed: counts.failed + unasked + exchanged.faults + (checked ? 0 : 1),
});
