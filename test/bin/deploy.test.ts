import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootstrapFault, explainRefusal, requireNode } from '../../bin/deploy/environment.ts';
import { contextValue, readDeployOptions, readDestroyOptions } from '../../bin/deploy/options.ts';
import { tellNext } from '../../bin/deploy/tell-next.ts';
import { tellDeletion } from '../../bin/deploy/what-stays.ts';
import { hasMoto, startMoto } from '../moto.ts';

describe('what a deployment can be asked', () => {
  it.each<[args: string[], isTerminal: boolean, read: unknown]>([
    [[], true, { context: [], yes: false }],
    [['--yes'], false, { context: [], yes: true }],
    [
      ['-c', 'stage=test', '-c', 'retain=false'],
      true,
      { context: ['stage=test', 'retain=false'], yes: false },
    ],
    [
      ['-c', 'scheduleExpression=rate(2 hours)'],
      true,
      { context: ['scheduleExpression=rate(2 hours)'], yes: false },
    ],
    [['--help'], false, 'help'],
  ])('%j', (args, isTerminal, read) => {
    expect(readDeployOptions(args, isTerminal)).toEqual(read);
  });

  it.each<[args: string[], isTerminal: boolean, says: RegExp]>([
    [[], false, /no terminal to ask on\. --yes/u],
    [['-c', 'stage'], true, /takes name=value, not "stage"/u],
    [['-c', '=x'], true, /takes name=value/u],
    [['--force'], true, /--force/u],
    [['stage=test'], true, /stage=test/u],
  ])('and not %j', (args, isTerminal, says) => {
    expect(() => readDeployOptions(args, isTerminal)).toThrow(says);
  });

  it('is read as the CDK reads it: the last one wins', () => {
    expect(contextValue(['stage=a', 'stage=b=c'], 'stage')).toBe('b=c');
    expect(contextValue(['stages=a'], 'stage')).toBeNull();
  });

  it('a destruction wants the stage’s name of a person, or as an option', () => {
    expect(readDestroyOptions([], true)).toEqual({ context: [], stageName: null });
    expect(readDestroyOptions(['--stage-name', 'test'], false)).toEqual({ context: [], stageName: 'test' });
    expect(() => readDestroyOptions([], false)).toThrow(/--stage-name S destroys S/u);
  });
});

describe('whether it can begin', () => {
  it.each([
    ['18.20.0', false],
    ['20.18.3', false],
    ['20.19.0', true],
    ['24.1.0', true],
  ])('Node %s: %s', (version, isEnough) => {
    const asked = () => requireNode(version);
    if (isEnough) expect(asked).not.toThrow();
    else expect(asked).toThrow(`Node ${version} is too old: 20.19 or newer`);
  });

  const place = { account: '111122223333', region: 'eu-west-1' };
  it.each<[version: number | null, qualifier: string | null, says: RegExp | null]>([
    [null, null, /is not bootstrapped.*eu-west-1.*\n {2}npx cdk bootstrap aws:\/\/111122223333\/eu-west-1$/u],
    [5, null, /version 5, and 6 or newer.*\n {2}npx cdk bootstrap/u],
    [Number.NaN, null, /npx cdk bootstrap/u],
    [null, 'acme', /--qualifier acme$/u],
    [6, null, null],
    [30, 'acme', null],
  ])('bootstrap version %s, qualifier %s', (version, qualifier, says) => {
    const fault = bootstrapFault(version, place, qualifier);
    if (says === null) expect(fault).toBeNull();
    else expect(fault).toMatch(says);
  });

  it.each<[name: string, message: string, says: RegExp]>([
    ['Error', 'Region is missing', /Set AWS_REGION/u],
    ['CredentialsProviderError', 'Could not load credentials from any providers', /AWS_PROFILE.*sso login/u],
    ['ExpiredToken', 'The security token included in the request is expired', /expired\. Log in anew/u],
    ['InvalidClientTokenId', 'The security token included in the request is invalid', /does not know/u],
    ['SignatureDoesNotMatch', 'The request signature we calculated', /does not know/u],
    ['AccessDeniedException', 'User is not authorized to perform', /may not ask/u],
    ['Error', 'getaddrinfo ENOTFOUND sts.nowhere-1.amazonaws.com', /cannot be reached/u],
    ['Strange', 'what is this', /AWS refused: Strange: what is this/u],
  ])('%s: %s', (name, message, says) => {
    const told = explainRefusal(Object.assign(new Error(message), { name }));
    expect(told).toMatch(says);
    expect(told).toContain(message);
  });
});

