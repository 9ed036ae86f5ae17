import { defineConfig } from 'vitest/config';

/** Lets `vitest` run from here find each workspace's own settings. `npm test` runs them one after another. */
export default defineConfig({ test: { projects: ['packages/*', 'emulators', 'test'] } });
