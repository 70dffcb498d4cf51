/** What `npm start` can be asked. */
import { parseArgs } from 'node:util';
import { readWords, UsageError, wholeNumber } from '../terminal/read-words.ts';

export interface StoryOptions {
  readonly devices: number;
  readonly seed: number;
  readonly once: boolean;
  readonly json: boolean;
  /** A person, and not the story, follows the hand-off pages. */
  readonly interactive: boolean;
  readonly clockScale: number;
  /** Null: the simulators. */
  readonly external: ExternalVendors | null;
}

export interface ExternalVendors {
  readonly autotaskUrl: string;
  readonly addigyUrl: string;
  readonly username: string;
  readonly secret: string;
  readonly trackingIdentifier: string;
  readonly apiKey: string;
}

export const usage = `npm start -- [options]

  --devices N          size of the made fleet (default 500)
  --seed N             which fleet is made (default 1)
  --once               tell the story and end: exit status 0 if it converged, 1 if not
  --json               with --once: one JSON document on stdout, progress on stderr
  --interactive        you are the administrator: follow the hand-off pages in a browser, and do what they
                       say in the simulators' consoles; not with --json or other hosts
  --clock-scale N      how much faster the schedule's clock runs (default 720: an hour takes 5 s)
  --autotask-url U     use these hosts instead of the simulators; both are needed, and the credentials
  --addigy-url U       AUTOTASK_USERNAME, AUTOTASK_SECRET, AUTOTASK_INTEGRATION_CODE and ADDIGY_API_KEY
                       in the environment
  --help`;

export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): StoryOptions | 'help' {
  const values = readWords(() =>
    parseArgs({
      args: [...args],
      strict: true,
      options: {
        devices: { type: 'string', default: '500' },
        seed: { type: 'string', default: '1' },
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        interactive: { type: 'boolean', default: false },
        'clock-scale': { type: 'string', default: '720' },
        'autotask-url': { type: 'string' },
        'addigy-url': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }),
  );
  if (values.help) return 'help';
  if (values.json && !values.once) throw new UsageError('--json needs --once: one story, one document.');
  const external = readExternal(values['autotask-url'], values['addigy-url'], environment);
  if (values.interactive && values.json) {
    throw new UsageError('--interactive does not go with --json: a person follows what is told.');
  }
  if (values.interactive && external !== null) {
    throw new UsageError(
      '--interactive needs the simulators: it does not go with --autotask-url and --addigy-url.',
    );
  }
  return {
    devices: wholeNumber('--devices', values.devices, 1, 200_000),
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 31 - 1),
    once: values.once,
    json: values.json,
    interactive: values.interactive,
    clockScale: wholeNumber('--clock-scale', values['clock-scale'], 1, 100_000),
    external,
  };
}

function readExternal(
  autotask: string | undefined,
  addigy: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): ExternalVendors | null {
  if (autotask === undefined && addigy === undefined) return null;
  if (autotask === undefined || addigy === undefined) {
    throw new UsageError(
      '--autotask-url and --addigy-url go together: a real vendor and a simulated one make no pair.',
    );
  }
  const variable = (name: string): string => {
    const value = environment[name];
    if (value) return value;
    throw new UsageError(
      `${name} is not set: --autotask-url and --addigy-url need the credentials in the environment.`,
    );
  };
  return {
    autotaskUrl: httpUrl('--autotask-url', autotask),
    addigyUrl: httpUrl('--addigy-url', addigy),
    username: variable('AUTOTASK_USERNAME'),
    secret: variable('AUTOTASK_SECRET'),
    trackingIdentifier: variable('AUTOTASK_INTEGRATION_CODE'),
    apiKey: variable('ADDIGY_API_KEY'),
  };
}

function httpUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/u.test(url.protocol) && url.username === '' && url.search === '' && url.hash === '') {
    return text.replace(/\/+$/u, '');
  }
  throw new UsageError(
    `${name} takes an http(s) URL without credentials or query, not ${JSON.stringify(text)}.`,
  );
}
