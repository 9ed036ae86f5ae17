import { availableParallelism } from 'node:os';

/** Settings of every workspace. Times are in milliseconds, and for a machine that others load too. */
export const shared = {
  // Tests wait for databases, processes and clocks more than they compute.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000, interval: 50 } },
};
