import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DoorName, environments } from '#lambda/environment';
import { readAssembly } from '../../bin/local/synthesized-stack.ts';
import { buildApp, newApp } from '../../lib/build-app.ts';
import { type Bundles, bundleApp, keepBundles } from '../../lib/bundle-app.ts';
import { bundleDoors } from '../../lib/bundle-doors.ts';

const doors = Object.keys(environments) as DoorName[];
let folder: string;
let bundles: Bundles;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'app-test-'));
  bundles = await bundleApp();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the whole app', () => {
  it('passes cdk-nag and CloudFormation’s schemas, and puts each door’s bundle into the assembly', () => {
    const outdir = join(folder, 'whole');
    // With what is there only where it is asked for.
    const caller = 'arn:aws:iam::123456789012:role/pipeline';
    const allowedCallers = `onboard=${caller} sync=${caller} read=${caller}`;
    // Off in the other tests of `npm test`: 1.1 s and 300 MB for each synthesis.
    vi.stubEnv('CDK_VALIDATION', 'true');
    try {
      buildApp({ bundles: bundles.folder, outdir, context: { allowedCallers } });
    } finally {
      vi.unstubAllEnvs();
    }
    const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as {
      pluginReports: { conclusion: string; violations: unknown[] }[];
    };
    expect(report.pluginReports.flatMap(({ violations }) => violations)).toEqual([]);

    const [, stateless] = readAssembly(outdir);
    const keys = Object.values(stateless?.template.Resources ?? {}).flatMap(({ Type, Properties }) =>
      Type === 'AWS::Lambda::Function' ? [(Properties as { Code: { S3Key: string } }).Code.S3Key] : [],
    );
    expect(keys).toHaveLength(doors.length);
    for (const key of keys) {
      const files = readdirSync(stateless?.assetFolder(key) ?? '').sort();
      expect(files).toEqual(expect.arrayContaining(['index.mjs', 'index.mjs.map']));
      expect(files.filter((file) => !/^[\w-]+\.mjs(?:\.map)?$/u.test(file))).toEqual([]);
    }
  }, 180_000);

  it('gives the same bundles from the same sources, and takes what it has', async () => {
    expect((await bundleApp()).folder).toBe(bundles.folder);
    // At the same depth: the source maps hold relative paths.
    const again = mkdtempSync(join(bundles.folder, '..', 'again-'));
    try {
      const door = 'sync-devices';
      await bundleDoors([door], join(bundles.folder, '..', '..', 'functions'), again);
      const filesIn = (root: string) => {
        const files = readdirSync(join(root, door)).sort();
        return files.map((file) => [file, readFileSync(join(root, door, file), 'utf8')]);
      };
      expect(filesIn(again)).toEqual(filesIn(bundles.folder));
    } finally {
      rmSync(again, { recursive: true, force: true });
    }
  }, 60_000);

  it('bundles the doors whose files have changed, and takes the others as they are', async () => {
    const [functions, dist] = [join(folder, 'changing'), join(folder, 'dist')];
    mkdirSync(functions);
    writeFileSync(join(functions, 'shared.ts'), 'export const shared = 1;');
    const sharing: DoorName = 'sync-devices';
    const changed: DoorName = 'schedule-syncs';
    for (const door of doors)
      writeFileSync(join(functions, `${door}.ts`), door === sharing ? "export * from './shared.ts';" : '');
    const first = await bundleApp(functions, dist);
    for (const door of doors) appendFileSync(join(first.folder, door, 'index.mjs'), '// as it was');

    writeFileSync(join(functions, 'shared.ts'), 'export const shared = 2;');
    writeFileSync(join(functions, `${changed}.ts`), 'export const changed = 1;');
    const second = await bundleApp(functions, dist);
    const anew = doors.filter(
      (door) => !readFileSync(join(second.folder, door, 'index.mjs'), 'utf8').includes('as it was'),
    );
    expect(anew.sort()).toEqual([changed, sharing]);
    expect(Object.keys(second.sizes).sort()).toEqual([...doors].sort());
  });

  it.each([true, false])(
    'removes the bundles that nobody has asked for in a day (somebody works with them: %s)',
    async (isUsed) => {
      const [functions, dist] = [join(folder, `used-${isUsed}`), join(folder, `dist-${isUsed}`)];
      mkdirSync(functions);
      for (const door of doors) writeFileSync(join(functions, `${door}.ts`), '');
      const { folder: old } = await bundleApp(functions, dist);
      const yesterday = new Date(Date.now() - 25 * 60 * 60_000);
      utimesSync(old, yesterday, yesterday);
      const letGo = isUsed ? keepBundles(old, 5) : () => {};
      await sleep(100);
      letGo();

      writeFileSync(join(functions, `${doors[0]}.ts`), 'export const changed = 1;');
      await bundleApp(functions, dist);
      expect(existsSync(old)).toBe(isUsed);
    },
  );

  it('would not pass cdk-nag’s packs with a bucket that anyone may read and a queue without dead letters, nor the schemas with a time in words', () => {
    const outdir = join(folder, 'nagged');
    const app = newApp({ outdir });
    const stack = new Stack(app, 'Bad');
    new Bucket(stack, 'Careless');
    new Queue(stack, 'Forgetful');
    new CfnQueue(stack, 'Wordy').addPropertyOverride('VisibilityTimeout', 'soon');
    const exitCode = process.exitCode;
    vi.stubEnv('CDK_VALIDATION', 'true');
    try {
      expect(() => app.synth()).toThrow(/AwsSolutions-S1.*Serverless-SQSRedrivePolicy/su);
    } finally {
      vi.unstubAllEnvs();
      process.exitCode = exitCode;
    }
    const report = readFileSync(join(outdir, 'validation-report.json'), 'utf8');
    expect(report).toMatch(/VisibilityTimeout/u);
  });
});

