import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileSystem } from 'aws-cdk-lib';
import { type DoorName, environments } from '#lambda/environment';
import { type BundleSizes, bundleDoors } from './bundle-doors.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
/** What a bundle is made of: our sources, the packages at their versions, and how they are put together. */
const sources = ['functions', 'package-lock.json', 'package.json', 'lib/bundle-doors.ts'];
const dayMs = 24 * 60 * 60_000;

export interface Bundles {
  /** One folder per door. Others use it too: nobody changes or removes it. */
  readonly folder: string;
  readonly sizes: BundleSizes;
}

/** The bundles of every door of the app. Those of the same sources are taken again: making them takes 3 s of the processor. */
export function bundleApp(): Bundles {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(FileSystem.fingerprint(join(project, source)));
  // Inside the project and at a fixed depth: source maps hold relative paths, and the assets' hashes hold the maps.
  const dist = join(project, 'dist');
  const folder = join(dist, `doors-${hash.digest('hex').slice(0, 16)}`);
  const sizes = join(folder, 'sizes.json');
  if (!existsSync(sizes)) makeIn(dist, folder);
  return { folder, sizes: JSON.parse(readFileSync(sizes, 'utf8')) as BundleSizes };
}

function makeIn(dist: string, folder: string): void {
  mkdirSync(dist, { recursive: true });
  removeOld(dist);
  const made = mkdtempSync(join(dist, 'doors-'));
  try {
    const sizes = bundleDoors(Object.keys(environments) as DoorName[], join(project, 'functions'), made);
    writeFileSync(join(made, 'sizes.json'), JSON.stringify(sizes));
    // Whole or not at all, whoever else makes the same at this moment.
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** What nobody has made in the last day is of other sources, or was left by a process that was ended. */
function removeOld(dist: string): void {
  for (const name of readdirSync(dist)) {
    const old = join(dist, name);
    if (name.startsWith('doors-') && statSync(old).mtimeMs < Date.now() - dayMs)
      rmSync(old, { recursive: true, force: true });
  }
}
