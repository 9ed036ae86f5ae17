// `npm run faults`: breaks one layer after the other, and says what Mooring's checks say of each. `--json` prints
// `{rows: [{storage, cause, check, side, named}]}` alone.
import { installDebianPackages } from '../scripts/debian-packages.ts';
import { buildWeb } from '../scripts/web-build.ts';
import { runAll } from './all.ts';

const asJson = process.argv.includes('--json');
await installDebianPackages();
await buildWeb();
const rows = await runAll(row => {
  if (!row.named) console.error(`${row.cause} (${row.side}): ${row.wrong}`);
});
if (asJson) {
  const plain = rows.map(({ storage, cause, check, side, named }) => ({
    storage,
    cause,
    check,
    side,
    named,
  }));
  console.log(JSON.stringify({ rows: plain }, null, 2));
} else {
  const width = Math.max(...rows.map(({ cause }) => cause.length)) + 2;
  console.log(`  ${'storage'.padEnd(9)}${'cause'.padEnd(width)}${'check'.padEnd(12)}side`);
  for (const { storage, cause, check, side, named } of rows)
    console.log(`${named ? '✓' : '✗'} ${storage.padEnd(9)}${cause.padEnd(width)}${check.padEnd(12)}${side}`);
  const causes = new Set(rows.map(({ cause }) => cause)).size;
  console.log(
    `\n${rows.filter(({ named }) => named).length} of ${rows.length} rows named, of ${causes} causes.`,
  );
}
if (rows.some(({ named }) => !named)) process.exitCode = 1;
