import { succeeds } from './process.ts';

/** What `npm run check` looks at; each is a command that fails when something is wrong. */
const CHECKS: Record<string, string[]> = {
  types: ['tsc', '-p', '.'],
  'types of the web app': ['tsc', '-p', 'packages/web'],
  'format and lint': ['biome', 'check', '--error-on-warnings'],
  'unused code': ['knip'],
};

/** Runs the quick checks, all of them at once. @returns the names of those that failed. */
export async function failedChecks(): Promise<string[]> {
  const failures = Object.entries(CHECKS).map(async ([name, [command = '', ...args]]) => {
    const begin = performance.now();
    const passed = await succeeds(command, args);
    console.log(`${passed ? '✓' : '✗'} ${name} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
    return passed ? [] : [name];
  });
  return (await Promise.all(failures)).flat();
}
