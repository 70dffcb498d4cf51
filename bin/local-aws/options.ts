/** What `npm run local-aws` can be asked. */
import { parseArgs } from 'node:util';
import { readWords, wholeNumber } from '../terminal/read-words.ts';

export interface LocalAwsArguments {
  readonly port: number;
  readonly apiPort: number;
  readonly clockScale: number;
  readonly logDir: string | undefined;
}

export const localAwsUsage = `npm run local-aws -- [options]

  --port N             of the endpoint, for AWS_ENDPOINT_URL (default 4566)
  --api-port N         of the HTTP API that is deployed to it (default: a free one)
  --clock-scale N      how much faster the schedules' clock runs (default 1)
  --log-dir D          a folder for the doors' logs, one file each
  --help`;

/** @throws UsageError */
export function readLocalAwsOptions(args: readonly string[]): LocalAwsArguments | 'help' {
  const values = readWords(() =>
    parseArgs({
      args: [...args],
      strict: true,
      options: {
        port: { type: 'string', default: '4566' },
        'api-port': { type: 'string', default: '0' },
        'clock-scale': { type: 'string', default: '1' },
        'log-dir': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }),
  );
  if (values.help) return 'help';
  return {
    port: wholeNumber('--port', values.port, 0, 65_535),
    apiPort: wholeNumber('--api-port', values['api-port'], 0, 65_535),
    clockScale: wholeNumber('--clock-scale', values['clock-scale'], 1, 100_000),
    logDir: values['log-dir'],
  };
}
