/** Which API, and with which key: from the options, else from the environment. */
import { readFileSync } from 'node:fs';
import type { Failure } from './failure.ts';
import { usageFailure } from './failure.ts';

export interface TargetOptions {
  readonly url?: string | undefined;
  readonly keyFile?: string | undefined;
}

export interface Target {
  readonly url: string;
  readonly key: string;
}

/** `readInput` reads all of stdin. Rejects with a `Failure` that never holds the key. */
export async function readTarget(
  { url, keyFile }: TargetOptions,
  environment: Readonly<Record<string, string | undefined>>,
  readInput: () => Promise<string>,
): Promise<Target> {
  const base = readUrl(url ?? environment.ADDIGY_AUTOTASK_URL ?? '');
  const key = await readKey(keyFile, environment.ADDIGY_AUTOTASK_KEY ?? '', readInput);
  return { url: base, key };
}

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/u;

function readUrl(text: string): string {
  if (text === '') {
    throw usageFailure('Which API? No URL was given.', [
      'Set ADDIGY_AUTOTASK_URL, or add --url: the ApiUrl that the stack printed, or the URL that `npm start` prints.',
    ]);
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/u.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw usageFailure(
      `${JSON.stringify(text)} is not the URL of an API: it begins with https:// and has no query.`,
    );
  }
  // Not said back: what stands before the @ is a password.
  if (url.username !== '' || url.password !== '') {
    throw usageFailure('The URL holds a name or a password: this API takes a key instead.');
  }
  if (url.protocol === 'http:' && !loopback.test(url.hostname)) {
    throw usageFailure(
      `The key would travel to ${url.host} in the clear: use https. Plain http is for this machine.`,
    );
  }
  return text.replace(/\/+$/u, '');
}

async function readKey(
  keyFile: string | undefined,
  variable: string,
  readInput: () => Promise<string>,
): Promise<string> {
  const [text, from] =
    keyFile === undefined
      ? [variable, 'ADDIGY_AUTOTASK_KEY']
      : keyFile === '-'
        ? [await readInput(), 'stdin']
        : [readKeyFile(keyFile), keyFile];
  const key = text.trim();
  if (key === '') throw noKey(keyFile, from);
  if (!/^[\x21-\x7e]+$/u.test(key)) {
    throw usageFailure(
      `What ${from} holds is not a key: a key is one word of plain letters, aak_ and 43 more.`,
    );
  }
  return key;
}

function noKey(keyFile: string | undefined, from: string): Failure {
  return keyFile === undefined
    ? usageFailure('There is no key.', [
        'Set ADDIGY_AUTOTASK_KEY, or name a file with --key-file (- is stdin).',
        'A key is never an argument: other users of the machine could read it.',
      ])
    : usageFailure(`${from === 'stdin' ? 'stdin' : `The file ${from}`} is empty: a key was expected there.`);
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw usageFailure(`The key file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}
