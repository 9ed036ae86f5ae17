import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeeds } from './process.ts';

export interface TestCounts {
  passed: number;
  failed: number;
}

/**
 * Runs the test files of a workspace, or those whose path contains one of `filters`, and counts the cases. A
 * case that was skipped counts as failed, and so does a run that failed without a failed case.
 */
export async function runTests(workspace: string, filters: string[] = []): Promise<TestCounts> {
  const directory = await mkdtemp(join(tmpdir(), 'mooring-tests-'));
  const report = join(directory, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const succeeded = await succeeds('vitest', ['run', '--root', workspace, ...reporters, ...filters]);
  const text = await readFile(report, 'utf8').catch(() => null);
  await rm(directory, { recursive: true });
  if (text === null) return { passed: 0, failed: 1 };

  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(text);
  const skipped = numPendingTests + numTodoTests;
  if (skipped) console.log(`${skipped} skipped in ${workspace}: counted as failed.`);
  const failed = numFailedTests + skipped;
  return { passed: numPassedTests, failed: succeeded ? failed : Math.max(1, failed) };
}
