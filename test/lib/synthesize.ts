import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { environments } from '#lambda/environment';
import { addStacks, newApp } from '../../lib/build-app.ts';
import type { ContextInput } from '../../lib/context.ts';

/** Both templates, with doors of one line in place of the bundles: what is bundled is another test's business. */
export function synthesize(context: ContextInput = {}): { stateful: Template; stateless: Template } {
  const folder = mkdtempSync(join(tmpdir(), 'stack-test-'));
  try {
    for (const door of Object.keys(environments)) {
      mkdirSync(join(folder, door));
      writeFileSync(join(folder, door, 'index.mjs'), `export const handler = async () => '${door}';`);
    }
    const app = newApp({ context, outdir: join(folder, 'out'), validate: false });
    const { stateful, stateless } = addStacks(app, folder);
    return { stateful: Template.fromStack(stateful), stateless: Template.fromStack(stateless) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
