/**
 * What an engineer does with an account, in an AWS of this machine's own: the commands of this repository and the stock
 * CDK, as processes. Deployed, smoked, used for the main job, upgraded without loss, and taken down.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Api } from '../../bin/api/api.ts';
import { type LocalAws, startLocalAws } from '../../bin/local-aws/start-local-aws.ts';
import { Narrator } from '../../bin/story/narrator.ts';
import { readOptions, type StoryOptions } from '../../bin/story/options.ts';
import { storyConnection, tellStory } from '../../bin/story/tell-story.ts';
import { openVendors, type StoryVendors } from '../../bin/story/vendors.ts';
import './held-to-openapi.ts';

const bin = (name: string): string => fileURLToPath(new URL(`../../bin/${name}.ts`, import.meta.url));
let aws: LocalAws;
let vendors: StoryVendors;
let api: Api;
let key: string;

async function run(command: string, args: readonly string[], variables: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', bin(command), ...args], {
    env: {
      // Systems of other files, in this process before, may have left where their AWS is.
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'))),
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: `journey${process.pid}`,
      AWS_SECRET_ACCESS_KEY: 'anything',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Synthesis works hard; the journeys beside this one have deadlines, and these commands have none.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { status: status as number | null, stdout, stderr };
}

const storyOptions = (args: readonly string[]): StoryOptions => readOptions(args, {}) as StoryOptions;
const stage = 'journey';
const context = (...more: readonly string[]): string[] =>
  [
    `stage=${stage}`,
    `autotaskUrl=${vendors.autotaskUrl}`,
    `addigyUrl=${vendors.addigyUrl}`,
    'validationScheduleExpression=rate(30 minutes)',
    ...more,
  ].flatMap((pair) => ['-c', pair]);
const outputs = () => aws.running?.outputs ?? {};

beforeAll(async () => {
  aws = await startLocalAws({ clockScale: 600 });
  vendors = await openVendors(storyOptions(['--devices', '40', '--seed', '4']));
});
afterAll(async () => {
  await aws.close();
  await vendors.close();
});

it('npm run deploy says what an account needs that is not bootstrapped, and deploys nothing', async () => {
  const { status, stderr } = await run('deploy', ['--yes', ...context()]);
  expect(status).toBe(1);
  expect(stderr).toContain('Account 000000000000 is not bootstrapped for the CDK in us-east-1.');
  expect(aws.running).toBeNull();
});

it('npm run deploy:local bootstraps, and deploys both stacks with the stock CDK', {
  timeout: 120_000,
}, async () => {
  const { status, stdout, stderr } = await run('deploy-local', context());
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('❌')]);
  expect(stdout).toContain(`Account 000000000000, us-east-1, at ${aws.url}`);
  expect(outputs().ApiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/u);
});

it('a key is minted, and npm run smoke finds all as it should be', async () => {
  const minted = await run('keys', ['mint', '--name', 'me', '--secret-id', outputs().CallersSecret ?? '']);
  expect(minted).toMatchObject({ status: 0, stdout: expect.stringMatching(/^aak_/u), stderr: '' });
  key = minted.stdout.trim();
  const { ApiUrl = '', HandOffUrl = '' } = outputs();
  const asked = ['--url', ApiUrl, '--hand-off-url', HandOffUrl];
  const { status, stdout } = await run('smoke', asked, { ADDIGY_AUTOTASK_KEY: key });
  expect(stdout).not.toMatch(/fail|not asked/iu);
  expect(status).toBe(0);
});

it('the main job is done by what was deployed', { timeout: 120_000 }, async () => {
  api = new Api({ url: outputs().ApiUrl ?? '', key });
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const story = await tellStory(api, vendors, new Narrator(nowhere as NodeJS.WriteStream));
  expect(story).toMatchObject({ converged: true, duplicates: 0, error: null });
});

it('npm run deploy shows what an upgrade changes, and loses nothing', { timeout: 120_000 }, async () => {
  const before = outputs();
  const { status, stdout, stderr } = await run('deploy', ['--yes', ...context('logLevel=DEBUG')]);
  expect(status).toBe(0);
  // The CDK's diff.
  expect(stdout + stderr).toMatch(/\[-\] INFO\s+└─ \[\+\] DEBUG/u);
  expect(stdout).toContain('Next:');
  expect(outputs()).toEqual(before);
  const runId = await api.requestRun(`/connections/${storyConnection}`, { apply: true });
  const { status: ended, counts } = await api.settled(storyConnection, runId, { silenceMs: 20_000 });
  expect([ended, counts?.create, counts?.update]).toEqual(['succeeded', 0, 0]);
});

it('npm run destroy takes the doors down, and leaves what the next deployment goes on with', {
  timeout: 120_000,
}, async () => {
  const { status, stdout } = await run('destroy', ['--stage-name', stage, ...context()]);
  expect(status).toBe(0);
  expect(stdout).toContain('What stays:');
  expect(aws.running).toBeNull();
  expect((await run('deploy', ['--yes', ...context()])).status).toBe(0);
  api = new Api({ url: outputs().ApiUrl ?? '', key });
  expect(await api.call('GET', `/connections/${storyConnection}`)).toMatchObject({ id: storyConnection });
});
