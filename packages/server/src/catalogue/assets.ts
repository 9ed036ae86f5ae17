import type {
  ArchiveState,
  Asset,
  AssetAnchors,
  AssetEditResult,
  AssetFacets,
  AssetFilter,
  AssetSort,
  Page,
  Profile,
} from '@mooring/contract';
import { type Selectable, sql } from 'kysely';
import { notFound } from '../platform/problem.ts';
import { assetAnchors, MOST_PASSED_OVER } from './asset-anchors.ts';
import { type Edit, editAssetsOf } from './asset-edits.ts';
import { assetFacets } from './asset-facets.ts';
import { type AssetSelection, selectAssets } from './asset-filter.ts';
import { readPlaces } from './asset-places.ts';
import { startSearch } from './bounded.ts';
import { decodeCursor, encodeCursor, notACursor } from './cursor.ts';
import type { Db } from './db.ts';
import { explainFailures } from './failures.ts';
import { nameOf } from './key.ts';
import { kindOfRow, mediaOf } from './media.ts';
import { findProfile } from './profiles.ts';
import type { Schema } from './schema.ts';

type AssetRow = Selectable<Schema['assets']>;

/** Where a page begins: after a key of a source, or, as anchors say it, so many assets from that key on. */
interface Place {
  sourceId: string;
  key: string;
  skip: number | null;
}

/** Assets; without another order, in that of their sources, then of their keys' bytes. */
export function createAssets({ db }: { db: Db }) {
  /** The next assets of a selection from a place on, through as many sources as it takes. */
  async function read(
    { sources, inSource }: AssetSelection,
    place: Place,
    limit: number,
  ): Promise<AssetRow[]> {
    const found: AssetRow[] = [];
    for (const { id: sourceId } of sources.filter(({ id }) => id >= place.sourceId)) {
      const { key, skip } = sourceId === place.sourceId ? place : { key: '', skip: 0 };
      const missing = limit - found.length;
      const isNext = skip === null ? sql`a.key > ${key}` : sql`a.key >= ${key}`;
      // The index knows the first 512 characters of a key. With any statistics the only plan is to walk it by those,
      // ties included. Only the few assets found are sorted.
      const { rows } = await sql<AssetRow>`
        select * from (
          select a.* from assets a
          where ${inSource(sourceId)} and left(a.key, 512) >= left(${key}, 512) and ${isNext}
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
    return toAssets(db, workspaceId, rows);
  }

  return {
    getAssets,

    /**
     * One page of the assets that match.
     * @throws MooringError `invalid_request` for a bad cursor, `not_found` for an unknown folder, `search_too_slow`.
     */
    async listAssets(
      workspaceId: string,
      filter: AssetFilter,
      {
        cursor,
        limit,
        sort = 'key',
      }: { cursor?: string | undefined; limit: number; sort?: AssetSort | undefined },
    ): Promise<Page<Asset>> {
      const selection = await selectAssets(db, workspaceId, filter);
      if (sort !== 'key' || !selection.range) {
        const places = await readPlaces(db, selection, { sort, cursor, limit: limit + 1 }, startSearch());
        const ids = places.slice(0, limit).map(({ id }) => id);
        const nextCursor = places.length > limit ? places[limit - 1]!.cursor() : null;
        return { items: await getAssets(workspaceId, ids), nextCursor };
      }
      const rows = await read(selection, placeOf(cursor), limit + 1);
      const last = rows[limit - 1];
      return {
        items: await toAssets(db, workspaceId, rows.slice(0, limit)),
        nextCursor: rows.length > limit && last ? encodeCursor(last.source_id, last.key) : null,
      };
    },

    assetAnchors: (
      workspaceId: string,
      filter: AssetFilter,
      every: number,
      sort: AssetSort = 'key',
    ): Promise<AssetAnchors> => assetAnchors(db, workspaceId, filter, every, sort),

    assetFacets: (workspaceId: string, filter: AssetFilter): Promise<AssetFacets> =>
      assetFacets(db, workspaceId, filter),

    /** @throws MooringError where no list could be asked for with it, as `listAssets` does */
    async requireSelectable(workspaceId: string, filter: AssetFilter): Promise<void> {
      await selectAssets(db, workspaceId, filter);
    },

    editAssets: (workspaceId: string, assetIds: readonly string[], edit: Edit): Promise<AssetEditResult> =>
      editAssetsOf(db, workspaceId, assetIds, edit),

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

/** Rows as people see them, with what their sources' profiles say of those that fail. */
async function toAssets(db: Db, workspaceId: string, rows: readonly AssetRow[]): Promise<Asset[]> {
  const failing = new Set(rows.filter(row => row.failed_rules !== null).map(row => row.source_id));
  const profiles = new Map<string, Profile>();
  if (failing.size > 0) {
    const { rows: sources } = await sql<{ id: string; profile: string }>`
      select id, profile from sources where workspace_id = ${workspaceId} and id = any(${[...failing]}::text[])`.execute(
      db,
    );
    for (const { id, profile } of sources) profiles.set(id, await findProfile(db, workspaceId, profile));
  }
  return rows.map(row => toAsset(row, profiles.get(row.source_id)));
}

function toAsset(row: AssetRow, profile: Profile | undefined): Asset {
  const asset = describe(row);
  return {
    ...asset,
    failedRules: profile && row.failed_rules ? explainFailures(profile, asset, row.failed_rules) : [],
  };
}

const describe = (row: AssetRow): Omit<Asset, 'failedRules'> => ({
  id: row.id,
  connectionId: row.connection_id,
  sourceId: row.source_id,
  folderId: row.folder_id,
  key: row.key,
  name: nameOf(row.key),
  tags: row.tags ?? [],
  title: row.title,
  clientMetadata: row.client_metadata,
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
