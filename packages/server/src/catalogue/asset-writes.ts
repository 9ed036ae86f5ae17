import { sql } from 'kysely';
import { newId } from '../platform/ids.ts';
import type { StorageObject } from '../providers/provider.ts';
import { CounterChanges } from './counters.ts';
import type { Trx } from './db.ts';
import { ensureFolders } from './folder-tree.ts';
import { directoryOf } from './key.ts';
import { kindOf } from './kind.ts';
import type { LockedSource } from './source-lock.ts';
import type { StoredAsset } from './stored-assets.ts';

export interface AssetChanges {
  added: StorageObject[];
  /** Assets whose row becomes what the object is now; those that were gone are present again. */
  updated: { asset: StoredAsset; object: StorageObject }[];
  /** Present assets whose object has gone. */
  gone: StoredAsset[];
}

/**
 * Writes changes of a source's assets, with the folders and counters that go with them. The caller holds the
 * source's lock and read the assets under it.
 * @param now becomes `updated_at`.
 */
export async function writeAssets(
  trx: Trx,
  source: LockedSource,
  changes: AssetChanges,
  now: Date,
): Promise<void> {
  if (changes.added.length + changes.updated.length + changes.gone.length === 0) return;
  const counters = countersOf(changes);
  const folders = await ensureFolders(trx, source, counters.directories(), now);
  await insert(trx, source, changes.added, folders, now);
  await update(trx, source, changes.updated, now);
  await bury(trx, source, changes.gone, now);
  await counters.write(trx, source, folders);
  const restored = changes.updated.filter(({ asset }) => asset.gone_at !== null).length;
  const gone = changes.gone.length - restored;
  const present = changes.added.length - gone;
  if (present === 0 && gone === 0) return;
  await sql`
    update sources set asset_count = asset_count + ${present}, gone_count = gone_count + ${gone}
    where workspace_id = ${source.workspaceId} and id = ${source.id}`.execute(trx);
}

function countersOf({ added, updated, gone }: AssetChanges): CounterChanges {
  const counters = new CounterChanges();
  const addObject = (object: StorageObject) =>
    counters.add(directoryOf(object.key), kindOf(object.contentType, object.key), 1, object.sizeBytes);
  const removeAsset = (asset: StoredAsset) =>
    counters.add(directoryOf(asset.key), asset.kind, -1, -asset.size_bytes);
  for (const object of added) addObject(object);
  for (const { asset, object } of updated) {
    if (asset.gone_at === null) removeAsset(asset);
    addObject(object);
  }
  for (const asset of gone) removeAsset(asset);
  return counters;
}

/** The columns that come from the object, as arrays: one element a row. */
const columns = (objects: StorageObject[]) => sql`
  ${objects.map(object => kindOf(object.contentType, object.key))}::text[],
  ${objects.map(object => object.contentType)}::text[],
  ${objects.map(object => object.sizeBytes)}::int8[],
  ${objects.map(object => object.etag)}::text[],
  ${objects.map(object => object.tier)}::text[],
  ${objects.map(object => object.lastModified)}::timestamptz[]`;

async function insert(
  trx: Trx,
  source: LockedSource,
  objects: StorageObject[],
  folders: ReadonlyMap<string, string>,
  now: Date,
): Promise<void> {
  if (objects.length === 0) return;
  await sql`
    insert into assets (workspace_id, connection_id, source_id, created_at, updated_at,
      id, folder_id, key, kind, content_type, size_bytes, etag, tier, last_modified)
    select ${source.workspaceId}, ${source.connectionId}, ${source.id}, ${now}, ${now}, n.*
    from unnest(
      ${objects.map(() => newId('asset', now.getTime()))}::text[],
      ${objects.map(object => folders.get(directoryOf(object.key))!)}::text[],
      ${objects.map(object => object.key)}::text[],
      ${columns(objects)}
    ) as n`.execute(trx);
}

async function update(
  trx: Trx,
  source: LockedSource,
  updated: AssetChanges['updated'],
  now: Date,
): Promise<void> {
  if (updated.length === 0) return;
  await sql`
    update assets a set kind = n.kind, content_type = n.content_type, size_bytes = n.size_bytes, etag = n.etag,
      tier = n.tier, last_modified = n.last_modified, gone_at = null, updated_at = ${now}
    from unnest(${updated.map(({ asset }) => asset.id)}::text[], ${columns(updated.map(({ object }) => object))})
      as n (id, kind, content_type, size_bytes, etag, tier, last_modified)
    where a.workspace_id = ${source.workspaceId} and a.id = n.id`.execute(trx);
}

async function bury(trx: Trx, source: LockedSource, gone: StoredAsset[], now: Date): Promise<void> {
  if (gone.length === 0) return;
  await sql`
    update assets set gone_at = ${now}, updated_at = ${now}
    where workspace_id = ${source.workspaceId} and id = any(${gone.map(asset => asset.id)}::text[])`.execute(
    trx,
  );
}
