/** The doors, bundled once for a run of tests: every file that starts the system takes these. */
import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { bundleApp } from '../lib/bundle-app.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder as `bundleApp` makes it. */
    bundles: string;
  }
}

export default function bundle(project: TestProject): () => void {
  const { folder } = bundleApp();
  project.provide('bundles', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
