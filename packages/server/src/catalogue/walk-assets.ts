import type { AssetFilter, AssetKind } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { notFound } from '../platform/problem.ts';
import { selectAssets } from './asset-filter.ts';
import { CopiedRows } from './copied-rows.ts';
import { copyOut } from './copy-out.ts';
import type { Db } from './db.ts';
import { isProbed, trueKind, trueMediaType } from './facts-sql.ts';
import { Numbers, Texts, Times, Wholes } from './vectors.ts';

const whenProbed = (fact: RawBuilder<unknown>) => sql`case when ${isProbed} then ${fact} end`;

/** What other tools get to know of an asset. Facts of the content are null where it is not probed. */
const COLUMNS = {
  id: [Texts, sql`a.id`],
  key: [Texts, sql`a.key`],
  folderId: [Texts, sql`a.folder_id`],
  kind: [Texts, trueKind],
  mediaType: [Texts, trueMediaType],
  sizeBytes: [Wholes, sql`a.size_bytes`],
  etag: [Texts, sql`a.etag`],
  lastModified: [Times, sql`a.last_modified`],
  goneAt: [Times, sql`a.gone_at`],
  title: [Texts, sql`a.title`],
  width: [Wholes, whenProbed(sql`a.width::int8`)],
  height: [Wholes, whenProbed(sql`a.height::int8`)],
  durationSeconds: [Numbers, whenProbed(sql`a.duration_seconds::float8`)],
  frames: [Wholes, whenProbed(sql`a.frames::int8`)],
  codec: [Texts, whenProbed(sql`a.codec`)],
  fps: [Numbers, whenProbed(sql`(a.media ->> 'fps')::float8`)],
  /** As JSON. */
  clientMetadata: [Texts, sql`a.client_metadata::text`],
} as const;
type Vectors = { [Name in keyof typeof COLUMNS]: InstanceType<(typeof COLUMNS)[Name][0]> };

/** Assets of one source, in the order of their keys, as columns. */
export interface WalkedAssets extends Vectors {
  length: number;
  container: string;
  sourceId: string;
  connectionId: string;
}

const MOST_ROWS = 8192;
const FIRST_ROWS = 512;
/** Client metadata of one asset can be large, so a batch ends where it has so much. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Reads all assets that match in batches, in the order of their sources, then of their keys. Each batch is a query of
 * its own, so a slow reader holds no transaction open; the next one is read while a batch is in use.
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
  const places = await placesOf(db, workspaceId, sources);
  const ofKinds = kinds ? sql`${trueKind} = any(${[...kinds]}::text[])` : sql`true`;
  const columns = sql.join(Object.values(COLUMNS).map(([, value]) => value));
  let rows = FIRST_ROWS;

  async function read(sourceId: string, key: string) {
    const vectors = Object.fromEntries(
      Object.entries(COLUMNS).map(([name, [Column]]) => [name, new Column(rows)]),
    ) as unknown as Vectors;
    const copied = new CopiedRows(Object.values(vectors));
    // The index knows the first 512 characters of a key.
    const query = sql`select ${columns} from assets a
      where ${inSource(sourceId)} and left(a.key, 512) >= left(${key}, 512) and a.key > ${key} and ${ofKinds}
      order by left(a.key, 512), a.key limit ${rows}`;
    for await (const piece of copyOut(pool, query)) {
      copied.add(piece);
      if (copied.bytes >= MOST_BYTES) break;
    }
    rows = copied.bytes >= MOST_BYTES ? copied.length : Math.min(MOST_ROWS, rows * 2);
    return { ...vectors, length: copied.length };
  }

  for (const { id: sourceId } of sources.filter(({ id }) => id >= begin.sourceId)) {
    const place = places.get(sourceId)!;
    let batch = await read(sourceId, sourceId === begin.sourceId ? begin.key : '');
    while (batch.length > 0) {
      const next = read(sourceId, batch.key.get(batch.length - 1)!);
      next.catch(() => {}); // awaited below, unless the reader has gone
      yield { ...batch, ...place };
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

async function placesOf(db: Db, workspaceId: string, sources: readonly { id: string }[]) {
  if (sources.length === 0) return new Map<string, never>();
  const ids = sources.map(({ id }) => id);
  const rows = await db
    .selectFrom('sources')
    .select(['id as sourceId', 'container', 'connection_id as connectionId'])
    .where('workspace_id', '=', workspaceId)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(row => [row.sourceId, row]));
}
