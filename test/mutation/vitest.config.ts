import { defineConfig } from 'vitest/config';

/**
 * The tests that have to notice a mutant: those of its own room, and no fuzzing, which would notice one by chance.
 * Without isolation each mutant takes a fraction of the time.
 */
export default defineConfig({
  test: {
    include: (process.env.MUTATED_ROOMS ?? 'http,sync,connections,procedure,permissions,onboarding')
      .split(',')
      .map((room) => `test/${room}/**/*.test.ts`),
    exclude: ['test/**/*.fuzz.test.ts'],
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
