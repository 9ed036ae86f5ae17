// `npm test`: everything, in the order in which a failure says most. `npm test -- server acceptance` runs a part.
// It ends with what failed, a table of the runs, and `N passed, N failed` over all test cases.
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { failedChecks } from './checks.ts';
import { installDebianPackages } from './debian-packages.ts';
import { runTests, type TestRun } from './vitest.ts';
import { buildWeb } from './web-build.ts';

/** The name of each package, by which Vitest knows it, for each phase; a phase has the name of the folder. */
const PACKAGES: Record<string, string> = Object.fromEntries(
  [...globSync('packages/*/package.json'), 'emulators/package.json'].map(file => [
    basename(dirname(file)),
    JSON.parse(readFileSync(file, 'utf8')).name,
  ]),
);

/** Phases that run together share all processors until the last test of them has ended. */
const RUNS: { phases: readonly string[]; run: (phases: string[]) => Promise<TestRun> }[] = [
  { phases: ['check'], run: async () => ({ passed: 0, failures: await failedChecks() }) },
  { phases: ['architecture'], run: () => runTests('test', ['architecture/']) },
  {
    phases: ['build'],
    run: async () => {
      await buildWeb();
      return { passed: 0, failures: [] };
    },
  },
  {
    phases: Object.keys(PACKAGES),
    run: phases =>
      runTests(
        '.',
        phases.map(name => `--project=${PACKAGES[name]}`),
      ),
  },
  {
    phases: ['agreement', 'acceptance', 'e2e'],
    run: phases => runTests('test', [...phases.map(name => `${name}/`), '--exclude=**/expiry.test.ts']),
  },
  // By itself: URLs end by the clock while a browser plays from them.
  { phases: ['expiry'], run: () => runTests('test', ['e2e/expiry.test.ts']) },
];

const wanted = process.argv.slice(2);
const known = RUNS.flatMap(({ phases }) => phases);
const unknown = wanted.filter(name => !known.includes(name));
if (unknown.length) {
  console.error(`There is no phase ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exit(2);
}
await installDebianPackages().catch((error: Error) => {
  console.error(error.message);
  console.log('\n0 passed, 1 failed');
  process.exit(1);
});

const rows: { name: string; seconds: number; passed: number; failures: string[] }[] = [];
for (const { phases, run } of RUNS) {
  const chosen = phases.filter(phase => !wanted.length || wanted.includes(phase));
  if (!chosen.length) continue;
  const name = chosen.join(', ');
  console.log(`\n— ${name} —`);
  const begin = performance.now();
  const result = await run(chosen).catch(error => {
    console.error(error);
    return { passed: 0, failures: [String(error)] };
  });
  rows.push({ name, seconds: (performance.now() - begin) / 1000, ...result });
}

for (const { failures } of rows) for (const failure of failures) console.log(`✗ ${failure}`);
console.log(`\n${'passed'.padStart(8)}${'failed'.padStart(8)}${'seconds'.padStart(10)}`);
for (const { name, seconds, passed, failures } of rows) {
  const cells = [
    String(passed).padStart(8),
    String(failures.length).padStart(8),
    seconds.toFixed(1).padStart(10),
  ];
  console.log(`${cells.join('')}  ${name}`);
}
const passed = rows.reduce((sum, row) => sum + row.passed, 0);
const failed = rows.reduce((sum, row) => sum + row.failures.length, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
