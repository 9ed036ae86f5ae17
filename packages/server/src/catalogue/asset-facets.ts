import type { AssetFacets, AssetFilter } from '@mooring/contract';
import { sql } from 'kysely';
import { selectAssets } from './asset-filter.ts';
import { searchTooSlow, startSearch, within } from './bounded.ts';
import { countByBitmaps } from './count-bitmaps.ts';
import { countRows } from './count-rows.ts';
import type { Db } from './db.ts';
import type { Counted } from './facet-counts.ts';

/** Of so many assets all are counted at once. */
const FEW_ASSETS = 50_000;
/** About so many rows are a sample: a share of a tenth is then right to within 0.5 percentage points. */
const SAMPLE_ROWS = 20_000;
/** So long it may take to count all where that is likely to be quick. Then a sample answers. */
const COUNT_MS = 150;
/** Fewer assets in a sample say little. */
const FEWEST_IN_SAMPLE = 50;

/**
 * How many assets match, and how many there would be with each other choice of a filter. Bitmaps say it exactly. Where
 * they do not hold, few assets are counted; of many a sample is.
 * @throws MooringError `not_found` for an unknown folder, `search_too_slow`
 */
export async function assetFacets(db: Db, workspaceId: string, filter: AssetFilter): Promise<AssetFacets> {
  const selection = await selectAssets(db, workspaceId, filter);
  const leftMs = startSearch();
  const known = await within(db, leftMs(), trx => countByBitmaps(trx, selection));
  if (known) return { ...known, estimated: false };
  const all = selection.sources.reduce((sum, { assets }) => sum + assets, 0);
  const exactly = (ms: number) => within(db, ms, trx => countRows(trx, selection, sql`assets a`));
  const isFew = all <= FEW_ASSETS;
  if (isFew || selection.isRare) {
    const counted = await exactly(isFew ? leftMs() : COUNT_MS);
    if (counted) return { ...counted, estimated: false };
    if (isFew) throw searchTooSlow();
  }
  const percent = await samplePercent(db);
  const sample = sql`assets a tablesample system (${percent}) repeatable (1)`;
  const sampled = await within(db, leftMs(), trx => countRows(trx, selection, sample));
  if (!sampled) throw searchTooSlow();
  if (sampled.total < FEWEST_IN_SAMPLE) {
    const counted = await exactly(Math.min(COUNT_MS, leftMs()));
    if (counted) return { ...counted, estimated: false };
  }
  return { ...scaled(sampled, 100 / percent, all), estimated: true };
}

/** The share of the table, in percent, that has about as many rows as a sample. */
async function samplePercent(db: Db): Promise<number> {
  const { rows } = await sql<{ rows: number }>`
    select reltuples::float8 as rows from pg_class where oid = 'assets'::regclass`.execute(db);
  return Math.min(100, Math.max(0.01, (100 * SAMPLE_ROWS) / Math.max(1, rows[0]!.rows)));
}

/** Rounded to two digits, and never more than there are. */
function scaled({ total, facets }: Counted, factor: number, most: number): Counted {
  const scale = (count: number) => Math.min(most, Number((count * factor).toPrecision(2)));
  const entries = Object.entries(facets).map(([facet, choices]) => [
    facet,
    choices.map(({ value, count }) => ({ value, count: scale(count) })),
  ]);
  return { total: scale(total), facets: Object.fromEntries(entries) as Counted['facets'] };
}
