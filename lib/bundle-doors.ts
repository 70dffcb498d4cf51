import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import pLimit from 'p-limit';
import type { DoorName } from '#lambda/environment';

/** What Lambda reads at a door's start, `index.mjs` and what that imports: bytes, minified. */
export interface BundleSize {
  readonly whole: number;
  /** What of it is not the AWS SDK. */
  readonly withoutSdk: number;
  /** What an `import()` brings when it is asked for. */
  readonly later: number;
  /** The SDK's clients that are there at the start, such as `dynamodb`, sorted. */
  readonly clients: readonly string[];
  /** The files of other packages that are there at the start, as `zod/v4/core/schemas.js`, sorted. */
  readonly foreign: readonly string[];
  /** The files of ours that the bundle is made of, by their paths in the doors' folder, sorted. */
  readonly own: readonly string[];
}

/** By the door's name. */
export type BundleSizes = Readonly<Record<string, BundleSize>>;

/** The SDK's own packages and what they bring along. */
const sdk = /node_modules\/(?:@aws-sdk|@smithy|@aws-crypto|@aws|mnemonist|obliterator|bowser|tslib)\//u;

/** One build keeps two cores busy for half of its time; ten at once took longer than one after the other. */
const atOnce = 2;

/**
 * Bundles doors, each in 0.5 s of two cores: in one process of esbuild's, where `NodejsFunction` starts one for each.
 * Each door gets a folder of its own under `target`, with `index.mjs`, what that imports late, and source maps.
 */
export async function bundleDoors(
  doors: readonly DoorName[],
  functionsFolder: string,
  target: string,
  external: readonly string[] = [],
): Promise<BundleSizes> {
  const missing = doors.filter((door) => !existsSync(join(functionsFolder, `${door}.ts`)));
  if (missing.length > 0) {
    throw new Error(
      `Cannot bundle: ${functionsFolder} has no ${missing.map((door) => `${door}.ts`).join(', ')}. Each door is one file there.`,
    );
  }
  const sizes = await pLimit(atOnce).map(
    doors,
    async (door) => [door, await bundleDoor(door, functionsFolder, target, external)] as const,
  );
  return Object.fromEntries(sizes);
}

/** A build for each: in one build, what doors share would lie outside their folders. */
async function bundleDoor(
  door: DoorName,
  functionsFolder: string,
  target: string,
  external: readonly string[],
): Promise<BundleSize> {
  const { metafile } = await build({
    metafile: true,
    entryPoints: [{ in: join(functionsFolder, `${door}.ts`), out: 'index' }],
    outdir: join(target, door),
    outExtension: { '.js': '.mjs' },
    splitting: true,
    chunkNames: '[name]-[hash]',
    bundle: true,
    external: [...external],
    platform: 'node',
    format: 'esm',
    // Lambda runs 24; the same bundle also runs on the machine of whoever develops, from 20 on.
    target: 'node20',
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    // Without `module` first esbuild takes CommonJS builds, which tree-shake badly.
    mainFields: ['module', 'main'],
    // What stays CommonJS inside an ESM bundle still calls `require` for node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'silent',
  });
  return sizeOf(metafile, functionsFolder);
}

function sizeOf({ inputs: all, outputs }: Metafile, functionsFolder: string): BundleSize {
  const entry = Object.keys(outputs).find((path) => path.endsWith('/index.mjs'));
  if (entry === undefined) throw new Error('esbuild wrote no index.mjs');
  const first = new Set([entry]);
  for (const path of first) {
    for (const { path: to, kind, external } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && external !== true) first.add(to);
  }
  const bytes = (paths: readonly string[]) =>
    paths.reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
  const whole = bytes([...first]);
  const atStart = [...first].flatMap((path) => (outputs[path] === undefined ? [] : [outputs[path]]));
  const inputs = atStart.flatMap((output) => Object.entries(output.inputs));
  const ofSdk = inputs
    .filter(([path]) => sdk.test(path))
    .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
  const named = [
    ...inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path),
    ...atStart.flatMap(({ imports }) => imports.map(({ path }) => path)),
  ];
  const clients = new Set(named.flatMap((path) => /@aws-sdk\/client-([^/]+)/u.exec(path)?.[1] ?? []));
  const foreign = named.flatMap((path) =>
    sdk.test(path) ? [] : (/node_modules\/([^:]+)$/u.exec(path)?.[1] ?? []),
  );
  const code = Object.keys(outputs).filter((path) => path.endsWith('.mjs'));
  return {
    whole,
    withoutSdk: whole - ofSdk,
    later: bytes(code) - whole,
    clients: [...clients].sort(),
    foreign: [...new Set(foreign)].sort(),
    own: Object.keys(all)
      .filter((path) => !path.includes('node_modules/'))
      .map((path) => relative(functionsFolder, resolve(path)))
      .sort(),
  };
}
