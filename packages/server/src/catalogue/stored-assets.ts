import type { ArchiveState, AssetKind } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import type { Trx } from './db.ts';
import type { Facts } from './fingerprint.ts';
import type { KeyRange } from './key-range.ts';
import type { LockedSource } from './source-lock.ts';

/** What a sync compares of an asset, present or gone. */
export interface StoredAsset {
  id: string;
  key: string;
  kind: AssetKind;
  content_type: string | null;
  size_bytes: number;
  etag: string;
  tier: string | null;
  archive_state: ArchiveState;
  last_modified: Date;
  gone_at: Date | null;
  updated_at: Date;
}

/** What a listing would say of it. */
export const factsOf = (asset: StoredAsset): Facts => ({
  key: asset.key,
  etag: asset.etag,
  sizeBytes: asset.size_bytes,
  contentType: asset.content_type,
  tier: asset.tier,
  archiveState: asset.archive_state,
  lastModified: asset.last_modified,
});

const COLUMNS = sql`a.id, a.key, a.kind, a.content_type, a.size_bytes, a.etag, a.tier, a.archive_state,
  a.last_modified, a.gone_at, a.updated_at`;

// These are written so that the only plan there is walks or probes the index that is meant: the planner's
// statistics are of no help while a first sync fills the table.

/** The first assets, in the order of keys, with `after` < key ≤ `to`; without a `to`, up to the end. */
export async function readRange(
  trx: Trx,
  source: LockedSource,
  { after, to, limit }: { after: string; to: string | null; limit: number },
): Promise<StoredAsset[]> {
  const end = to === null ? sql`` : sql`and left(a.key, 512) <= left(${to}, 512) and a.key <= ${to}`;
  const { rows } = await sql<StoredAsset>`
    select * from (
      select ${COLUMNS} from assets a
      where a.workspace_id = ${source.workspaceId} and a.source_id = ${source.id}
        and left(a.key, 512) >= left(${after}, 512) and a.key > ${after} ${end}
      order by left(a.key, 512) fetch first (${limit}) rows with ties
    ) a order by a.key limit ${limit}`.execute(trx);
  return rows;
}

/** The assets in these ranges, which share no keys: those of each range in the order of keys, `limit` at most. */
export async function readRanges(
  trx: Trx,
  source: LockedSource,
  ranges: readonly KeyRange[],
  limit: number,
): Promise<StoredAsset[][]> {
  const found: StoredAsset[][] = ranges.map(() => []);
  const read = async (places: number[], past: RawBuilder<unknown>): Promise<void> => {
    if (places.length === 0) return;
    const { rows } = await sql<StoredAsset & { place: number }>`
      select r.place, a.* from unnest(
        ${places}::int4[], ${places.map(at => ranges[at]!.first)}::text[], ${places.map(at => ranges[at]!.end)}::text[]
      ) as r (place, first, past) cross join lateral (
        select * from (
          select ${COLUMNS} from assets a
          where a.workspace_id = ${source.workspaceId} and a.source_id = ${source.id}
            and left(a.key, 512) >= left(r.first, 512) collate "C" and a.key >= r.first collate "C" ${past}
          order by left(a.key, 512) fetch first (${limit}) rows with ties
        ) a order by a.key limit ${limit}
      ) a order by r.place, a.key`.execute(trx);
    for (const { place, ...asset } of rows) found[place]!.push(asset);
  };
  const all = [...ranges.keys()];
  await read(
    all.filter(at => ranges[at]!.end !== null),
    sql`and left(a.key, 512) <= left(r.past, 512) collate "C" and a.key < r.past collate "C"`,
  );
  await read(
    all.filter(at => ranges[at]!.end === null),
    sql``,
  );
  return found;
}

/** The assets with these keys. */
export async function readKeys(
  trx: Trx,
  source: Pick<LockedSource, 'workspaceId' | 'id'>,
  keys: string[],
): Promise<StoredAsset[]> {
  // Of a source that the statistics do not know yet, the planner expects one asset, and would read all of them for each
  // key. The order of keys, without a sort, leaves it the index of the keys alone.
  await sql`set local enable_sort = off`.execute(trx);
  const { rows } = await sql<StoredAsset>`
    select a.* from unnest(${keys}::text[]) as k (key) cross join lateral (
      select ${COLUMNS} from assets a
      where a.workspace_id = ${source.workspaceId} and a.source_id = ${source.id}
        and left(a.key, 512) >= left(k.key, 512) collate "C" and left(a.key, 512) <= left(k.key, 512) collate "C"
        and a.key = k.key collate "C"
      order by left(a.key, 512) limit 1
    ) a`.execute(trx);
  await sql`set local enable_sort to default`.execute(trx);
  return rows;
}

/** The assets with these ids. */
export async function readIds(trx: Trx, source: LockedSource, ids: string[]): Promise<StoredAsset[]> {
  const { rows } = await sql<StoredAsset>`
    select a.* from unnest(${ids}::text[]) as i (id) cross join lateral (
      select ${COLUMNS} from assets a where a.workspace_id = ${source.workspaceId} and a.id = i.id limit 1
    ) a`.execute(trx);
  return rows;
}
