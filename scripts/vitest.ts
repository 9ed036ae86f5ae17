import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { succeeds } from './process.ts';

export interface TestRun {
  passed: number;
  /** What failed, one entry each: its file, its full name and the first lines of why. */
  failures: string[];
}

const REPORTER = fileURLToPath(new URL('vitest-reporter.ts', import.meta.url));

/**
 * Runs the test files of a workspace, or those that `args` name to Vitest. A case that was skipped counts as
 * failed, and so does a run that failed without a failed case.
 */
export async function runTests(workspace: string, args: string[] = []): Promise<TestRun> {
  const directory = await mkdtemp(join(tmpdir(), 'mooring-tests-'));
  const result = join(directory, 'result.json');
  const reporters = ['--reporter=default', `--reporter=${REPORTER}`, `--outputFile=${result}`];
  const succeeded = await succeeds('vitest', ['run', '--root', workspace, ...reporters, ...args]);
  const text = await readFile(result, 'utf8').catch(() => null);
  await rm(directory, { recursive: true });

  const { passed, failures }: TestRun = text === null ? { passed: 0, failures: [] } : JSON.parse(text);
  const failed = !succeeded && failures.length === 0;
  return { passed, failures: failed ? ['Vitest failed, and no test did: see its output.'] : failures };
}
