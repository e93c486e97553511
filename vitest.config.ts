import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/harness/longest-first.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    globalSetup: ['test/harness/global-setup.ts'],
    maxWorkers: 2,
    // No file replaces a module or sets the environment: the program is loaded once in each worker, not once in each file.
    isolate: false,
    sequence: { sequencer: LongestFirst },
  },
})
