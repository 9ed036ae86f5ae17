import { defineConfig } from 'vitest/config';

/** One file at a time: each starts a whole installation. */
export default defineConfig({
  test: {
    include: ['{architecture,acceptance,e2e}/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000, interval: 50 } },
  },
});
