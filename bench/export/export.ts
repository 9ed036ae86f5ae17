import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { fileURLToPath } from 'node:url';
import { EXPORT_FORMATS, type ExportFormat } from '@mooring/contract';
import { fillFacts } from '../finding/database.ts';
import { measure } from '../measured.ts';
import { startMooring } from '../mooring.ts';
import { pythonWith } from '../python.ts';
import { atLeast, type Benchmark, figure, limit, median, type Row, ratio } from '../report.ts';
import { startVolumeBeside } from '../volume.ts';

const FORMATS = Object.keys(EXPORT_FORMATS) as ExportFormat[];
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const PYTHON = path('../../node_modules/.cache/mooring-bench-python');
const PACKAGES = ['pyarrow==26.0.1', '--editable', path('../../python')];

type Mooring = Awaited<ReturnType<typeof startMooring>>;
interface Written {
  rows: number;
  seconds: number;
}

/** Every format from the database to a client, against the format's own writer of Python that has the rows in memory. */
export const export_: Benchmark = async ({ objects, runs, log }) => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-bench-'));
  const python = await pythonWith(PYTHON, PACKAGES, log);
  const volume = await startVolumeBeside(objects);
  const mooring = await startMooring();
  try {
    await mooring.sync(await mooring.addSource(volume.endpoint));
    await fillFacts(mooring.database);
    log('the facts are written');
    const memory = mooring.watchMemory();
    const rows: Row[] = [figure('assets', objects, '')];
    for (const format of FORMATS) rows.push(...(await measureFormat(format)));
    rows.push(
      limit('peak memory of our processes', await memory.peak(), 'MB', { must: 300, aim: 200 }),
      // The limit is that of a million assets.
      objects < 1_000_000
        ? figure('to_arrow() of the Python client', await toArrow(), 's')
        : limit('to_arrow() of the Python client', await toArrow(), 's', { must: 5, aim: 3 }),
    );
    memory.stop();
    return rows;
  } finally {
    await mooring.stop();
    await volume.stop();
    await rm(folder, { recursive: true });
  }

  async function measureFormat(format: ExportFormat): Promise<Row[]> {
    const file = join(folder, format);
    await pipeline(await exported(mooring, format), createWriteStream(file));
    const rounds: { ours: number; peer: number }[] = [];
    for (let run = 1; run <= runs; run++) {
      const begin = performance.now();
      for await (const _ of await exported(mooring, format));
      const seconds = (performance.now() - begin) / 1000;
      const { stdout } = await measure(python, [path('./writer.py'), format, file]);
      const peer = JSON.parse(stdout) as Written;
      rounds.push({ ours: peer.rows / seconds, peer: peer.rows / peer.seconds });
      log(`${format}: ${peer.rows} rows in ${seconds.toFixed(1)} s, peer ${peer.seconds.toFixed(1)} s`);
    }
    await rm(file);
    const ours = median(rounds.map(round => round.ours));
    const share = median(rounds.map(round => round.ours / round.peer));
    const name = `${format}: database to client`;
    return [
      format === 'arrow'
        ? atLeast(name, ours, 'rows/s', { must: 1_000_000, aim: 2_000_000 })
        : figure(name, ours, 'rows/s'),
      figure(`${format}: Python from memory`, median(rounds.map(round => round.peer)), 'rows/s'),
      format === 'parquet'
        ? ratio('parquet: against pyarrow', share, { must: 0.5, aim: 1 })
        : figure(`${format}: against Python`, share, '×'),
    ];
  }

  async function toArrow(): Promise<number> {
    const seconds: number[] = [];
    for (let run = 1; run <= runs; run++) {
      const { stdout } = await measure(python, [path('./to_arrow.py')], {
        MOORING_URL: mooring.url,
        MOORING_TOKEN: mooring.token,
      });
      const table = JSON.parse(stdout) as Written;
      if (table.rows !== objects) throw new Error(`to_arrow() gave ${table.rows} of ${objects} rows.`);
      seconds.push(table.seconds);
    }
    return median(seconds);
  }
};

const exported = async ({ client }: Mooring, format: ExportFormat): Promise<Readable> =>
  Readable.fromWeb((await client.exportAssets({ format, filter: {} })) as ReadableStream);
