import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DoorName, environments } from '#lambda/environment';
import { type BundleSize, type BundleSizes, bundleDoors } from './bundle-doors.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
/** What every bundle depends on beside our sources: the packages at their versions, and how they are put together. */
const tools = ['package-lock.json', 'package.json', 'lib/bundle-doors.ts'];
const doors = Object.keys(environments) as DoorName[];
const dayMs = 24 * 60 * 60_000;

export interface Bundles {
  /** One folder per door. Others use it too: nobody changes or removes it. */
  readonly folder: string;
  readonly sizes: BundleSizes;
}

/** What stands beside the bundles in their folder. */
interface Manifest {
  /** Of the tools that made them. */
  readonly tools: string;
  /** `sources` is the digest of the door's own files. */
  readonly doors: Readonly<Record<string, BundleSize & { readonly sources: string }>>;
}

/**
 * The bundles of every door of the app. Those of the same sources are taken again, all of them or each door's, since
 * making them all takes 7 s of the processor.
 *
 * @param dist where bundles are kept. Inside the project and at a fixed depth: source maps hold relative paths, and the
 * assets' hashes hold the maps.
 */
export async function bundleApp(
  functions = join(project, 'functions'),
  dist = join(project, 'dist'),
): Promise<Bundles> {
  const madeBy = digestOf(project, tools);
  const sources = readdirSync(functions, { recursive: true, encoding: 'utf8' });
  const hash = createHash('sha256');
  hash.update(madeBy).update(digestOf(functions, sources.filter((path) => path.endsWith('.ts')).sort()));
  const folder = join(dist, `doors-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(manifestIn(folder))) utimesSync(folder, new Date(), new Date());
  else await makeIn(folder, { functions, dist, madeBy });
  return { folder, sizes: readManifest(folder).doors };
}

/** For as long as somebody works with them they are not old, however long that is. @returns what ends it */
export function keepBundles(folder: string, everyMs = dayMs / 4): () => void {
  const timer = setInterval(() => utimesSync(folder, new Date(), new Date()), everyMs).unref();
  return () => clearInterval(timer);
}

interface Making {
  readonly functions: string;
  readonly dist: string;
  /** The digest of the tools. */
  readonly madeBy: string;
}

async function makeIn(folder: string, making: Making): Promise<void> {
  const { functions, dist, madeBy } = making;
  mkdirSync(dist, { recursive: true });
  removeOld(dist);
  const made = mkdtempSync(join(dist, 'doors-'));
  try {
    const taken = takeUnchanged(made, making);
    const sizes = await bundleDoors(
      doors.filter((door) => taken[door] === undefined),
      functions,
      made,
    );
    const anew = Object.entries(sizes).map(([door, size]) => [
      door,
      { ...size, sources: digestOf(functions, size.own) },
    ]);
    const manifest: Manifest = { tools: madeBy, doors: { ...taken, ...Object.fromEntries(anew) } };
    writeFileSync(manifestIn(made), JSON.stringify(manifest));
    // Whole or not at all, whoever else makes the same at this moment.
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** Copies the doors whose files are still those of an earlier bundle: a change is seldom one of every door. */
function takeUnchanged(made: string, { functions, dist, madeBy }: Making): Manifest['doors'] {
  const taken: Record<string, Manifest['doors'][string]> = {};
  const earlier = readdirSync(dist).map((name) => join(dist, name));
  for (const folder of earlier.filter((each) => existsSync(manifestIn(each)))) {
    const manifest = readManifest(folder);
    if (manifest.tools !== madeBy) continue;
    for (const door of doors) {
      const there = manifest.doors[door];
      if (there === undefined || taken[door] !== undefined) continue;
      if (there.own.some((path) => !existsSync(join(functions, path)))) continue;
      if (digestOf(functions, there.own) !== there.sources) continue;
      cpSync(join(folder, door), join(made, door), { recursive: true });
      taken[door] = there;
    }
  }
  return taken;
}

function digestOf(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function manifestIn(folder: string): string {
  return join(folder, 'manifest.json');
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(manifestIn(folder), 'utf8')) as Manifest;
}

/** What nobody has asked for in the last day is of other sources, or was left by a process that was ended. */
function removeOld(dist: string): void {
  for (const name of readdirSync(dist)) {
    const old = join(dist, name);
    if (name.startsWith('doors-') && statSync(old).mtimeMs < Date.now() - dayMs)
      rmSync(old, { recursive: true, force: true });
  }
}
