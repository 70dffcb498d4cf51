/**
 * The init time of each door, side by side with a bare handler that imports and makes the same SDK clients: both
 * bundled the same way, given the same environment, and started by turns on the local Runtime host. From the start of
 * the process to its first question for an invocation: what Lambda calls INIT, and Node's own start, the same for both.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessKeys } from '../../bin/local/access-keys.ts';
import { ApiNames } from '../../bin/local/api-names.ts';
import { Deployment } from '../../bin/local/deployment.ts';
import { DoorProcess, type DoorProcessOptions } from '../../bin/local/door-process.ts';
import { Grants } from '../../bin/local/grants.ts';
import { LogSink } from '../../bin/local/log-sink.ts';
import { optionsOf } from '../../bin/local/open-doors.ts';
import { RuntimeApi } from '../../bin/local/runtime-api.ts';
import { readAssembly } from '../../bin/local/synthesized-stack.ts';
import { type DoorName, environments } from '../../functions/lambda/environment.ts';
import { buildApp } from '../../lib/build-app.ts';
import { bundleApp } from '../../lib/bundle-app.ts';
import { bundleDoors } from '../../lib/bundle-doors.ts';

export interface ColdStart {
  readonly door: DoorName;
  readonly clients: readonly string[];
  /** Medians, in milliseconds; on a machine that does nothing else. */
  readonly ms: number;
  readonly bareMs: number;
  /** With the SDK not in the bundle, but in `node_modules` above it, as Lambda's own is. */
  readonly externalMs: number;
  /** The same in CPU time, over all threads, which other work on the machine disturbs less. */
  readonly cpuMs: number;
  readonly bareCpuMs: number;
  readonly externalCpuMs: number;
}

/** How a bare handler makes each client that a door has. */
const makers: Readonly<Record<string, string>> = {
  dynamodb: `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
    import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
    made.push(DynamoDBDocumentClient.from(new DynamoDBClient({})));`,
  eventbridge: `import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
    made.push(new EventBridgeClient({}));`,
  lambda: `import { LambdaClient } from '@aws-sdk/client-lambda';
    made.push(new LambdaClient({}));`,
  'secrets-manager': `import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
    made.push(new SecretsManagerClient({}));`,
};

const doors = Object.keys(environments) as DoorName[];

/** @param starts of each, by turns */
export async function measureColdStarts(
  starts: number,
  chosen: readonly DoorName[] = doors,
): Promise<ColdStart[]> {
  const { folder: bundles, sizes } = await bundleApp();
  const assembly = mkdtempSync(join(tmpdir(), 'cold-start-'));
  // Inside the project, where the SDK is found.
  const beside = mkdtempSync(new URL('../../dist/cold-start-', import.meta.url).pathname);
  const api = new RuntimeApi();
  try {
    buildApp({ outdir: assembly, validate: false, bundles });
    const clientsOf = (door: DoorName) => sizes[door]?.clients ?? [];
    for (const door of doors) writeFileSync(join(beside, `${door}.ts`), bareOf(clientsOf(door)));
    const bareSizes = await bundleDoors(doors, beside, join(beside, 'bare'));
    for (const door of doors) {
      const has = String(bareSizes[door]?.clients);
      if (has !== String(clientsOf(door)))
        throw new Error(`the bare handler of ${door} has ${has}, and the door has ${clientsOf(door)}`);
    }
    const functions = new URL('../../functions', import.meta.url).pathname;
    await bundleDoors(doors, functions, join(beside, 'external'), ['@aws-sdk/*', '@smithy/*']);
    await api.listen();
    const options = optionsByDoor(assembly);
    const found: ColdStart[] = [];
    for (const door of chosen) {
      const own = options.get(door);
      if (own === undefined) throw new Error(`the template has no function for ${door}`);
      const rivals = {
        own: null,
        bare: join(beside, 'bare', door),
        external: join(beside, 'external', door),
      };
      const times = { own: [], bare: [], external: [] } as Record<keyof typeof rivals, Start[]>;
      for (let n = 0; n <= starts; n += 1) {
        for (const name of ['own', 'bare', 'external'] as const) {
          const started = await start(api, own, rivals[name]);
          // The first of each reads the disk.
          if (n > 0) times[name].push(started);
        }
      }
      const middle = (name: keyof typeof rivals, what: keyof Start) =>
        median(times[name].map((each) => each[what]));
      found.push({
        door,
        clients: clientsOf(door),
        ms: middle('own', 'ms'),
        bareMs: middle('bare', 'ms'),
        externalMs: middle('external', 'ms'),
        cpuMs: middle('own', 'cpuMs'),
        bareCpuMs: middle('bare', 'cpuMs'),
        externalCpuMs: middle('external', 'cpuMs'),
      });
    }
    return found;
  } finally {
    api.close();
    for (const folder of [beside, assembly]) rmSync(folder, { recursive: true, force: true });
  }
}

function bareOf(clients: readonly string[]): string {
  const made = clients.map((name) => {
    const maker = makers[name];
    if (maker === undefined) throw new Error(`nothing says how a bare handler makes the client of ${name}`);
    return maker;
  });
  return `const made: unknown[] = [];\n${made.join('\n')}\nexport const handler = async () => made.length;`;
}

/** As the local host would start each door of this assembly; whatever a door asks of AWS at its start would fail it. */
function optionsByDoor(assembly: string): Map<string, DoorProcessOptions> {
  const deployment = new Deployment(readAssembly(assembly));
  const surroundings = {
    deployment,
    keys: new AccessKeys(new Grants(deployment)),
    endpoints: {},
    names: new ApiNames(),
    logs: new LogSink(null),
    clockScale: 1,
    sampled: 0,
  };
  const all = deployment.all('AWS::Lambda::Function').map((lambda) => optionsOf(lambda, surroundings));
  return new Map(all.map((options) => [options.name, { ...options, bill: () => {} }]));
}

interface Start {
  readonly ms: number;
  readonly cpuMs: number;
}

/** @param root a folder with another `index.mjs` than the door's own */
async function start(api: RuntimeApi, options: DoorProcessOptions, root: string | null): Promise<Start> {
  const lines: string[] = [];
  const process = new DoorProcess(api, {
    ...options,
    environment: () => ({ ...options.environment(), ...(root === null ? {} : { LAMBDA_TASK_ROOT: root }) }),
    log: (line) => lines.push(line),
  });
  try {
    const ms = await process.loaded;
    if (ms === null) throw new Error(`${root ?? 'a door'} did not start: ${lines.join(' ')}`);
    return { ms, cpuMs: cpuMsOf(process.pid) };
  } finally {
    await process.close();
  }
}

/** So far, over all threads that live. Linux tells it in nanoseconds. */
function cpuMsOf(pid: number | undefined): number {
  const threads = `/proc/${pid}/task`;
  const spent = readdirSync(threads).map((thread) =>
    Number(readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return spent.reduce((sum, each) => sum + each, 0) / 1e6;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
