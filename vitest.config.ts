import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The machine that CI runs on has two cores. Journeys wait more than they work: for processes, pages and time.
    maxWorkers: 3,
    // Lambda runs a newer Node than this machine may have; the SDK's warning would stand in every file's output.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
