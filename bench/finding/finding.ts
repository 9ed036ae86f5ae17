import type { AssetFilter, AssetSort } from '@mooring/contract';
import type { MooringClient } from '@mooring/sdk';
import { startMooring } from '../mooring.ts';
import { type Benchmark, figure, limit, median, type Row } from '../report.ts';
import { startVolumeBeside } from '../volume.ts';
import { bitmapsBuilt, fillFacts, makePlainTable } from './database.ts';

const TIMES = 7;
const PAGE = 100;
type Query = Partial<AssetFilter> & { sort?: AssetSort };

/** What people look for, and the same as the where and order of SQL on a plain table. */
const SEARCHES: { name: string; query: Query; where: string; order: string }[] = [
  { name: 'largest first', query: { sort: '-size' }, where: 'true', order: 'size_bytes desc' },
  {
    name: 'videos, longest first',
    query: { kind: 'video', sort: '-duration' },
    where: "media_kind = 'video'",
    order: 'duration_seconds desc nulls last',
  },
  {
    name: 'wide pictures, newest first',
    query: { kind: 'image', minWidth: 3900, sort: '-modified' },
    where: "media_kind = 'image' and width >= 3900",
    order: 'last_modified desc',
  },
  {
    name: 'one in 100,000, by size',
    query: { codec: 'av01.0.04M.08', sort: 'size' },
    where: "codec = 'av01.0.04M.08'",
    order: 'size_bytes',
  },
  {
    name: 'failing one rule, by key',
    query: { failedRule: 'brand' },
    where: "'brand' = any(failed_rules)",
    order: 'key',
  },
  {
    name: 'words of few names',
    query: { name: '0000123 .jpg' },
    where: "key ilike '%0000123%' and key ilike '%.jpg%'",
    order: 'key',
  },
  {
    name: 'nothing at all',
    query: { minDurationSeconds: 5000, kind: 'image', sort: 'modified' },
    where: "duration_seconds >= 5000 and media_kind = 'image'",
    order: 'last_modified',
  },
];

/** First pages and counts of searches through the API, against the same on a plain table with usual indexes. */
export const finding: Benchmark = async ({ objects, log }) => {
  const volume = await startVolumeBeside(objects);
  const mooring = await startMooring();
  try {
    await mooring.sync(await mooring.addSource(volume.endpoint));
    await fillFacts(mooring.database);
    log('the facts are written');
    const buildMs = await bitmapsBuilt(mooring.database);
    const plain = await makePlainTable(mooring.database);
    const rows: Row[] = [figure('assets', objects, ''), figure('building all bitmaps', buildMs / 1000, 's')];
    for (const { name, query, where, order } of SEARCHES) {
      const ours = await time(() => listed(mooring.client, query));
      const { sort: _sort, recursive: _recursive, ...filter } = query;
      const counts = await time(() => mooring.client.call('getAssetFacets', { query: filter }));
      const theirs = await time(() => plain.list(where, order, PAGE));
      const theirCounts = await time(() => plain.count(where));
      rows.push(
        limit(`${name}: first ${PAGE}`, ours, 'ms', { must: 100, aim: 50 }),
        figure(`${name}: first ${PAGE}, plain table`, theirs, 'ms'),
        limit(`${name}: counts of eight facets`, counts, 'ms', { must: 300, aim: 150 }),
        figure(`${name}: counts of two facets, plain table`, theirCounts, 'ms'),
      );
      log(`${name}: ${ours.toFixed(1)} ms, plain ${theirs.toFixed(1)} ms`);
    }
    return rows;
  } finally {
    await mooring.stop();
    await volume.stop();
  }
};

const listed = (client: MooringClient, { recursive: _, ...query }: Query) =>
  client.call('listAssets', { query: { ...query, limit: PAGE } });

/** Milliseconds, the middle of several times after one that warms. */
async function time(run: () => Promise<unknown>): Promise<number> {
  await run();
  const took: number[] = [];
  for (let at = 0; at < TIMES; at++) {
    const begin = performance.now();
    await run();
    took.push(performance.now() - begin);
  }
  return median(took);
}
