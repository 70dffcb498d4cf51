/** What a run of the tests came to: for its own closing line, and for the one line that CI ends with. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** `npm test`, the systems once more on the Node that Lambda runs, and the stories of the model. */
export type RunName = 'npm-test' | 'node24' | 'model';

const countsOf = (run: RunName): string => `.local/${run}-counts.json`;

/** A run that is killed leaves no counts of an earlier one behind, and no report. */
export function forgetRun(run: RunName): string {
  const report = `.local/${run}-report.json`;
  mkdirSync('.local', { recursive: true });
  rmSync(report, { force: true });
  rmSync(countsOf(run), { force: true });
  return report;
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: ReadonlyArray<{
    readonly name: string;
    readonly status: string;
    readonly assertionResults: ReadonlyArray<{ readonly status: string; readonly fullName: string }>;
  }>;
}

/**
 * Reads the runner's own JSON report, and tells what was skipped and what did not load.
 *
 * @param ended whether the runner ended with status 0
 * @param say gets each line
 */
export function readReport(report: string, ended: boolean, say: (line: string) => void): Counts {
  if (!existsSync(report)) {
    say('The test runner wrote no report.');
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const skipped = testResults.flatMap((file) =>
    file.assertionResults.filter(({ status }) => status === 'skipped' || status === 'pending'),
  );
  for (const test of skipped) say(`skipped: ${test.fullName}`);
  // A file that fails to load has no failed test in it, and yet it is one.
  const unloaded = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  for (const file of unloaded) say(`did not load: ${file.name}`);
  let failed = numFailedTests + unloaded.length;
  if (numPassedTests === 0 || (!ended && failed === 0)) {
    failed += 1;
    say(numPassedTests === 0 ? 'No test passed.' : 'The test runner failed beside the tests; see above.');
  }
  return { passed: numPassedTests, failed, skipped: skipped.length };
}

/** Says the closing line, keeps the counts for CI's, and gives the exit status. */
export function closeRun(run: RunName, counts: Counts): 0 | 1 {
  writeFileSync(countsOf(run), JSON.stringify(counts));
  process.stdout.write(`${closingLine(counts)}\n`);
  return counts.failed === 0 ? 0 : 1;
}

/** Null where the run left none: it was not made, or it was killed. */
export function countsFrom(run: RunName): Counts | null {
  const file = countsOf(run);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Counts) : null;
}

export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
