/** The command line with streams of its own: a terminal of a width, or a pipe. Nothing it writes may hold the key. */
import { PassThrough } from 'node:stream';
import { expect } from 'vitest';
import { runCli } from '../../../bin/cli/run-cli.ts';
import { key, type ScriptedApi } from './scripted-api.ts';

export interface Terminal {
  /** Undefined: a pipe. */
  readonly columns?: number;
  /** Typed, or piped in. */
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly interruptAfterMs?: number;
}

export interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Two hours after the examples' runs. */
const now = Date.parse('2026-11-24T03:02:31.220Z');

export async function runInProcess(
  api: Pick<ScriptedApi, 'url'> | null,
  args: readonly string[],
  { columns, input, environment = {}, interruptAfterMs }: Terminal = {},
): Promise<Ended> {
  const isTTY = columns !== undefined;
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
  for (const stream of [stdout, stderr, stdin]) Object.assign(stream, isTTY ? { isTTY, columns } : {});
  const written = { out: '', err: '' };
  stdout.on('data', (chunk) => (written.out += chunk));
  stderr.on('data', (chunk) => (written.err += chunk));
  if (input !== undefined) stdin.end(input);
  const interrupt = new AbortController();
  const timer =
    interruptAfterMs === undefined ? undefined : setTimeout(() => interrupt.abort(), interruptAfterMs);
  const status = await runCli(args, {
    stdin,
    stdout,
    stderr,
    environment: {
      NO_COLOR: '1',
      ...(api === null ? {} : { ADDIGY_AUTOTASK_URL: api.url, ADDIGY_AUTOTASK_KEY: key }),
      ...environment,
    },
    signal: interrupt.signal,
    now: () => now,
  });
  clearTimeout(timer);
  await new Promise((resolve) => setImmediate(resolve));
  expect(written.out + written.err).not.toMatch(/CANARY/u);
  return { status, ...written };
}
