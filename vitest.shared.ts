import { availableParallelism } from 'node:os';

/** Settings of every workspace. Times are in milliseconds, and for a machine that others load too. */
export const shared = {
  // Tests wait for databases, processes and clocks more than they compute.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 90_000, interval: 50 } },
};
