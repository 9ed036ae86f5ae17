// `npm test`: everything, in the order in which a failure says most. `npm test -- server acceptance` runs a part.
// It ends with what failed, a table of the phases, and `N passed, N failed` over all test cases.
import { failedChecks } from './checks.ts';
import { installDebianPackages } from './debian-packages.ts';
import { runTests, type TestRun } from './vitest.ts';
import { buildWeb } from './web-build.ts';

const PHASES: Record<string, () => Promise<TestRun>> = {
  check: async () => ({ passed: 0, failures: await failedChecks() }),
  architecture: () => runTests('test', ['architecture/']),
  build: async () => {
    await buildWeb();
    return { passed: 0, failures: [] };
  },
  contract: () => runTests('packages/contract'),
  storage: () => runTests('packages/storage'),
  probe: () => runTests('packages/probe'),
  manifest: () => runTests('packages/manifest'),
  azure: () => runTests('packages/azure'),
  server: () => runTests('packages/server'),
  sdk: () => runTests('packages/sdk'),
  cli: () => runTests('packages/cli'),
  emulators: () => runTests('emulators'),
  web: () => runTests('packages/web'),
  agreement: () => runTests('test', ['agreement/']),
  acceptance: () => runTests('test', ['acceptance/']),
  e2e: () => runTests('test', ['e2e/', '--exclude=**/expiry.test.ts']),
  // By itself: URLs end by the clock while a browser plays from them.
  expiry: () => runTests('test', ['e2e/expiry.test.ts']),
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

const rows: { name: string; seconds: number; passed: number; failures: string[] }[] = [];
for (const [name, run] of Object.entries(PHASES)) {
  if (wanted.length && !wanted.includes(name)) continue;
  console.log(`\n— ${name} —`);
  const begin = performance.now();
  const result = await run().catch(error => {
    console.error(error);
    return { passed: 0, failures: [String(error)] };
  });
  rows.push({ name, seconds: (performance.now() - begin) / 1000, ...result });
}

for (const { name, failures } of rows) for (const failure of failures) console.log(`✗ ${name}: ${failure}`);
console.log(`\n${'phase'.padEnd(14)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'seconds'.padStart(10)}`);
for (const { name, seconds, passed, failures } of rows) {
  const cells = [
    String(passed).padStart(8),
    String(failures.length).padStart(8),
    seconds.toFixed(1).padStart(10),
  ];
  console.log(name.padEnd(14) + cells.join(''));
}
const passed = rows.reduce((sum, row) => sum + row.passed, 0);
const failed = rows.reduce((sum, row) => sum + row.failures.length, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
