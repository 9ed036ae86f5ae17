import type { AssetFilter, AssetKind } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { notFound } from '../platform/problem.ts';
import { selectAssets } from './asset-filter.ts';
import type { Db } from './db.ts';
import { isProbed, trueKind, trueMediaType } from './facts-sql.ts';
import { type Place, type WalkedAssets, type WalkedValues, walkPlaces } from './walk-places.ts';

const whenProbed = (fact: RawBuilder<unknown>) => sql`case when ${isProbed} then ${fact} end`;

const VALUES: WalkedValues = {
  id: sql`a.id`,
  key: sql`a.key`,
  folderId: sql`a.folder_id`,
  kind: trueKind,
  mediaType: trueMediaType,
  sizeBytes: sql`a.size_bytes`,
  etag: sql`a.etag`,
  lastModified: sql`a.last_modified`,
  goneAt: sql`a.gone_at`,
  title: sql`a.title`,
  width: whenProbed(sql`a.width::int8`),
  height: whenProbed(sql`a.height::int8`),
  durationSeconds: whenProbed(sql`a.duration_seconds`),
  frames: whenProbed(sql`a.frames`),
  codec: whenProbed(sql`a.codec`),
  fps: whenProbed(sql`(a.media ->> 'fps')::float8`),
  tags: sql`to_json(a.tags)::text`,
  split: sql`null::text`,
  clientMetadata: sql`a.client_metadata::text`,
  number: sql`null::int8`,
};

/**
 * Reads all assets that match in batches, in the order of their sources, then of their keys.
 * @param after begins behind this asset
 * @param kinds only these
 * @throws MooringError `not_found` for an unknown folder or asset, `invalid_request` for texts that cannot be stored
 */
export async function* walkAssets(
  { db, pool }: { db: Db; pool: pg.Pool },
  workspaceId: string,
  filter: AssetFilter,
  { after, kinds }: { after?: string | undefined; kinds?: readonly AssetKind[] | undefined } = {},
): AsyncGenerator<WalkedAssets> {
  const { sources, inSource } = await selectAssets(db, workspaceId, filter);
  const begin = after === undefined ? { sourceId: '', key: '' } : await placeOf(db, workspaceId, after);
  const ofKinds = kinds ? sql`${trueKind} = any(${[...kinds]}::text[])` : sql`true`;
  const places = await placesOf(
    db,
    workspaceId,
    sources.filter(({ id }) => id >= begin.sourceId),
  );
  yield* walkPlaces(pool, places, VALUES, ({ sourceId }, last) => {
    const key = last?.key ?? (sourceId === begin.sourceId ? begin.key : '');
    // The index knows the first 512 characters of a key.
    return sql`from assets a
      where ${inSource(sourceId)} and left(a.key, 512) >= left(${key}, 512) and a.key > ${key} and ${ofKinds}
      order by left(a.key, 512), a.key`;
  });
}

async function placeOf(db: Db, workspaceId: string, assetId: string) {
  const row = await db
    .selectFrom('assets')
    .select(['source_id as sourceId', 'key'])
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', assetId)
    .executeTakeFirst();
  if (!row) throw notFound('asset', assetId);
  return row;
}

/** In the order of the sources. */
async function placesOf(db: Db, workspaceId: string, sources: readonly { id: string }[]): Promise<Place[]> {
  if (sources.length === 0) return [];
  const ids = sources.map(({ id }) => id);
  const rows = await db
    .selectFrom('sources')
    .select(['id as sourceId', 'container', 'connection_id as connectionId'])
    .where('workspace_id', '=', workspaceId)
    .where('id', 'in', ids)
    .execute();
  const places = new Map(rows.map(row => [row.sourceId, row]));
  return ids.map(id => places.get(id)!);
}
