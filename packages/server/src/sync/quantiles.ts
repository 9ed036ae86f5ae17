import type { Source } from '@mooring/contract';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import { inAnyOrder } from '../listing/split.ts';
import type { NewRange } from './ranges.ts';

/** Assets of a range; less are not worth a request of their own. */
const FEWEST_ASSETS = 10_000;
const MOST_RANGES = 64;

/**
 * The ranges to begin with. What the catalogue holds says where keys are, so a source that was synced before is
 * divided evenly, between chunks; of others nothing is known yet.
 */
export async function firstRanges(db: Db, source: Source, cuts: boolean): Promise<NewRange[]> {
  const count = cuts ? Math.min(MOST_RANGES, Math.floor(source.assetCount / FEWEST_ASSETS)) : 1;
  const bounds = count > 1 ? await chunkBounds(db, source.id, source.prefix, count) : [];
  const { prefix } = source;
  return ['', ...bounds].map((first, at) => ({ prefix, first, end: bounds[at] ?? null }));
}

/** First keys of chunks that divide a source into so many parts; only such as any storage understands. */
async function chunkBounds(db: Db, sourceId: string, prefix: string, parts: number): Promise<string[]> {
  const { rows } = await sql<{ first_key: string }>`
    select first_key from (
      select first_key, row_number() over (order by first_key) as place, count(*) over () as chunks
      from asset_chunks c
      where workspace_id = (select workspace_id from sources where id = ${sourceId}) and source_id = ${sourceId}
        and first_key > ${prefix} and first_key !~ '[\\x01-\\x1f]' and starts_with(first_key, ${prefix})
    ) numbered where place % (chunks / ${parts} + 1) = 0 order by first_key`.execute(db);
  return inAnyOrder(
    prefix,
    rows.map(row => row.first_key),
  );
}
