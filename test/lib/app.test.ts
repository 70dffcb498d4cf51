import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DoorName, environments } from '#lambda/environment';
import { readAssembly } from '../../bin/local/synthesized-stack.ts';
import { addStacks, buildApp, newApp } from '../../lib/build-app.ts';
import { bundleDoors } from '../../lib/bundle-doors.ts';

const doors = Object.keys(environments) as DoorName[];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'app-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the whole app', () => {
  it('passes cdk-nag and CloudFormation’s schemas, and puts each door’s bundle into the assembly', () => {
    const outdir = join(folder, 'whole');
    const started = performance.now();
    buildApp({ outdir });
    // On an idle machine 2 s; this bounds what `cdk synth` costs on a busy one.
    expect(performance.now() - started).toBeLessThan(15_000);
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
      expect(readdirSync(stateless?.assetFolder(key) ?? '').sort()).toEqual(['index.mjs', 'index.mjs.map']);
    }
  });

  it('gives the same assets from the same sources', () => {
    const keysOf = (name: string): string[] => {
      const outdir = join(folder, name);
      buildApp({ outdir, validate: false });
      return readdirSync(outdir).filter((entry) => entry.startsWith('asset.'));
    };
    expect(keysOf('one')).toEqual(keysOf('two'));
  });

  it('would not pass cdk-nag’s packs with a bucket that anyone may read and a queue without dead letters', () => {
    const bundles = join(folder, 'bundles');
    for (const door of doors) {
      mkdirSync(join(bundles, door), { recursive: true });
      writeFileSync(join(bundles, door, 'index.mjs'), '');
    }
    const app = newApp({ outdir: join(folder, 'nagged') });
    const { stateful } = addStacks(app, bundles);
    new Bucket(stateful, 'Careless');
    new Queue(stateful, 'Forgetful');
    const exitCode = process.exitCode;
    try {
      expect(() => app.synth()).toThrow(/AwsSolutions-S1.*Serverless-SQSRedrivePolicy/su);
    } finally {
      process.exitCode = exitCode;
    }
  });
});

describe('the bundles', () => {
  it('are ESM that loads CommonJS dependencies, each in a folder of its own', async () => {
    const functions = join(folder, 'functions');
    mkdirSync(functions);
    writeFileSync(join(functions, 'legacy.cjs'), "module.exports = require('node:path').sep.length;");
    for (const door of doors) {
      writeFileSync(
        join(functions, `${door}.ts`),
        "import one from './legacy.cjs';\nclass OwnError extends Error {}\nexport const handler = async (): Promise<unknown> => [one, OwnError.name];",
      );
    }
    const target = join(folder, 'bundled');
    bundleDoors(doors, functions, target);
    expect(readdirSync(target).sort()).toEqual([...doors].sort());
    const door = (await import(pathToFileURL(join(target, 'sync-devices', 'index.mjs')).href)) as {
      handler(): Promise<unknown>;
    };
    expect(await door.handler()).toEqual([1, 'OwnError']);
  });

  it('name the doors that are missing', () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect(() => bundleDoors(doors, empty, join(folder, 'nothing'))).toThrow(
      `has no ${doors.map((door) => `${door}.ts`).join(', ')}`,
    );
  });
});
