import { describe, expect, it } from 'vitest';
import { readLocalAwsOptions } from '../../bin/local-aws/options.ts';
import { readOptions } from '../../bin/story/options.ts';
import { UsageError } from '../../bin/terminal/read-words.ts';

const vendors = ['--autotask-url', 'http://127.0.0.1:1/', '--addigy-url', 'http://127.0.0.1:2'];
const credentials = {
  AUTOTASK_USERNAME: 'user@example.com',
  AUTOTASK_SECRET: 'secret',
  AUTOTASK_INTEGRATION_CODE: 'code',
  ADDIGY_API_KEY: 'key',
};

describe('readOptions', () => {
  it.each([
    [
      [],
      {
        devices: 500,
        seed: 1,
        once: false,
        json: false,
        interactive: false,
        clockScale: 720,
        external: null,
      },
    ],
    [
      ['--devices', '20', '--seed', '9', '--once', '--json'],
      { devices: 20, seed: 9, once: true, json: true },
    ],
    [['--clock-scale', '1'], { clockScale: 1 }],
    [['--interactive'], { interactive: true, once: false }],
    [['--interactive', '--once'], { interactive: true, once: true }],
    [
      vendors,
      {
        external: {
          autotaskUrl: 'http://127.0.0.1:1',
          addigyUrl: 'http://127.0.0.1:2',
          username: 'user@example.com',
        },
      },
    ],
  ])('%j', (args, options) => {
    expect(readOptions(args, credentials)).toMatchObject(options);
  });

  it('asks for help', () => {
    expect(readOptions(['--help'], {})).toBe('help');
  });

  it.each<[string[], Record<string, string>, RegExp]>([
    [['--devices', 'many'], {}, /^--devices takes a whole number from 1 to 200000, not "many"/u],
    [['--devices', '0'], {}, /^--devices takes a whole number from 1/u],
    [['--devices', '-3'], {}, /--devices/u],
    [['--seed', '1.5'], {}, /^--seed takes a whole number/u],
    [['--clock-scale', '0'], {}, /^--clock-scale takes/u],
    [['--json'], {}, /^--json needs --once/u],
    [['--interactive', '--once', '--json'], {}, /^--interactive does not go with --json/u],
    [['--interactive', ...vendors], credentials, /^--interactive needs the simulators/u],
    [['--autotask-url', 'http://127.0.0.1:1'], credentials, /go together/u],
    [['--addigy-url', 'http://127.0.0.1:1'], credentials, /go together/u],
    [
      ['--autotask-url', 'ftp://x', '--addigy-url', 'http://127.0.0.1:2'],
      credentials,
      /^--autotask-url takes an http/u,
    ],
    [['--autotask-url', 'http://u:p@x', '--addigy-url', 'http://y'], credentials, /without credentials/u],
    ...Object.keys(credentials).map((name): [string[], Record<string, string>, RegExp] => [
      vendors,
      { ...credentials, [name]: '' },
      new RegExp(`^${name} is not set`, 'u'),
    ]),
    [['--nonsense'], {}, /nonsense/u],
    [['word'], {}, /word/u],
  ])('%j with %j is refused', (args, environment, sentence) => {
    expect(() => readOptions(args, environment)).toThrow(UsageError);
    expect(() => readOptions(args, environment)).toThrow(sentence);
  });
});

describe('readLocalAwsOptions', () => {
  it.each([
    [[], { port: 4566, apiPort: 0, clockScale: 1, logDir: undefined }],
    [
      ['--port', '0', '--api-port', '8080', '--clock-scale', '600', '--log-dir', 'logs'],
      { port: 0, apiPort: 8080, clockScale: 600, logDir: 'logs' },
    ],
    [['--help', '--port', 'x'], 'help'],
  ])('takes %j', (args, options) => {
    expect(readLocalAwsOptions(args)).toEqual(options);
  });

  it.each([
    [['--port', '70000'], '--port takes a whole number from 0 to 65535, not "70000".'],
    [['--api-port=-1'], '--api-port takes a whole number from 0 to 65535, not "-1".'],
    [['--clock-scale', '0'], '--clock-scale takes a whole number from 1 to 100000, not "0".'],
    [['--prt', '1'], "Unknown option '--prt'"],
    [['here'], 'Unexpected argument'],
  ])('refuses %j', (args, said) => {
    expect(() => readLocalAwsOptions(args)).toThrow(UsageError);
    expect(() => readLocalAwsOptions(args)).toThrow(said);
  });
});
