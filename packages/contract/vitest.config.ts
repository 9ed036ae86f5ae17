import { defineConfig } from 'vitest/config';

/** Property tests take longer than the default of 5 s allows on a machine that is busy. */
export default defineConfig({ test: { include: ['src/**/*.test.ts'], testTimeout: 30_000 } });