/** One call of AWS and no vendor: Lambda's own segment says it all. */
const untraced: readonly DoorName[] = ['authorize-caller', 'schedule-validations'];

const [middy, metrics] = ['@middy/core', '@aws-lambda-powertools/metrics'];
const ofEach = ['@aws-lambda-powertools/logger', 'zod'];
const ofQueues = ['@aws-lambda-powertools/batch', '@aws-lambda-powertools/commons'];
const ofVendors = ['p-limit', 'yocto-queue'];

describe('the bundles', () => {
  // Lambda reads, and Node parses, all of it before the first answer.
  it.each(doors)('of %s has at most 350 KB of its own and 900 KB with the SDK', (door) => {
    const { whole, withoutSdk } = bundles.sizes[door]!;
    expect(whole - withoutSdk).toBeGreaterThan(100 * 1024);
    expect(withoutSdk).toBeGreaterThan(10 * 1024);
    expect(withoutSdk).toBeLessThanOrEqual(350 * 1024);
    expect(whole).toBeLessThanOrEqual(900 * 1024);
  });

  // A client that a door does not use is read, parsed and loaded all the same.
  it.each<[DoorName, string[]]>([
    ['authorize-caller', ['secrets-manager']],
    ['manage-connections', ['dynamodb', 'eventbridge', 'secrets-manager']],
    ['open-hand-off', ['dynamodb', 'eventbridge', 'secrets-manager']],
    ['provision-api-user', ['dynamodb', 'eventbridge', 'secrets-manager']],
    ['receive-hand-off', ['lambda']],
    ['schedule-syncs', ['dynamodb', 'eventbridge']],
    ['schedule-validations', ['dynamodb', 'eventbridge']],
    ['suggest-companies', ['dynamodb', 'secrets-manager']],
    ['sync-devices', ['dynamodb', 'eventbridge', 'secrets-manager']],
    ['validate-permissions', ['dynamodb', 'eventbridge', 'secrets-manager']],
  ])('of %s has the SDK’s clients that the door uses, and no other', (door, clients) => {
    expect(bundles.sizes[door]?.clients).toEqual(clients);
  });

  // What only some invocations need comes with the first of them: each start, of every door, would pay for it.
  it.each<[DoorName, string[]]>([
    ['authorize-caller', ['zod']],
    ['manage-connections', [...ofEach, middy, ...ofVendors]],
    ['open-hand-off', [...ofEach, ...ofVendors]],
    ['provision-api-user', [...ofEach, ...ofQueues, ...ofVendors]],
    ['receive-hand-off', [...ofEach, middy]],
    ['schedule-syncs', [...ofEach, metrics]],
    ['schedule-validations', ofEach],
    ['suggest-companies', [...ofEach, middy, ...ofVendors]],
    ['sync-devices', [...ofEach, metrics, ...ofQueues, ...ofVendors]],
    ['validate-permissions', [...ofEach, metrics, middy, ...ofQueues, ...ofVendors]],
  ])('of %s start with these packages beside the SDK, and no other', (door, packages) => {
    const { foreign } = bundles.sizes[door]!;
    const names = foreign.map((path) => /^(?:@[^/]+\/)?[^/]+/u.exec(path)?.[0]);
    expect([...new Set(names)]).toEqual([...packages].sort());
    // Of zod the small one: a schema of the other brings all that a schema can be.
    expect(foreign.filter((path) => path.startsWith('zod/v4/classic/'))).toEqual([]);
    expect(foreign.some((path) => path.startsWith('zod/v4/mini/'))).toBe(true);
  });

  it.each(doors)('of %s bring the tracer only when it is asked for', (door) => {
    const files = readdirSync(join(bundles.folder, door)).filter((file) => file.endsWith('.mjs'));
    const holding = files.filter((file) =>
      readFileSync(join(bundles.folder, door, file), 'utf8').includes('AWS_XRAY_DAEMON_ADDRESS'),
    );
    expect(holding).toEqual(untraced.includes(door) ? [] : [expect.stringMatching(/^x-ray-/u)]);
    expect(bundles.sizes[door]!.later).toBeLessThanOrEqual(350 * 1024);
  });

  it('are ESM that loads CommonJS dependencies, each in a folder of its own', async () => {
    const functions = join(folder, 'functions');
    mkdirSync(functions);
    writeFileSync(join(functions, 'legacy.cjs'), "module.exports = require('node:path').sep.length;");
    for (const door of doors) {
      writeFileSync(
        join(functions, `${door}.ts`),
        "import one from './legacy.cjs';\nclass OwnError extends Error {\n  override readonly name = 'OwnError';\n}\nexport const handler = async (): Promise<unknown> => [one, new OwnError().name];",
      );
    }
    const target = join(folder, 'bundled');
    await bundleDoors(doors, functions, target);
    expect(readdirSync(target).sort()).toEqual([...doors].sort());
    const door = (await import(pathToFileURL(join(target, 'sync-devices', 'index.mjs')).href)) as {
      handler(): Promise<unknown>;
    };
    expect(await door.handler()).toEqual([1, 'OwnError']);
  });

  it('name the doors that are missing', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await expect(bundleDoors(doors, empty, join(folder, 'nothing'))).rejects.toThrow(
      `has no ${doors.map((door) => `${door}.ts`).join(', ')}`,
    );
  });
});
