// `npm run bench -- NAME [--objects N] [--runs N] [--json]`: measures, against peers in the same run.
import { parseArgs } from 'node:util';
import { events } from './events/events.ts';
import { listing } from './listing/listing.ts';
import { type Benchmark, printTable } from './report.ts';

const BENCHMARKS: Record<string, Benchmark> = { events, listing };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    objects: { type: 'string', default: '200000' },
    runs: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const [name = ''] = positionals;
const benchmark = BENCHMARKS[name];
const [objects, runs] = [Number(values.objects), Number(values.runs)];
if (
  !benchmark ||
  !(Number.isInteger(objects) && objects >= 10_000) ||
  !(Number.isInteger(runs) && runs >= 1)
) {
  console.error('Usage: npm run bench -- NAME [--objects N, at least 10000] [--runs N] [--json]');
  console.error(`There is: ${Object.keys(BENCHMARKS).join(', ')}.`);
  process.exit(2);
}
const rows = await benchmark({ objects, runs, log: line => console.error(line) });
if (values.json) console.log(JSON.stringify({ rows }));
else printTable(rows);
