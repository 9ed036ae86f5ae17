import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';
import type { LockedSource } from '../catalogue/source-lock.ts';
import type { StoredAsset } from '../catalogue/stored-assets.ts';

/** Whose marks: those of one sync. */
export interface Marker {
  readonly workspaceId: string;
  readonly operationId: string;
}

/** Notes assets that were not listed where the order of keys says they should have been. */
export async function markMissing(trx: Trx, marker: Marker, assets: StoredAsset[]): Promise<void> {
  if (assets.length === 0) return;
  await sql`
    insert into sync_marks (workspace_id, operation_id, asset_id, seen)
    select ${marker.workspaceId}, ${marker.operationId}, id, false from unnest(${assets.map(asset => asset.id)}::text[]) as n (id)
    on conflict do nothing`.execute(trx);
}

/** Notes assets that were listed, by their keys. */
export async function markSeen(
  trx: Trx,
  marker: Marker,
  source: LockedSource,
  keys: string[],
): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    insert into sync_marks (workspace_id, operation_id, asset_id, seen)
    select ${marker.workspaceId}, ${marker.operationId}, a.id, true
    from unnest(${keys}::text[]) as k (key)
    join assets a on a.workspace_id = ${source.workspaceId} and a.source_id = ${source.id}
      and left(a.key, 512) = left(k.key, 512) and a.key = k.key
    on conflict (workspace_id, operation_id, asset_id) do update set seen = true`.execute(trx);
}

/** Which of these assets are marked, and whether as seen. */
export async function readMarks(
  trx: Trx,
  marker: Marker,
  assets: StoredAsset[],
): Promise<Map<string, boolean>> {
  const { rows } = await sql<{ asset_id: string; seen: boolean }>`
    select asset_id, seen from sync_marks
    where workspace_id = ${marker.workspaceId} and operation_id = ${marker.operationId}
      and asset_id = any(${assets.map(asset => asset.id)}::text[])`.execute(trx);
  return new Map(rows.map(row => [row.asset_id, row.seen]));
}

/** Takes away some of the marks of missing assets, and says whose they were. */
export async function takeMissing(trx: Trx, marker: Marker, limit: number): Promise<string[]> {
  const { rows } = await sql<{ asset_id: string }>`
    delete from sync_marks where ctid = any(array(
      select ctid from sync_marks
      where workspace_id = ${marker.workspaceId} and operation_id = ${marker.operationId} and not seen limit ${limit}
    )) returning asset_id`.execute(trx);
  return rows.map(row => row.asset_id);
}

/** Deletes some of the marks of all syncs of a source, also of those that never came to their end. How many? */
export async function deleteMarks(
  trx: Trx,
  source: { workspaceId: string; id: string },
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from sync_marks where ctid = any(array(
      select m.ctid from operations o
      join sync_marks m on m.workspace_id = o.workspace_id and m.operation_id = o.id
      where o.workspace_id = ${source.workspaceId} and o.subject_id = ${source.id} limit ${limit}
    ))`.execute(trx);
  return Number(numAffectedRows);
}
