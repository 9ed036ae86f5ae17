import { availableParallelism } from 'node:os';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take long for their size, the longest first. */
const LONG = [
  'e2e/appearance',
  'acceptance/python',
  'acceptance/kill',
  'acceptance/move',
  'e2e/second-kind',
  'acceptance/demo',
  'acceptance/audit',
  'acceptance/hostile',
  'acceptance/faults',
  'sync/shared.property',
  'operations/worker',
  'operations/scheduled-tasks',
  'database/embedded',
  'setup/shell',
  'server/azure',
  'src/run',
  'src/bounds',
  'sync/sync.property',
  'sdk/src/package',
  'volume/volume',
].map(name => `${name}.test.ts`);

/** Begins with what takes long, so that nothing runs alone at the end; then large files before small ones. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex(name => moduleId.endsWith(name));
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

/** Settings of every workspace. Times are in milliseconds, and for a machine that others load too. */
export const shared = {
  // Tests wait for databases, processes and clocks as much as they compute.
  maxWorkers: availableParallelism() + 1,
  sequence: { sequencer: LongFirst },
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 90_000, interval: 50 } },
};
