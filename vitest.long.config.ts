import { defineConfig } from 'vitest/config'

/** What takes minutes and is run on demand: `npm run test:long`, or one folder with `npm run test:long -- test/story`. */
export default defineConfig({
  test: {
    // test/crash, test/hostile and some of test/core run more when GALLRA_LONG is set.
    include: [
      'test/**/*.long.test.ts',
      'test/crash/*.test.ts',
      'test/hostile/*.test.ts',
      'test/core/**/*.test.ts',
      'test/bench/*.bench.ts',
    ],
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    globalSetup: ['test/harness/global-setup.ts'],
    maxWorkers: 2,
  },
})
