import type { AssetFilter, AssetKind } from '@mooring/contract';
import { sql } from 'kysely';
import { notFound } from '../platform/problem.ts';
import { selectAssets } from './asset-filter.ts';
import type { Db } from './db.ts';
import { isProbed, trueKind, trueMediaType } from './facts-sql.ts';

/** What other tools get to know of an asset. Facts of the content are null where it is not probed. */
export interface WalkedAsset {
  id: string;
  connectionId: string;
  sourceId: string;
  folderId: string;
  container: string;
  key: string;
  kind: AssetKind;
  mediaType: string | null;
  sizeBytes: number;
  etag: string;
  lastModified: Date;
  isGone: boolean;
  title: string | null;
  width: number | null;
  height: number | null;
  durationSeconds: number | null;
  frames: number | null;
  fps: number | null;
  codec: string | null;
  clientMetadata: Record<string, unknown> | null;
  /** Of the text of its client metadata. */
  metadataBytes: number;
}
type Row = Omit<WalkedAsset, 'container'> & { bytesBefore: number };

const MOST_ROWS = 5000;
const FIRST_ROWS = 500;
/** Client metadata of one asset can be large, so a batch ends where it has so much. */
const METADATA_BYTES = 8 * 1024 * 1024;

/**
 * Reads all assets that match in batches, in the order of their sources, then of their keys. Each batch is a query of
 * its own, so a slow reader holds no transaction open; the next one is read while a batch is in use.
 * @param after begins behind this asset
 * @param kinds only these
 * @throws MooringError `not_found` for an unknown folder or asset, `invalid_request` for texts that cannot be stored
 */
export async function* walkAssets(
  db: Db,
  workspaceId: string,
  filter: AssetFilter,
  { after, kinds }: { after?: string | undefined; kinds?: readonly AssetKind[] | undefined } = {},
): AsyncGenerator<WalkedAsset[]> {
  const { sources, inSource } = await selectAssets(db, workspaceId, filter);
  const begin = after === undefined ? { sourceId: '', key: '' } : await placeOf(db, workspaceId, after);
  const containers = await containersOf(db, workspaceId, sources);
  const ofKinds = kinds ? sql`${trueKind} = any(${[...kinds]}::text[])` : sql`true`;
  let rows = FIRST_ROWS;

  async function read(sourceId: string, key: string): Promise<Row[]> {
    // As createAssets reads pages: the index knows the first 512 characters of a key.
    const { rows: found } = await sql<Row>`
      select * from (
        select *, coalesce(sum("metadataBytes") over (
          order by key rows between unbounded preceding and 1 preceding
        ), 0)::int8 as "bytesBefore"
        from (
          select a.id, a.connection_id as "connectionId", a.source_id as "sourceId", a.folder_id as "folderId", a.key,
            ${trueKind} as kind, ${trueMediaType} as "mediaType", a.size_bytes as "sizeBytes", a.etag,
            a.last_modified as "lastModified", a.gone_at is not null as "isGone", a.title,
            case when ${isProbed} then a.width end as width, case when ${isProbed} then a.height end as height,
            case when ${isProbed} then a.duration_seconds end as "durationSeconds",
            case when ${isProbed} then a.frames end as frames, case when ${isProbed} then a.codec end as codec,
            case when ${isProbed} then (a.media ->> 'fps')::float8 end as fps,
            a.client_metadata as "clientMetadata",
            coalesce(octet_length(a.client_metadata::text), 0) as "metadataBytes"
          from assets a
          where ${inSource(sourceId)} and left(a.key, 512) >= left(${key}, 512) and a.key > ${key} and ${ofKinds}
          order by left(a.key, 512) fetch first (${rows}) rows with ties
        ) a
      ) a where "bytesBefore" < ${METADATA_BYTES} order by key limit ${rows}`.execute(db);
    const isCut = found.reduce((sum, { metadataBytes }) => sum + metadataBytes, 0) >= METADATA_BYTES;
    rows = isCut ? found.length : Math.min(MOST_ROWS, rows * 2);
    return found;
  }

  for (const { id: sourceId } of sources.filter(({ id }) => id >= begin.sourceId)) {
    const container = containers.get(sourceId)!;
    let batch = await read(sourceId, sourceId === begin.sourceId ? begin.key : '');
    while (batch.length > 0) {
      const next = read(sourceId, batch.at(-1)!.key);
      next.catch(() => {}); // awaited below, unless the reader has gone
      yield batch.map(({ bytesBefore: _, ...row }) => ({ ...row, container }));
      batch = await next;
    }
  }
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

async function containersOf(
  db: Db,
  workspaceId: string,
  sources: readonly { id: string }[],
): Promise<Map<string, string>> {
  if (sources.length === 0) return new Map();
  const ids = sources.map(({ id }) => id);
  const rows = await db
    .selectFrom('sources')
    .select(['id', 'container'])
    .where('workspace_id', '=', workspaceId)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(row => [row.id, row.container]));
}
