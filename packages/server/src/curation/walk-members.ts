import type { AssetKind, Split } from '@mooring/contract';
import { sql } from 'kysely';
import type pg from 'pg';
import type { Db } from '../catalogue/db.ts';
import { type Place, type WalkedAssets, type WalkedValues, walkPlaces } from '../catalogue/walk-places.ts';
import { inVersion, ofDataset } from './members.ts';

const VALUES: WalkedValues = {
  id: sql`m.asset_id`,
  key: sql`m.key`,
  folderId: sql`null::text`,
  kind: sql`m.facts ->> 'kind'`,
  mediaType: sql`m.facts ->> 'mediaType'`,
  sizeBytes: sql`m.size_bytes`,
  etag: sql`m.etag`,
  lastModified: sql`m.last_modified`,
  goneAt: sql`null::timestamptz`,
  title: sql`m.facts ->> 'title'`,
  width: sql`(m.facts ->> 'width')::int8`,
  height: sql`(m.facts ->> 'height')::int8`,
  durationSeconds: sql`(m.facts ->> 'durationSeconds')::float8`,
  frames: sql`(m.facts ->> 'frames')::int8`,
  codec: sql`m.facts ->> 'codec'`,
  fps: sql`null::float8`,
  tags: sql`(m.facts -> 'tags')::text`,
  split: sql`m.split`,
  clientMetadata: sql`(m.facts -> 'clientMetadata')::text`,
  number: sql`m.number::int8`,
};

/**
 * Reads the members of a version in batches, as they were when it was made, in the order of sources and numbers.
 * @param version exists
 * @param kinds only these
 */
export async function* walkMembers(
  { db, pool }: { db: Db; pool: pg.Pool },
  workspaceId: string,
  { id: datasetId, version, split }: { id: string; version: number; split?: Split | undefined },
  kinds?: readonly AssetKind[],
): AsyncGenerator<WalkedAssets> {
  const ofSplit = split === undefined ? sql`true` : sql`m.split = ${split}`;
  const ofKinds = kinds ? sql`m.facts ->> 'kind' = any(${[...kinds]}::text[])` : sql`true`;
  const members = sql`from dataset_members m where ${ofDataset({ workspaceId, datasetId })}
    and ${inVersion(version)} and ${ofSplit} and ${ofKinds}`;
  const { rows: places } = await sql<Place>`
    select distinct m.source_id as "sourceId", m.container, m.connection_id as "connectionId" ${members}
    order by 1, 2, 3`.execute(db);
  yield* walkPlaces(pool, places, VALUES, ({ sourceId, container, connectionId }, last) => {
    return sql`${members} and m.source_id = ${sourceId} and m.number > ${last?.number ?? -1}
      and m.container = ${container} and m.connection_id = ${connectionId} order by m.number`;
  });
}
