import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure } from '../measured.ts';
import { type Benchmark, type BenchmarkOptions, figure, limit, median, type Row, ratio } from '../report.ts';
import { measureRegistration } from './end-to-end.ts';
import { writeCsv, writeJson } from './files.ts';

const READER = fileURLToPath(new URL('./reader-process.ts', import.meta.url));

/** Manifests, read into items by us, and by peers that parse them and do nothing; then one of them registered. */
export const register: Benchmark = async options => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-bench-'));
  try {
    const [json, csv] = [join(folder, 'manifest.json'), join(folder, 'manifest.csv')];
    await writeJson(json, options.objects);
    await writeCsv(csv, options.objects);
    return [
      ...(await measureFile('JSON', json, 'stream-json', options)),
      ...(await measureFile('CSV', csv, 'csv-parse', options)),
      ...(await measureRegistration(json, options)),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
};

async function measureFile(
  format: string,
  path: string,
  peer: string,
  { objects, runs, log }: BenchmarkOptions,
): Promise<Row[]> {
  const { size } = await stat(path);
  const rounds: { ours: Reading; peer: Reading }[] = [];
  for (let run = 1; run <= runs; run++) {
    const round = { ours: await read('ours', path), peer: await read(peer, path) };
    if (round.ours.count !== objects) throw new Error(`${round.ours.count} of ${objects} items were read.`);
    rounds.push(round);
    log(`${format}: ${round.ours.seconds.toFixed(1)} s, ${peer} ${round.peer.seconds.toFixed(1)} s`);
  }
  const ours = rounds.map(round => round.ours);
  return [
    figure(`${format}: size of the file`, size / 1e6, 'MB'),
    figure(`${format}: read into items`, objects / median(ours.map(({ seconds }) => seconds)), 'items/s'),
    figure(
      `${format}: ${peer}, doing nothing`,
      objects / median(rounds.map(round => round.peer.seconds)),
      'items/s',
    ),
    ratio(
      `${format}: items against ${peer} doing nothing`,
      median(rounds.map(round => round.peer.seconds / round.ours.seconds)),
      { must: 0.4, aim: 1 },
    ),
    limit(`${format}: peak memory`, Math.max(...ours.map(({ peakMegabytes }) => peakMegabytes)), 'MB', {
      must: 300,
      aim: 200,
    }),
  ];
}

interface Reading {
  count: number;
  seconds: number;
  peakMegabytes: number;
}

async function read(reader: string, path: string): Promise<Reading> {
  const { stdout, peakMegabytes } = await measure(process.execPath, [READER, reader, path]);
  return { ...JSON.parse(stdout), peakMegabytes };
}
