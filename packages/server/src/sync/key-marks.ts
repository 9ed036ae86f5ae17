import { hash } from 'node:crypto';
import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';
import type { StoredAsset } from '../catalogue/stored-assets.ts';

/** Whose marks: those of one sync. */
export interface Marker {
  readonly workspaceId: string;
  readonly operationId: string;
}

/**
 * What a sync remembers of a key. `missing`: there is a present asset that was not listed where the order of keys
 * says it should have been. `seen`: it was listed, and nothing else would tell so.
 */
export type Mark = 'missing' | 'seen';

/** Half a SHA-256: keys are too long for an index. As JSON, for keys that are no valid UTF-16. */
export const hashKey = (key: string): string => hash('sha256', JSON.stringify(key), 'base64url').slice(0, 22);

export async function markMissing(trx: Trx, marker: Marker, assets: readonly StoredAsset[]): Promise<void> {
  if (assets.length === 0) return;
  await sql`
    insert into sync_marks (workspace_id, operation_id, key_hash, missing_asset_id, place)
    select ${marker.workspaceId}, ${marker.operationId}, m.hash, m.id, left(m.key, 512) from ${missing(assets)}
    on conflict do nothing`.execute(trx);
}

/** Marks assets whose key is listed, but as what becomes no asset. */
export async function markGone(trx: Trx, marker: Marker, assets: readonly StoredAsset[]): Promise<void> {
  if (assets.length === 0) return;
  await sql`
    insert into sync_marks (workspace_id, operation_id, key_hash, missing_asset_id, place, seen)
    select ${marker.workspaceId}, ${marker.operationId}, m.hash, m.id, left(m.key, 512), true from ${missing(assets)}
    on conflict (workspace_id, operation_id, key_hash) do update
      set missing_asset_id = excluded.missing_asset_id, place = excluded.place, seen = true`.execute(trx);
}

const missing = (assets: readonly StoredAsset[]) => sql`
  unnest(${assets.map(asset => hashKey(asset.key))}::text[], ${assets.map(asset => asset.id)}::text[],
    ${assets.map(asset => asset.key)}::text[]) as m (hash, id, key)`;

export async function markSeen(trx: Trx, marker: Marker, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    insert into sync_marks (workspace_id, operation_id, key_hash, seen)
    select distinct ${marker.workspaceId}, ${marker.operationId}, n.*, true from unnest(${keys.map(hashKey)}::text[]) as n
    on conflict (workspace_id, operation_id, key_hash) do update set missing_asset_id = null, seen = true`.execute(
    trx,
  );
}

/** The mark of each key that has one. */
export async function readMarks(
  trx: Trx,
  marker: Marker,
  keys: readonly string[],
): Promise<(key: string) => Mark | undefined> {
  const { rows } = await sql<{ key_hash: string; seen: boolean }>`
    select key_hash, seen from sync_marks
    where workspace_id = ${marker.workspaceId} and operation_id = ${marker.operationId}
      and key_hash = any(${keys.map(hashKey)}::text[])`.execute(trx);
  const marks = new Map(rows.map(row => [row.key_hash, row.seen ? 'seen' : 'missing'] as const));
  return key => marks.get(hashKey(key));
}

/** How many assets are marked as missing or gone. */
export async function countMissing(trx: Trx, marker: Marker): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from sync_marks
    where workspace_id = ${marker.workspaceId} and operation_id = ${marker.operationId}
      and missing_asset_id is not null`.execute(trx);
  return rows[0]!.count;
}

/** The keys of some of them. */
export async function readMissing(trx: Trx, marker: Marker, limit: number): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select a.key from (
      select missing_asset_id from sync_marks
      where workspace_id = ${marker.workspaceId} and operation_id = ${marker.operationId}
        and missing_asset_id is not null limit ${limit}
    ) m join assets a on a.workspace_id = ${marker.workspaceId} and a.id = m.missing_asset_id
    order by a.key`.execute(trx);
  return rows.map(row => row.key);
}

/** Forgets what was marked: the listing begins again. */
export async function dropMarks(trx: Trx, marker: Marker): Promise<void> {
  await sql`
    delete from sync_marks
    where workspace_id = ${marker.workspaceId} and operation_id = ${marker.operationId}`.execute(trx);
}

/**
 * Takes away some of the marks of missing assets, in the order of keys: neighbours share chunks and folders.
 * @param from `next` of the time before, so that what was taken away is not read again
 */
export async function takeMissing(
  trx: Trx,
  marker: Marker,
  { from, limit }: { from: string; limit: number },
): Promise<{ ids: string[]; next: string }> {
  const { rows } = await sql<{ missing_asset_id: string; place: string }>`
    with taken as (
      delete from sync_marks where ctid = any(array(
        select ctid from sync_marks
        where workspace_id = ${marker.workspaceId} and operation_id = ${marker.operationId}
          and missing_asset_id is not null and place >= ${from}
        order by place limit ${limit}
      )) returning missing_asset_id, place
    ) select missing_asset_id, place from taken order by place`.execute(trx);
  return { ids: rows.map(row => row.missing_asset_id), next: rows.at(-1)?.place ?? from };
}

/**
 * Deletes some of the marks of all syncs of a source, also of those that never came to their end. How many, and where
 * to go on.
 * @param from `next` of the time before, so that what was deleted is not read again; null to begin
 */
export async function deleteMarks(
  trx: Trx,
  source: { workspaceId: string; id: string },
  limit: number,
  from: string | null,
): Promise<{ rows: number; next: string | null }> {
  const [operationId = '', hash = ''] = from?.split(' ') ?? [];
  const { rows } = await sql<{ rows: number; next: string | null }>`
    with deleted as (
      delete from sync_marks where ctid = any(array(
        select m.ctid from operations o cross join lateral (
          select m.ctid, m.key_hash from sync_marks m
          where m.workspace_id = o.workspace_id and m.operation_id = o.id
            and m.key_hash >= case when o.id = ${operationId} then ${hash} else '' end
          order by m.key_hash limit ${limit}
        ) m
        where o.workspace_id = ${source.workspaceId} and o.subject_id = ${source.id} and o.id >= ${operationId}
        order by o.id, m.key_hash limit ${limit}
      )) returning operation_id, key_hash
    ) select count(*) as rows, max(operation_id || ' ' || key_hash) as next from deleted`.execute(trx);
  return rows[0]!;
}
