import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { DoorName } from '#lambda/environment';

export interface BundleSize {
  /** Bytes of `index.mjs`: all of it, and what of it is not the AWS SDK. */
  readonly whole: number;
  readonly withoutSdk: number;
  /** The SDK's clients in it, such as `dynamodb`, sorted. */
  readonly clients: readonly string[];
}

/** By the door's name. */
export type BundleSizes = Readonly<Record<string, BundleSize>>;

/** The SDK's own packages and what they bring along. */
const sdk = /node_modules\/(?:@aws-sdk|@smithy|@aws-crypto|@aws|mnemonist|obliterator|bowser|tslib)\//u;

/**
 * Bundles every door with one esbuild call: 0.7 s in all, where `NodejsFunction` takes about 1 s each.
 * Each door gets a folder of its own under `target`, with `index.mjs` and its source map.
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
  const { metafile } = buildSync({
    metafile: true,
    entryPoints: doors.map((door) => ({ in: join(functionsFolder, `${door}.ts`), out: `${door}/index` })),
    outdir: target,
    outExtension: { '.js': '.mjs' },
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
  return Object.fromEntries(
    doors.map((door) => {
      const output = Object.entries(metafile.outputs).find(([path]) =>
        path.endsWith(`/${door}/index.mjs`),
      )?.[1];
      if (output === undefined) throw new Error(`esbuild wrote no bundle of ${door}`);
      const inputs = Object.entries(output.inputs).filter(([path]) => sdk.test(path));
      const sdkBytes = inputs.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
      const bundled = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
      const named = [...bundled.map(([path]) => path), ...output.imports.map(({ path }) => path)];
      const clients = new Set(named.flatMap((path) => /@aws-sdk\/client-([^/]+)/u.exec(path)?.[1] ?? []));
      return [
        door,
        { whole: output.bytes, withoutSdk: output.bytes - sdkBytes, clients: [...clients].sort() },
      ];
    }),
  );
}
