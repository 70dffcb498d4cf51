/**
 * `npm run smoke`: whether a deployment answers as it should, from outside. Writes nothing.
 *
 *   npm run smoke -- --url <ApiUrl> [--hand-off-url <HandOffUrl>]
 *
 * The key is in ADDIGY_AUTOTASK_KEY, or comes on stdin; never as an argument, which every process can read.
 */
import { parseArgs } from 'node:util';
import colors from 'picocolors';
import { type CheckResult, smoke } from './smoke/checks.ts';
import { readWords, UsageError } from './terminal/read-words.ts';

const usage = `npm run smoke -- --url <ApiUrl> [--hand-off-url <HandOffUrl>]

  The key: ADDIGY_AUTOTASK_KEY in the environment, or on stdin.
  Exit status: 0 where all is as it should be, 1 where not, 2 where this could not be asked.`;

function readUrl(name: string, text: string): string {
  if (URL.canParse(text) && /^https?:$/u.test(new URL(text).protocol)) return text.replace(/\/+$/u, '');
  throw new UsageError(`${name} takes an http(s) URL, not ${JSON.stringify(text)}.`);
}

async function readKey(): Promise<string> {
  const given = process.env.ADDIGY_AUTOTASK_KEY?.trim();
  if (given) return given;
  if (process.stdin.isTTY) throw new UsageError('No key: set ADDIGY_AUTOTASK_KEY, or send it on stdin.');
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const key = Buffer.concat(chunks).toString('utf8').trim();
  if (key === '') throw new UsageError('No key: ADDIGY_AUTOTASK_KEY is not set, and stdin is empty.');
  return key;
}

function readUrls(args: readonly string[]): { apiUrl: string; handOffUrl: string | null } | 'help' {
  const values = readWords(() =>
    parseArgs({
      args: [...args],
      strict: true,
      options: {
        url: { type: 'string' },
        'hand-off-url': { type: 'string' },
        help: { type: 'boolean' },
      },
    }),
  );
  if (values.help) return 'help';
  if (values.url === undefined) throw new UsageError('--url is needed: the ApiUrl of the deployment.');
  const handOff = values['hand-off-url'];
  return {
    apiUrl: readUrl('--url', values.url),
    handOffUrl: handOff === undefined ? null : readUrl('--hand-off-url', handOff),
  };
}

function line({ what, fault, ms }: CheckResult): string {
  const sign = fault === '' ? colors.green('ok  ') : colors.red('FAIL');
  return `  ${sign}  ${what.padEnd(62)} ${String(ms).padStart(6)} ms${fault === '' ? '' : `\n        ${fault}`}`;
}

async function main(args: readonly string[]): Promise<number> {
  const urls = readUrls(args);
  if (urls === 'help') {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const results = await smoke({ ...urls, key: await readKey() });
  for (const result of results) process.stdout.write(`${line(result)}\n`);
  if (urls.handOffUrl === null)
    process.stdout.write('  --    the hand-off page was not asked: no --hand-off-url\n');
  const failed = results.filter(({ fault }) => fault !== '').length;
  process.stdout.write(`${results.length - failed} of ${results.length} as they should be\n`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(isUsage ? `${error.message}\n\n${usage}\n` : `${String((error as Error).stack)}\n`);
  process.exitCode = 2;
}
