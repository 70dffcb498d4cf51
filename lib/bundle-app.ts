import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DoorName, environments } from '#lambda/environment';
import { type BundleSizes, bundleDoors } from './bundle-doors.ts';

const project = fileURLToPath(new URL('..', import.meta.url));

export interface Bundles {
  /** One folder per door; whoever asked removes it. */
  readonly folder: string;
  readonly sizes: BundleSizes;
}

/** Bundles every door of the app into a new folder. */
export function bundleApp(): Bundles {
  // Inside the project and at a fixed depth: source maps hold relative paths, and the assets' hashes hold the maps.
  mkdirSync(join(project, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(project, 'dist', 'doors-'));
  try {
    const sizes = bundleDoors(Object.keys(environments) as DoorName[], join(project, 'functions'), folder);
    return { folder, sizes };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
