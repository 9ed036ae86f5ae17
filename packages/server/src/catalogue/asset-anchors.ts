import type { AssetAnchors, AssetFilter, AssetSort } from '@mooring/contract';
import { sql } from 'kysely';
import { type AssetSelection, selectAssets } from './asset-filter.ts';
import { readPlaces } from './asset-places.ts';
import { startSearch } from './bounded.ts';
import { encodeCursor } from './cursor.ts';
import type { Db } from './db.ts';

/** A cursor passes over no more assets than this; a chunk has some hundreds, and more where many were added lately. */
export const MOST_PASSED_OVER = 10_000;
/** Of a list whose assets have to be read, so many have positions. Beyond, a filter finds things and scrolling does not. */
const MOST_POSITIONS = 50_000;
/** That many are worth a longer walk than a page. */
const WALK_MS = 1500;

/** So many assets of a selection come one after the other from this key of a source on. */
interface Run {
  sourceId: string;
  from: string;
  assets: number;
}

/**
 * How many assets match, and the cursor of every page there is when they are listed `every` at a time. Where all in a
 * range of keys match, that is known from the chunks, and next to no asset has to be read. Of other lists only the
 * first assets have positions.
 * @throws MooringError `not_found` for an unknown folder, `search_too_slow`
 */
export async function assetAnchors(
  db: Db,
  workspaceId: string,
  filter: AssetFilter,
  every: number,
  sort: AssetSort,
): Promise<AssetAnchors> {
  const selection = await selectAssets(db, workspaceId, filter);
  const runs = sort === 'key' ? await readRuns(db, selection) : null;
  if (runs) return { ...anchorsOf(runs, every), more: false };
  const wanted = { sort, cursor: undefined, limit: MOST_POSITIONS + 1, walkMs: WALK_MS };
  const places = await readPlaces(db, selection, wanted, startSearch());
  const total = Math.min(places.length, MOST_POSITIONS);
  const cursors: (string | null)[] = [null];
  for (let at = every; at < total; at += every) cursors.push(places[at - 1]!.cursor());
  return { total, every, cursors, more: places.length > total };
}

function anchorsOf(runs: readonly Run[], every: number): Omit<AssetAnchors, 'more'> {
  const cursors: (string | null)[] = [null];
  let total = 0;
  for (const { sourceId, from, assets } of runs) {
    const before = total;
    total += assets;
    for (let at = before - (before % every) + every; at <= total; at += every)
      cursors.push(encodeCursor(sourceId, from, String(at - before)));
  }
  // After the last there is no page.
  return { total, every, cursors: cursors.slice(0, Math.max(1, Math.ceil(total / every))) };
}

/** The assets of all sources by chunks; null where these do not say what matches. */
async function readRuns(db: Db, selection: AssetSelection): Promise<Run[] | null> {
  if (!selection.range) return null;
  const runs: Run[] = [];
  for (const { id } of selection.sources) {
    const ofSource = await readRunsOf(db, selection, selection.range, id);
    if (!ofSource) return null;
    runs.push(...ofSource);
  }
  return runs;
}

async function readRunsOf(
  db: Db,
  { workspaceId, status, inSource }: AssetSelection,
  { first, end }: NonNullable<AssetSelection['range']>,
  sourceId: string,
): Promise<Run[] | null> {
  const ofSource = sql`workspace_id = ${workspaceId} and source_id = ${sourceId}`;
  const counted = { present: sql`present`, gone: sql`gone`, any: sql`present + gone` }[status];
  // A chunk of which only a part lies in the range, which then has an end, has its assets counted.
  const isWhole = sql`first_key >= ${first} and (${end}::text is null or next_key <= ${end})`;
  const { rows } = await sql<Run>`
    select ${sourceId}::text as "sourceId", greatest(first_key, ${first} collate "C") as "from",
      case when ${isWhole} then ${counted} else (
      select count(*) from assets a where ${inSource(sourceId)}
        and left(a.key, 512) >= left(c.first_key, 512) and a.key >= c.first_key
        and left(a.key, 512) <= left(least(next_key, ${end}), 512) and a.key < least(next_key, ${end})
    ) end as assets
    from (
      select first_key, present, gone, lead(first_key) over (order by first_key) as next_key
      from asset_chunks where ${ofSource}
    ) c
    where (next_key is null or next_key > ${first}) and (${end}::text is null or first_key < ${end})
      and exists (select from sources where workspace_id = ${workspaceId} and id = ${sourceId}
        and (asset_count, gone_count) = (select sum(present), sum(gone) from asset_chunks where ${ofSource}))
    order by first_key`.execute(db);
  return rows.length > 0 && rows.every(({ assets }) => assets <= MOST_PASSED_OVER) ? rows : null;
}
