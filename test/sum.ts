/**
 * The one line that CI ends with: `npm test`, what ran on Node 24 where that could be had, and the model's stories.
 *
 * `tsx test/sum.ts STATUS STATUS STATUS`: how the three ended, so that a run which was killed is not one that was not made.
 */
import { type Counts, closingLine, countsFrom } from './counts.ts';

const [hereStatus = '1', thereStatus = '1', storiesStatus = '1'] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A run that failed says so with at least one. */
function toldBy(counts: Counts | null, status: string): Counts {
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 };
  return { passed, failed: status === '0' ? failed : Math.max(1, failed), skipped };
}

const here = toldBy(countsFrom('npm-test'), hereStatus);
const onNode24 = countsFrom('node24');
const there = toldBy(onNode24, thereStatus);
const stories = toldBy(countsFrom('model'), storiesStatus);
say(`npm test: ${closingLine(here)}`);
say(`Node 24: ${onNode24 === null && thereStatus === '0' ? 'not run' : closingLine(there)}`);
say(`stories: ${closingLine(stories)}`);
const all = [here, there, stories];
const total = (of: keyof Counts): number => all.reduce((sum, counts) => sum + counts[of], 0);
const counts = { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
say(closingLine(counts));
process.exitCode = counts.failed === 0 && here.passed > 0 && stories.passed > 0 ? 0 : 1;
