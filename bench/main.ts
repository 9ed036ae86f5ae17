// `npm run bench -- NAME [--objects N] [--runs N] [--files N] [--json]`: measures, against peers in the same run.
// `npm run bench -- all` runs every benchmark and writes docs/benchmarks.md.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchmarksDocument } from './document.ts';
import { events } from './events/events.ts';
import { latency } from './latency/latency.ts';
import { listing } from './listing/listing.ts';
import { describeMachine } from './machine.ts';
import { probe } from './probe/probe.ts';
import { type Benchmark, printTable, type Row } from './report.ts';
import { scale } from './scale/scale.ts';
import { sync } from './sync/sync.ts';

const BENCHMARKS: Record<string, Benchmark> = { listing, sync, latency, scale, events, probe };
const DOCUMENT = new URL('../docs/benchmarks.md', import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    objects: { type: 'string', default: '200000' },
    runs: { type: 'string', default: '3' },
    files: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
});
const [name = ''] = positionals;
const [objects, runs, files] = [Number(values.objects), Number(values.runs), Number(values.files)];
if (
  !(name === 'all' || name in BENCHMARKS) ||
  !(Number.isInteger(objects) && objects >= 10_000) ||
  !(Number.isInteger(runs) && runs >= 1) ||
  !(Number.isInteger(files) && files >= 1)
) {
  console.error('Usage: npm run bench -- NAME [--objects N, at least 10000] [--runs N] [--files N] [--json]');
  console.error(`There is: ${Object.keys(BENCHMARKS).join(', ')}, and all, which writes docs/benchmarks.md.`);
  process.exit(2);
}
const results: Record<string, Row[]> = {};
for (const one of name === 'all' ? Object.keys(BENCHMARKS) : [name])
  results[one] = await BENCHMARKS[one]!({ objects, runs, files, log: line => console.error(line) });
const rows = Object.values(results).flat();
if (name === 'all') {
  const former = await readFile(DOCUMENT, 'utf8').catch(() => '');
  const machine = await describeMachine();
  await writeFile(DOCUMENT, benchmarksDocument(results, { objects, runs, machine }, former));
}
if (values.json) console.log(JSON.stringify({ rows }));
else printTable(rows);
