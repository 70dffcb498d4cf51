/**
 * At a release: writes down what it leaves in an account, which every later version is held to
 * (test/lib/upgrade.test.ts).
 *
 *   npx tsx bin/write-release.ts      test/lib/releases/<version of package.json>.json
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { takeRelease } from '../test/lib/release/take-release.ts';

// Of the SDK about next year's Node: no news for who makes a release.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const at = (path: string): URL => new URL(path, import.meta.url);
const { version } = JSON.parse(readFileSync(at('../package.json'), 'utf8')) as { version: string };
const release = await takeRelease(version);
writeFileSync(at(`../test/lib/releases/${version}.json`), `${JSON.stringify(release, null, 2)}\n`);
process.stdout.write(`test/lib/releases/${version}.json: ${release.items.length} items\n`);
