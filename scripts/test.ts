// `npm test`: everything, in the order in which a failure says most. `npm test -- server acceptance` runs a part.
// The last line is `N passed, N failed`, over all test cases.
import { failedChecks } from './checks.ts';
import { installDebianPackages } from './debian-packages.ts';
import { runTests, type TestCounts } from './vitest.ts';
import { buildWeb } from './web-build.ts';

const PHASES: Record<string, () => Promise<TestCounts>> = {
  check: async () => ({ passed: 0, failed: (await failedChecks()).length }),
  architecture: () => runTests('test', ['architecture/']),
  build: async () => {
    await buildWeb();
    return { passed: 0, failed: 0 };
  },
  contract: () => runTests('packages/contract'),
  server: () => runTests('packages/server'),
  sdk: () => runTests('packages/sdk'),
  cli: () => runTests('packages/cli'),
  emulators: () => runTests('emulators'),
  web: () => runTests('packages/web'),
  acceptance: () => runTests('test', ['acceptance/']),
  e2e: () => runTests('test', ['e2e/']),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !PHASES[name]);
if (unknown.length) {
  console.error(`There is no phase ${unknown.join(', ')}. There are: ${Object.keys(PHASES).join(', ')}.`);
  process.exit(2);
}
await installDebianPackages().catch((error: Error) => {
  console.error(error.message);
  console.log('\n0 passed, 1 failed');
  process.exit(1);
});

const rows: { name: string; seconds: number; counts: TestCounts }[] = [];
for (const [name, run] of Object.entries(PHASES)) {
  if (wanted.length && !wanted.includes(name)) continue;
  console.log(`\n— ${name} —`);
  const begin = performance.now();
  const counts = await run().catch(error => {
    console.error(error);
    return { passed: 0, failed: 1 };
  });
  rows.push({ name, seconds: (performance.now() - begin) / 1000, counts });
}

console.log(`\n${'phase'.padEnd(14)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'seconds'.padStart(10)}`);
for (const { name, seconds, counts } of rows) {
  const cells = [
    String(counts.passed).padStart(8),
    String(counts.failed).padStart(8),
    seconds.toFixed(1).padStart(10),
  ];
  console.log(name.padEnd(14) + cells.join(''));
}
const passed = rows.reduce((sum, { counts }) => sum + counts.passed, 0);
const failed = rows.reduce((sum, { counts }) => sum + counts.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
