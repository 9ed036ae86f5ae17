// `npm run bench -- NAME [--objects N] [--runs N] [--files N] [--storage KIND] [--json]`: measures, against peers in the same run.
// `npm run bench -- all` runs every benchmark and writes docs/benchmarks.md.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchmarksDocument } from './document.ts';
import { events } from './events/events.ts';
import { export_ } from './export/export.ts';
import { finding } from './finding/finding.ts';
import { latency } from './latency/latency.ts';
import { listing } from './listing/listing.ts';
import { describeMachine } from './machine.ts';
import { probe } from './probe/probe.ts';
import { register } from './register/register.ts';
import { type Benchmark, printTable, type Row } from './report.ts';
import { scale } from './scale/scale.ts';
import { signing } from './signing/signing.ts';
import { sync } from './sync/sync.ts';
import { thumbnails } from './thumbnails/thumbnails.ts';

const BENCHMARKS: Record<string, Benchmark> = {
  listing,
  sync,
  latency,
  scale,
  events,
  probe,
  thumbnails,
  finding,
  register,
  signing,
  export: export_,
};
const DOCUMENT = new URL('../docs/benchmarks.md', import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    objects: { type: 'string', default: '200000' },
    runs: { type: 'string', default: '3' },
    files: { type: 'string', default: '200' },
    photographs: { type: 'string', default: '42' },
    'photograph-megabytes': { type: 'string', default: '15' },
    storage: { type: 'string', default: 'azure' },
    json: { type: 'boolean', default: false },
  },
});
const [name = ''] = positionals;
const work = {
  objects: Number(values.objects),
  runs: Number(values.runs),
  files: Number(values.files),
  photographs: Number(values.photographs),
  photographBytes: Number(values['photograph-megabytes']) * 1e6,
};
const { storage } = values;
const isCount = (count: number, least: number) => Number.isInteger(count) && count >= least;
if (
  !(name === 'all' || name in BENCHMARKS) ||
  !isCount(work.objects, 10_000) ||
  !isCount(work.runs, 1) ||
  !isCount(work.files, 1) ||
  !(isCount(work.photographs, 1) && work.photographs <= 42) ||
  !(storage === 'azure' || storage === 's3') ||
  !(work.photographBytes >= 1e5 && work.photographBytes <= 3e7)
) {
  console.error('Usage: npm run bench -- NAME [--objects N, at least 10000] [--runs N] [--json]');
  console.error('listing also takes [--storage azure|s3].');
  console.error('probe also takes [--files N].');
  console.error(
    'thumbnails also takes [--photographs N, up to 42] [--photograph-megabytes N, from 0.1 to 30].',
  );
  console.error(`There is: ${Object.keys(BENCHMARKS).join(', ')}, and all, which writes docs/benchmarks.md.`);
  process.exit(2);
}
const results: Record<string, Row[]> = {};
for (const one of name === 'all' ? Object.keys(BENCHMARKS) : [name])
  results[one] = await BENCHMARKS[one]!({
    ...work,
    storage: storage as 'azure' | 's3',
    log: line => console.error(line),
  });
const rows = Object.values(results).flat();
if (name === 'all') {
  const former = await readFile(DOCUMENT, 'utf8').catch(() => '');
  const machine = await describeMachine();
  await writeFile(DOCUMENT, benchmarksDocument(results, { ...work, machine }, former));
}
if (values.json) console.log(JSON.stringify({ rows }));
else printTable(rows);
