import { defineConfig } from 'vitest/config';
import { shared } from '../vitest.shared.ts';

export default defineConfig({
  test: {
    include: ['{architecture,acceptance,e2e}/**/*.test.ts'],
    ...shared,
    maxWorkers: 2, // each starts a whole installation
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 180_000, interval: 50 } },
  },
});
