import { defineConfig } from 'vitest/config';
import { shared } from '../vitest.shared.ts';

/** One file at a time: each starts a whole installation. */
export default defineConfig({
  test: {
    include: ['{architecture,acceptance,e2e}/**/*.test.ts'],
    fileParallelism: false,
    ...shared,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
