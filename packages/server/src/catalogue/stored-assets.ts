import type { AssetKind } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import type { Trx } from './db.ts';
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
  last_modified: Date;
  gone_at: Date | null;
  updated_at: Date;
}

const select = (rest: RawBuilder<unknown>) => sql<StoredAsset>`
  select a.id, a.key, a.kind, a.content_type, a.size_bytes, a.etag, a.tier, a.last_modified, a.gone_at, a.updated_at
  from assets a ${rest}`;

/** The first assets, in the order of keys, with `after` < key ≤ `to`; without a `to`, up to the end. */
export async function readRange(
  trx: Trx,
  source: LockedSource,
  { after, to, limit }: { after: string; to: string | null; limit: number },
): Promise<StoredAsset[]> {
  const end = to === null ? sql`` : sql`and left(a.key, 512) <= left(${to}, 512) and a.key <= ${to}`;
  const { rows } = await select(
    sql`where a.workspace_id = ${source.workspaceId} and a.source_id = ${source.id}
      and left(a.key, 512) >= left(${after}, 512) and a.key > ${after} ${end}
      order by left(a.key, 512), a.key limit ${limit}`,
  ).execute(trx);
  return rows;
}

/** The assets with these keys. */
export async function readKeys(trx: Trx, source: LockedSource, keys: string[]): Promise<StoredAsset[]> {
  const { rows } = await select(
    sql`join unnest(${keys}::text[]) as k (key) on left(a.key, 512) = left(k.key, 512) and a.key = k.key
      where a.workspace_id = ${source.workspaceId} and a.source_id = ${source.id}`,
  ).execute(trx);
  return rows;
}

/** The assets with these ids. */
export async function readIds(trx: Trx, source: LockedSource, ids: string[]): Promise<StoredAsset[]> {
  const { rows } = await select(
    sql`where a.workspace_id = ${source.workspaceId} and a.id = any(${ids}::text[])`,
  ).execute(trx);
  return rows;
}