describe('what is told', () => {
  it('after a deployment: the outputs of people, and the next three commands', () => {
    const told = tellNext({
      stateful: { CallersSecret: 'arn:callers', TableName: 'table', ExportsOutputRefTable: 'hidden' },
      stateless: { ApiUrl: 'https://api.test/', HandOffUrl: 'https://pages.test' },
    });
    expect(told).not.toContain('hidden');
    expect(told).toContain('TableName      table');
    expect(told).toContain('mint --name me --secret-id arn:callers');
    expect(told).toContain('npm run smoke -- --url https://api.test/ --hand-off-url https://pages.test');
  });

  it.each([
    [true, /stateless stack of stage test is deleted/u, /termination protection/u],
    [false, /Both stacks.*WITH the table/u, /deploy with -c retain=false first/u],
  ])(
    'before a deletion with retain=%s: what goes, what stays, and how the rest would go',
    (retain, goes, rest) => {
      const told = tellDeletion({ stage: 'test', retain });
      expect(told).toMatch(goes);
      expect(told).toMatch(rest);
      expect(told).toContain('addigy-autotask/test/connections/');
    },
  );
});

describe('the commands themselves, up to the point where AWS would be changed', () => {
  let moto: Awaited<ReturnType<typeof startMoto>> | undefined;
  let endpoint = 'http://127.0.0.1:9';
  beforeAll(async () => {
    if (!hasMoto) return;
    moto = await startMoto();
    endpoint = moto.url;
  });
  afterAll(() => moto?.close());

  const tsx = fileURLToPath(new URL('../../node_modules/.bin/tsx', import.meta.url));
  const project = fileURLToPath(new URL('../..', import.meta.url));
  async function run(
    command: 'deploy' | 'destroy',
    args: readonly string[],
    environment: Record<string, string>,
  ) {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(tsx, [`bin/${command}.ts`, ...args], {
      cwd: project,
      env: {
        PATH,
        HOME,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
    let told = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        told += text;
      });
    }
    const status = await new Promise<number | null>((done) => child.once('close', done));
    return { status, told };
  }
  const keys = () => ({
    AWS_ACCESS_KEY_ID: 'moto',
    AWS_SECRET_ACCESS_KEY: 'moto',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: endpoint,
  });

  it('ask nobody where there is nobody to ask', async () => {
    expect(await run('deploy', [], keys())).toMatchObject({
      status: 2,
      told: expect.stringContaining('--yes'),
    });
  });

  it('say that credentials are missing, and where they would come from', async () => {
    const { status, told } = await run('deploy', ['--yes'], {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: endpoint,
    });
    expect(status).toBe(1);
    expect(told).toContain('No AWS credentials were found. Set AWS_PROFILE');
    expect(told).not.toContain('    at ');
  });

  it.skipIf(!hasMoto)(
    hasMoto
      ? 'say where they would go, and the command that the account lacks'
      : 'say the command that the account lacks (skipped: no working moto_server on PATH)',
    async () => {
      const { status, told } = await run('deploy', ['--yes'], keys());
      expect(told).toMatch(/^Account 123456789012, eu-west-1, as arn:aws:sts::123456789012:/u);
      expect(told).toContain('npx cdk bootstrap aws://123456789012/eu-west-1');
      expect(status).toBe(1);
    },
  );
});
