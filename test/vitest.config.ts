import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { shared } from '../vitest.shared.ts';

export default defineConfig({
  // What the web app's own modules call each other, for the tests that ask them too.
  resolve: { alias: { '@': fileURLToPath(new URL('../packages/web/src', import.meta.url)) } },
  test: {
    include: ['{architecture,agreement,acceptance,e2e,foreign}/**/*.test.ts'],
    globalSetup: ['./global-setup.ts'],
    ...shared,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 180_000, interval: 50 } },
  },
});
