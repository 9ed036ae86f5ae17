import type { AssetAnchors, AssetFilter } from '@mooring/contract';
import { sql } from 'kysely';
import { type AssetSelection, selectAssets } from './asset-filter.ts';
import { encodeCursor } from './cursor.ts';
import type { Db } from './db.ts';

/** A cursor passes over no more assets than this; a chunk has some hundreds, and more where many were added lately. */
export const MOST_PASSED_OVER = 10_000;

/** So many assets of a selection come one after the other from this key of a source on. */
interface Run {
  from: string;
  assets: number;
}

/**
 * How many assets match, and the cursor of every page there is when they are listed `every` at a time. Where all in a
 * range of keys match, that is known from the chunks, and next to no asset has to be read.
 * @throws MooringError `not_found` for an unknown folder.
 */
export async function assetAnchors(
  db: Db,
  workspaceId: string,
  filter: AssetFilter,
  every: number,
): Promise<AssetAnchors> {
  const selection = await selectAssets(db, workspaceId, filter);
  const cursors: (string | null)[] = [null];
  let total = 0;
  const pass = (assets: number, cursorAfter: (assets: number) => string): void => {
    const before = total;
    total += assets;
    for (let at = before - (before % every) + every; at <= total; at += every)
      cursors.push(cursorAfter(at - before));
  };
  for (const sourceId of selection.sourceIds) {
    const runs = await readRuns(db, workspaceId, selection, sourceId);
    if (runs) {
      for (const { from, assets } of runs)
        pass(assets, passed => encodeCursor(sourceId, from, String(passed)));
      continue;
    }
    const before = total;
    for (const { key, position } of await readEvery(db, selection, sourceId, every, before))
      pass(before + position - total, () => encodeCursor(sourceId, key));
  }
  // After the last there is no page.
  return { total, every, cursors: cursors.slice(0, Math.max(1, Math.ceil(total / every))) };
}

/** The assets of a source by chunks; null where these do not say what matches. */
async function readRuns(
  db: Db,
  workspaceId: string,
  { range, status, condition }: AssetSelection,
  sourceId: string,
): Promise<Run[] | null> {
  if (!range) return null;
  const { first, end } = range;
  const ofSource = sql`workspace_id = ${workspaceId} and source_id = ${sourceId}`;
  const counted = { present: sql`present`, gone: sql`gone`, any: sql`present + gone` }[status];
  // A chunk of which only a part lies in the range, which then has an end, has its assets counted.
  const isWhole = sql`first_key >= ${first} and (${end}::text is null or next_key <= ${end})`;
  const { rows } = await sql<Run>`
    select greatest(first_key, ${first} collate "C") as "from", case when ${isWhole} then ${counted} else (
      select count(*) from assets a where ${condition(sourceId)}
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

/** Of the assets of one source: every `every`-th after the first `skip`, and the last, with their positions from 1. */
async function readEvery(
  db: Db,
  { condition }: AssetSelection,
  sourceId: string,
  every: number,
  skip: number,
): Promise<{ key: string; position: number }[]> {
  const { rows } = await sql<{ key: string; position: number }>`
    select key, position from (
      select a.key, row_number() over inOrder as position, lead(true) over inOrder is null as last
      from assets a where ${condition(sourceId)} window inOrder as (order by left(a.key, 512), a.key)
    ) numbered where last or (position + ${skip}) % ${every} = 0 order by position`.execute(db);
  return rows;
}
