/** `addigy-autotask`: the command line for engineers and pipelines. docs/cli.md tells how to use it. */
import { runCli } from './cli/run-cli.ts';

// Once: whoever presses Ctrl-C a second time is not made to wait.
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());
// `addigy-autotask runs acme | head` has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  signal: interrupt.signal,
  now: Date.now,
});
