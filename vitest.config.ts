import { defineConfig } from 'vitest/config';

/** Rooms without state of their own: their files share a process, which halves the time they take. */
const stateless = [
  ...['sync', 'connections', 'permissions', 'procedure', 'onboarding', 'runs', 'hand-off', 'callers'],
  ...['autotask', 'addigy', 'http', 'aws', 'model'],
  ...['lib', 'contract', 'simulators', 'bin/cli', 'bin/terminal'],
].map((room) => `test/${room}/**/*.test.ts`);
/** Each file starts a system of its own and ends it; what is loaded for that is loaded once a worker. */
const systems = ['test/journeys/*.test.ts', 'test/bin/*.test.ts'];
/** One asks with a `fetch` of its own, the others' processes and clients read AWS's addresses from the environment: none bears a neighbour's. */
const alone = ['test/bin/smoke.test.ts', 'test/bin/keys.test.ts', 'test/journeys/npm-start.test.ts'];
const pages = 'test/hand-off/*.browser.test.ts';

export default defineConfig({
  test: {
    // The machine that CI runs on has two cores, and journeys start processes of their own: a third worker makes the whole slower.
    maxWorkers: 2,
    // Lambda runs a newer Node than this machine may have; the SDK's warning would stand in every file's output.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', POWERTOOLS_LOG_LEVEL: 'ERROR' },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'rooms', include: stateless, exclude: [pages], isolate: false } },
      {
        extends: true,
        test: {
          name: 'systems',
          include: systems,
          exclude: alone,
          isolate: false,
        },
      },
      {
        extends: true,
        // Doors read the environment when they are imported.
        test: { name: 'doors', include: ['test/**/*.test.ts'], exclude: [...stateless, ...systems] },
      },
      { extends: true, test: { name: 'alone', include: alone } },
      { extends: true, test: { name: 'page', include: [pages] } },
    ],
  },
});
