/** How the command line ends, by name: the status, and what it means. `--help` and docs/cli.md tell the same. */
export const exits = {
  done: [0, 'what was asked for is done'],
  unsuccessful: [
    1,
    'it did not succeed: a right denied, a run held, stopped or failed, credentials refused (422)',
  ],
  usage: [2, 'the command line, a file or a value cannot be used (400)'],
  unreachable: [3, 'no useful answer: no connection, TLS, time-out, too many requests (429), a fault (5xx)'],
  unauthorised: [4, 'the key opens nothing, or may not do this (401, 403)'],
  refused: [5, 'the connection is not in a state for this: a run is going, the plan has changed (409, 412)'],
  missing: [6, 'there is no such connection, API user or run (404)'],
  waiting: [7, 'the time given with --timeout has passed; what was begun goes on'],
  defect: [70, 'a fault of this program'],
  interrupted: [130, 'Ctrl-C; what was begun goes on'],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

export type Exit = keyof typeof exits;
