import type { Source } from '@mooring/contract';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import { inAnyOrder } from '../listing/split.ts';
import type { NewRange } from './sync-ranges.ts';

const MOST_RANGES = 512;
/** Ranges hold whole pages, and so much less, that a request is not spent on what was added since. */
const FILL = 0.98;
/** Of the places where a source can be cut, no more are read. */
const MOST_BOUNDS = 20_000;

/**
 * The ranges to begin with. What the catalogue holds says where keys are, so a source that was synced before is
 * divided between chunks into ranges that one page can list, or a few pages; of others nothing is known yet.
 * @param cuts whether the storage keeps ranges of keys
 * @param pageSize objects that a page can hold
 */
export async function firstRanges(
  db: Db,
  source: Source,
  { cuts, pageSize }: { cuts: boolean; pageSize: number },
): Promise<NewRange[]> {
  const { prefix, assetCount } = source;
  const pages = Math.ceil(assetCount / (MOST_RANGES * pageSize * FILL));
  const bounds = cuts && assetCount > pageSize ? await chunkBounds(db, source, pages * pageSize * FILL) : [];
  return ['', ...bounds].map((first, at) => ({ prefix, first, end: bounds[at] ?? null }));
}

/** First keys of chunks between which there are at most so many assets; only such as any storage understands. */
async function chunkBounds(db: Db, { id, prefix, assetCount }: Source, most: number): Promise<string[]> {
  const { rows } = await sql<{ first_key: string; assets: number }>`
    select first_key, assets from (
      select first_key, row_number() over in_order as place, count(*) over () as chunks,
        (sum(present) over in_order - present)::int8 as assets
      from asset_chunks
      where workspace_id = (select workspace_id from sources where id = ${id}) and source_id = ${id}
      window in_order as (order by first_key)
    ) numbered
    where place % (chunks / ${MOST_BOUNDS} + 1) = 0 and first_key > ${prefix} and starts_with(first_key, ${prefix})
      and first_key !~ '[\\x01-\\x1f]'
    order by first_key`.execute(db);
  const assetsBefore = new Map(rows.map(row => [row.first_key, row.assets]));
  const keys = inAnyOrder(prefix, [...assetsBefore.keys()]);
  const bounds: string[] = [];
  let begin = 0;
  keys.forEach((key, at) => {
    const assets = assetsBefore.get(key)!;
    const end = at + 1 < keys.length ? assetsBefore.get(keys[at + 1]!)! : assetCount;
    if (end - begin <= most || assets === begin) return;
    bounds.push(key);
    begin = assets;
  });
  return bounds;
}
