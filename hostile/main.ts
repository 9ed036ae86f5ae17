// `npm run hostile [-- --json] [-- --only PATTERN] [-- --one-by-one] [-- --logs]`: attacks a running installation with
// hostile storages, files and callers, and measures how it stands that. `--json` prints
// `{rows: [{name, value, unit, must, reached}]}` alone; `--logs` prints what the installation logged, too.
import { parseArgs } from 'node:util';
import { attacks } from './attacks/all.ts';
import { lineOf, rowsOf } from './rows.ts';
import { runAttacks } from './run.ts';
import { startTarget } from './target.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    logs: { type: 'boolean', default: false },
    'one-by-one': { type: 'boolean', default: false },
  },
});
const log = (line: string) => console.error(line);
const chosen = attacks.filter(({ name }) => new RegExp(values.only).test(name));
if (chosen.length === 0) {
  log(`No attack’s name matches “${values.only}”. There are:\n${attacks.map(({ name }) => name).join('\n')}`);
  process.exit(2);
}
const target = await startTarget();
try {
  const figures = await runAttacks(target, chosen, { log, ...(values['one-by-one'] && { atOnce: 1 }) });
  const rows = rowsOf(figures);
  if (values.json) console.log(JSON.stringify({ rows }));
  else for (const row of rows) console.log(lineOf(row));
  log(`The longest piece of work was during: ${figures.pauses.during.join('; ')}`);
  log(`At the peak of memory, ${figures.heldAtPeak.join('; ')}`);
  for (const failure of new Set(figures.failures)) log(`The second workspace was answered: ${failure}`);
  if (values.logs) log(target.installation.logs());
  if (rows.some(({ reached }) => reached === false)) process.exitCode = 1;
} finally {
  await target.stop();
}
