import { defineConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** The tests of several workspaces in one run, so that no processor waits for the last file of one of them. */
export default defineConfig({
  test: {
    projects: ['packages/*', 'emulators', 'test'],
    maxWorkers: shared.maxWorkers,
    sequence: { sequencer: shared.sequence.sequencer },
  },
});
