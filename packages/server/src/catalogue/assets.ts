import type { Asset, AssetAnchors, AssetFilter, AssetKind, Page } from '@mooring/contract';
import { type Selectable, sql } from 'kysely';
import { notFound } from '../platform/problem.ts';
import { type AssetSelection, selectAssets } from './asset-filter.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Db } from './db.ts';
import { nameOf } from './key.ts';
import type { Schema } from './schema.ts';

type AssetRow = Selectable<Schema['assets']>;

/** Assets, always in the order of their sources, then of their keys' bytes. */
export function createAssets({ db }: { db: Db }) {
  /** The next assets of a selection after a key of a source, through as many sources as it takes. */
  async function read(
    { sourceIds, condition }: AssetSelection,
    [afterSource, afterKey]: string[],
    limit: number,
  ): Promise<AssetRow[]> {
    const found: AssetRow[] = [];
    for (const sourceId of sourceIds.filter(id => id >= afterSource!)) {
      const after = sourceId === afterSource ? afterKey! : '';
      const missing = limit - found.length;
      // The index knows the first 512 characters of a key. Walking it by those, ties and all, is the one plan there
      // is, whatever the statistics say; only the few assets found are sorted.
      const { rows } = await sql<AssetRow>`
        select * from (
          select a.* from assets a
          where ${condition(sourceId)} and left(a.key, 512) >= left(${after}, 512) and a.key > ${after}
          order by left(a.key, 512) fetch first (${missing}) rows with ties
        ) a order by a.key limit ${missing}`.execute(db);
      found.push(...rows);
      if (found.length === limit) break;
    }
    return found;
  }

  /** Of the assets of one source: every `every`-th after the first `skip`, and the last, with their positions from 1. */
  async function readEvery({ condition }: AssetSelection, sourceId: string, every: number, skip: number) {
    const { rows } = await sql<{ key: string; position: number }>`
      select key, position from (
        select a.key, row_number() over inOrder as position, lead(true) over inOrder is null as last
        from assets a where ${condition(sourceId)} window inOrder as (order by left(a.key, 512), a.key)
      ) numbered where last or (position + ${skip}) % ${every} = 0 order by position`.execute(db);
    return rows;
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
      const after = cursor === undefined ? ['', ''] : decodeCursor(cursor, 2);
      const rows = await read(await selectAssets(db, workspaceId, filter), after, limit + 1);
      const last = rows[limit - 1];
      return {
        items: rows.slice(0, limit).map(toAsset),
        nextCursor: rows.length > limit && last ? encodeCursor(last.source_id, last.key) : null,
      };
    },

    /**
     * How many assets match, and the cursor of every page there is when they are listed `every` at a time.
     * @throws MooringError `not_found` for an unknown folder.
     */
    async assetAnchors(workspaceId: string, filter: AssetFilter, every: number): Promise<AssetAnchors> {
      const selection = await selectAssets(db, workspaceId, filter);
      const cursors: (string | null)[] = [null];
      let total = 0;
      let lastOfPage: string | null = null;
      for (const sourceId of selection.sourceIds) {
        const before = total;
        for (const { key, position } of await readEvery(selection, sourceId, every, before)) {
          // Only when more follows does a full page have a next one.
          if (lastOfPage !== null) cursors.push(lastOfPage);
          total = before + position;
          lastOfPage = total % every === 0 ? encodeCursor(sourceId, key) : null;
        }
      }
      return { total, every, cursors };
    },

    /** @throws MooringError `not_found` */
    async getAsset(workspaceId: string, assetId: string): Promise<Asset> {
      const [asset] = await getAssets(workspaceId, [assetId]);
      if (!asset) throw notFound('asset', assetId);
      return asset;
    },
  };
}

const toAsset = (row: AssetRow): Asset => ({
  id: row.id,
  connectionId: row.connection_id,
  sourceId: row.source_id,
  folderId: row.folder_id,
  key: row.key,
  name: nameOf(row.key),
  kind: row.kind as AssetKind,
  contentType: row.content_type,
  sizeBytes: row.size_bytes,
  etag: row.etag,
  tier: row.tier,
  lastModified: row.last_modified.toISOString(),
  status: row.gone_at === null ? 'present' : 'gone',
  goneAt: row.gone_at?.toISOString() ?? null,
  goneReason: row.gone_reason as Asset['goneReason'],
  overQuota: row.over_quota,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});
