import type { ArchiveState, Asset, AssetAnchors, AssetFilter, Page } from '@mooring/contract';
import { type Selectable, sql } from 'kysely';
import { notFound } from '../platform/problem.ts';
import { assetAnchors, MOST_PASSED_OVER } from './asset-anchors.ts';
import { type AssetSelection, selectAssets } from './asset-filter.ts';
import { decodeCursor, encodeCursor, notACursor } from './cursor.ts';
import type { Db } from './db.ts';
import { nameOf } from './key.ts';
import { kindOfRow, mediaOf } from './media.ts';
import type { Schema } from './schema.ts';

type AssetRow = Selectable<Schema['assets']>;

/** Where a page begins: after a key of a source, or, as anchors say it, so many assets from that key on. */
interface Place {
  sourceId: string;
  key: string;
  skip: number | null;
}

/** Assets, always in the order of their sources, then of their keys' bytes. */
export function createAssets({ db }: { db: Db }) {
  /** The next assets of a selection from a place on, through as many sources as it takes. */
  async function read(
    { sourceIds, condition }: AssetSelection,
    place: Place,
    limit: number,
  ): Promise<AssetRow[]> {
    const found: AssetRow[] = [];
    for (const sourceId of sourceIds.filter(id => id >= place.sourceId)) {
      const { key, skip } = sourceId === place.sourceId ? place : { key: '', skip: 0 };
      const missing = limit - found.length;
      const isNext = skip === null ? sql`a.key > ${key}` : sql`a.key >= ${key}`;
      // The index knows the first 512 characters of a key. With any statistics the only plan is to walk it by those,
      // ties included. Only the few assets found are sorted.
      const { rows } = await sql<AssetRow>`
        select * from (
          select a.* from assets a
          where ${condition(sourceId)} and left(a.key, 512) >= left(${key}, 512) and ${isNext}
          order by left(a.key, 512) fetch first (${missing + (skip ?? 0)}) rows with ties
        ) a order by a.key offset ${skip ?? 0} limit ${missing}`.execute(db);
      found.push(...rows);
      if (found.length === limit) break;
    }
    return found;
  }

  /** Those of the assets that there are, in the order asked for. */
  async function getAssets(workspaceId: string, assetIds: readonly string[]): Promise<Asset[]> {
    const { rows } = await sql<AssetRow>`
      select a.* from unnest(${[...assetIds]}::text[]) with ordinality as wanted (id, position)
      cross join lateral (
        select * from assets where workspace_id = ${workspaceId} and id = wanted.id limit 1
      ) a
      join connections c on c.workspace_id = a.workspace_id and c.id = a.connection_id
        and (c.removed_at is null or c.assets_kept)
      join sources s on s.workspace_id = a.workspace_id and s.id = a.source_id and s.removed_at is null
      order by wanted.position`.execute(db);
    return rows.map(toAsset);
  }

  return {
    getAssets,

    /**
     * One page of the assets that match.
     * @throws MooringError `invalid_request` for a bad cursor, `not_found` for an unknown folder.
     */
    async listAssets(
      workspaceId: string,
      filter: AssetFilter,
      { cursor, limit }: { cursor?: string | undefined; limit: number },
    ): Promise<Page<Asset>> {
      const rows = await read(await selectAssets(db, workspaceId, filter), placeOf(cursor), limit + 1);
      const last = rows[limit - 1];
      return {
        items: rows.slice(0, limit).map(toAsset),
        nextCursor: rows.length > limit && last ? encodeCursor(last.source_id, last.key) : null,
      };
    },

    assetAnchors: (workspaceId: string, filter: AssetFilter, every: number): Promise<AssetAnchors> =>
      assetAnchors(db, workspaceId, filter, every),

    /** @throws MooringError `not_found` */
    async getAsset(workspaceId: string, assetId: string): Promise<Asset> {
      const [asset] = await getAssets(workspaceId, [assetId]);
      if (!asset) throw notFound('asset', assetId);
      return asset;
    },
  };
}

/** @throws MooringError `invalid_request` where it is no cursor of assets. */
function placeOf(cursor: string | undefined): Place {
  if (cursor === undefined) return { sourceId: '', key: '', skip: null };
  const [sourceId, key, skip] = decodeCursor(cursor, 2, 3);
  if (skip === undefined) return { sourceId: sourceId!, key: key!, skip: null };
  if (!/^\d{1,5}$/.test(skip) || Number(skip) > MOST_PASSED_OVER) throw notACursor();
  return { sourceId: sourceId!, key: key!, skip: Number(skip) };
}

const toAsset = (row: AssetRow): Asset => ({
  id: row.id,
  connectionId: row.connection_id,
  sourceId: row.source_id,
  folderId: row.folder_id,
  key: row.key,
  name: nameOf(row.key),
  kind: kindOfRow(row),
  contentType: row.content_type,
  sizeBytes: row.size_bytes,
  etag: row.etag,
  tier: row.tier,
  archiveState: row.archive_state as ArchiveState,
  lastModified: row.last_modified.toISOString(),
  status: row.gone_at === null ? 'present' : 'gone',
  goneAt: row.gone_at?.toISOString() ?? null,
  goneReason: row.gone_reason as Asset['goneReason'],
  media: mediaOf(row),
  overQuota: row.over_quota,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});
