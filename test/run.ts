/**
 * `npm test`: the type checker and the linter, the whole suite, and one closing line with the counts, taken from
 * the runner's own JSON report.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { operationsFolder, tellOperations } from './journeys/tell-operations.ts';

const report = '.local/test-report.json';
mkdirSync('.local', { recursive: true });
rmSync(report, { force: true });
rmSync(operationsFolder, { recursive: true, force: true });

const extra = process.argv.slice(2);
const env = { ...process.env, CDK_VALIDATION: 'false' };
const succeeds = async (child: ReturnType<typeof spawn>): Promise<boolean> => {
  const [status] = (await once(child, 'close')) as [number | null];
  return status === 0;
};

// Beside the tests, whose beginning waits more than it works; what it has to say is kept until they are over.
const check = spawn('npm', ['run', '--silent', 'check'], { stdio: ['ignore', 'pipe', 'pipe'], env });
const said: Buffer[] = [];
for (const stream of [check.stdout, check.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
const checking = succeeds(check);
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const tested = await succeeds(spawn('vitest', ['run', ...reporters, ...extra], { stdio: 'inherit', env }));
const checked = await checking;
process.stdout.write(Buffer.concat(said));
if (!checked) process.stdout.write('`npm run check` found faults; they stand above.\n');

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTotalTests: number;
  readonly testResults: ReadonlyArray<{
    readonly name: string;
    readonly status: string;
    readonly assertionResults: ReadonlyArray<{ readonly status: string; readonly fullName: string }>;
  }>;
}

if (!existsSync(report)) {
  process.stdout.write('The test runner wrote no report.\n0 passed, 1 failed\n');
  process.exit(1);
}
const counts = JSON.parse(readFileSync(report, 'utf8')) as Report;
const skipped = counts.testResults.flatMap((file) =>
  file.assertionResults.filter((test) => test.status === 'skipped' || test.status === 'pending'),
);
for (const test of skipped) process.stdout.write(`skipped: ${test.fullName}\n`);
// A file that fails to load has no failed test in it, and yet it is one.
const unloaded = counts.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
);
for (const file of unloaded) process.stdout.write(`did not load: ${file.name}\n`);
const { lines: operations, faults: unheld } = tellOperations();
for (const line of operations) process.stdout.write(`${line}\n`);
// Of some files only, some operations alone are asked for.
const unasked = extra.length === 0 ? unheld : 0;
const failed = unasked + counts.numFailedTests + unloaded.length + (checked ? 0 : 1);
const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
process.stdout.write(`${counts.numPassedTests} passed, ${failed} failed${tail}\n`);
process.exit(tested && failed === 0 && counts.numPassedTests > 0 ? 0 : 1);
