/** Questions to a person at a terminal. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

export interface Asking {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Not stdout: that belongs to the result. */
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** Only `y` and `yes` are a yes; Enter alone is a no. */
export async function confirm(question: string, { input, output, signal }: Asking): Promise<boolean> {
  const lines = createInterface({ input, output });
  try {
    return /^y(?:es)?$/iu.test((await answerOf(lines, `${question} [y/N] `, signal)).trim());
  } finally {
    lines.close();
  }
}

/** What is typed or pasted is not shown. */
export async function askSecret(question: string, { input, output, signal }: Asking): Promise<string> {
  output.write(`${question} `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: true });
  try {
    return (await answerOf(lines, '', signal)).trim();
  } finally {
    lines.close();
    output.write('\n');
  }
}

/** Ctrl-C at a question is the process's own Ctrl-C; the end of the input answers nothing. */
function answerOf(
  lines: ReturnType<typeof createInterface>,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    // After an answer that came with the input's last words.
    lines.once('close', () => setImmediate(() => resolve('')));
    lines.question(question, { signal }).then(resolve, reject);
  });
}
