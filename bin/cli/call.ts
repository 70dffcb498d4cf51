/** What a command works with: the API, the screen, and the person or the pipe at the other end. */
import { text } from 'node:stream/consumers';
import { Api } from '../api/api.ts';
import { confirm } from '../terminal/ask.ts';
import type { TextStream } from '../terminal/live-line.ts';
import { Failure } from './failure.ts';
import { program } from './program-name.ts';
import { readTarget } from './read-target.ts';
import { Screen } from './screen.ts';

/** The process, as far as the command line touches it. */
export interface CommandWorld {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: TextStream;
  readonly stderr: TextStream & NodeJS.WritableStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Fires at Ctrl-C. */
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** What every command takes. */
export interface CommonOptions {
  readonly url?: string;
  readonly keyFile?: string;
  readonly json?: boolean;
  readonly color?: boolean;
  readonly debug?: boolean;
  /** Of the commands that wait. Minutes. */
  readonly timeout?: number;
}

export interface Call extends CommandWorld {
  readonly api: Api;
  readonly screen: Screen;
  /** All of stdin. Rejects where a person sits at it. */
  readonly readInput: (what: string) => Promise<string>;
  /** Rejects where the answer is no, or where there is nobody to ask and no `--yes` was given. */
  readonly agree: (question: string, isAgreed: boolean | undefined) => Promise<void>;
}

export async function openCall(options: CommonOptions, world: CommandWorld): Promise<Call> {
  const { stdin, stdout, stderr, environment } = world;
  const screen = new Screen(stdout, stderr, environment, options);
  const target = await readTarget(options, environment, () => text(stdin));
  const signal =
    options.timeout === undefined
      ? world.signal
      : AbortSignal.any([world.signal, AbortSignal.timeout(options.timeout * 60_000)]);
  const api = new Api({
    ...target,
    signal,
    ...(options.debug === true
      ? {
          heard: (what, status, requestId) => {
            screen.live.clear();
            stderr.write(`debug: ${what} ${status}${requestId === '' ? '' : ` ${requestId}`}\n`);
          },
        }
      : {}),
  });
  const canAsk = stdin.isTTY === true && stderr.isTTY === true && options.keyFile !== '-';
  return {
    ...world,
    signal,
    api,
    screen,
    readInput: async (what) => {
      if (options.keyFile === '-') {
        throw new Failure('usage', 'usage', `stdin cannot be both the key and ${what}.`);
      }
      return text(stdin);
    },
    agree: async (question, isAgreed) => {
      if (isAgreed === true) return;
      if (!canAsk) {
        throw new Failure('usage', 'not-agreed', `${question} Nobody is here to ask: add --yes to agree.`);
      }
      if (await confirm(question, { input: stdin, output: stderr, signal })) return;
      throw new Failure('unsuccessful', 'not-agreed', 'Nothing was done.');
    },
  };
}

/** As part of a path. The API says what is wrong with it. */
export const pathOf = (id: string): string => `/connections/${encodeURIComponent(id)}`;

/** A command to type next. */
export const line = (...words: readonly string[]): string => [program, ...words].join(' ');
