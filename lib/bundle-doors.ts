import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
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
}

/** By the door's name. */
export type BundleSizes = Readonly<Record<string, BundleSize>>;

/** The SDK's own packages and what they bring along. */
const sdk = /node_modules\/(?:@aws-sdk|@smithy|@aws-crypto|@aws|mnemonist|obliterator|bowser|tslib)\//u;

/**
 * Bundles every door, in 3 s of the processor in all, where `NodejsFunction` takes about 1 s each.
 * Each door gets a folder of its own under `target`, with `index.mjs`, what that imports late, and source maps.
 */
export function bundleDoors(
  doors: readonly DoorName[],
  functionsFolder: string,
  target: string,
  external: readonly string[] = [],
): BundleSizes {
  const missing = doors.filter((door) => !existsSync(join(functionsFolder, `${door}.ts`)));
  if (missing.length > 0) {
    throw new Error(
      `Cannot bundle: ${functionsFolder} has no ${missing.map((door) => `${door}.ts`).join(', ')}. Each door is one file there.`,
    );
  }
  return Object.fromEntries(doors.map((door) => [door, bundleDoor(door, functionsFolder, target, external)]));
}

/** A build for each: in one build, what doors share would lie outside their folders. */
function bundleDoor(
  door: DoorName,
  functionsFolder: string,
  target: string,
  external: readonly string[],
): BundleSize {
  const { metafile } = buildSync({
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
    // Class names reach people: an error's name stands in logs and reports.
    keepNames: true,
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
  return sizeOf(metafile);
}

function sizeOf({ outputs }: Metafile): BundleSize {
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
  };
}
