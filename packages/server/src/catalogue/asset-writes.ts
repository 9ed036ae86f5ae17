import type { AssetKind } from '@mooring/contract';
import type { StorageObject } from '@mooring/storage/server';
import { sql } from 'kysely';
import { newIds } from '../platform/ids.ts';
import { writeChunks } from './asset-chunks.ts';
import { takeNumbers } from './asset-segments.ts';
import type { KnownRange, RowChange } from './chunk.ts';
import type { CopyRows } from './copy-rows.ts';
import { CounterChanges } from './counters.ts';
import type { Trx } from './db.ts';
import { ensureFolders } from './folder-tree.ts';
import { judgeAssets } from './judge.ts';
import { directoryOf } from './key.ts';
import { kindOf } from './kind.ts';
import { countWithinQuota } from './quota.ts';
import type { LockedSource } from './source-lock.ts';
import { factsOf, type StoredAsset } from './stored-assets.ts';

export interface AssetChanges {
  added: StorageObject[];
  /** Assets whose row becomes what the object is now; those that were gone are present again. */
  updated: { asset: StoredAsset; object: StorageObject }[];
  /** Present assets whose object has gone. */
  gone: StoredAsset[];
}

/** Fewer rows are inserted by a statement: it needs fewer round trips. */
const FEWEST_TO_COPY = 500;

/**
 * Writes changes of a source's assets, with all that goes with them: folders, counters, chunks. The caller holds the
 * source's lock and read the assets under it. Only `keepTombstones` makes tombstones beside it, and
 * deletes the chunks: they would no longer say what there is.
 * @param now becomes `updated_at`.
 * @param options.copy of the same transaction; makes many additions quicker.
 * @param options.known ranges in which the caller knows all rows, as they are with these changes.
 */
export async function writeAssets(
  trx: Trx,
  source: LockedSource,
  changes: AssetChanges,
  now: Date,
  { copy, known = [] }: { copy?: CopyRows; known?: readonly KnownRange[] } = {},
): Promise<void> {
  if (changes.added.length + changes.updated.length + changes.gone.length + known.length === 0) return;
  await writeChunks(trx, source, rowChangesOf(changes), known);
  if (changes.added.length + changes.updated.length + changes.gone.length === 0) return;
  const kinds = changes.added.map(object => kindOf(object.contentType, object.key));
  const directories = directoriesOf(changes.added);
  const counters = countersOf(changes, kinds, directories);
  const folders = await ensureFolders(trx, source, counters.directories(), now);
  const nextId = newIds('asset', now.getTime());
  const added: AddedAssets = {
    objects: changes.added,
    ids: changes.added.map(nextId),
    kinds,
    folderIds: directories.map(directory => folders.get(directory)!),
    firstNumber: await takeNumbers(trx, source, changes.added.length),
    withinQuota: await countWithinQuota(trx, source.workspaceId, changes.added.length),
  };
  if (copy && changes.added.length >= FEWEST_TO_COPY) await copyIn(copy, source, added, now);
  else await insert(trx, source, added, now);
  await update(trx, source, changes.updated, now);
  await bury(trx, source, changes.gone, now);
  if (source.rules.length > 0)
    await judgeAssets(trx, source, [...added.ids, ...changes.updated.map(({ asset }) => asset.id)]);
  await counters.write(trx, source, folders);
  const restored = changes.updated.filter(({ asset }) => asset.gone_at !== null).length;
  const gone = changes.gone.length - restored;
  const present = changes.added.length - gone;
  const wantsProbe = !source.isProbeWanted && changes.added.length + changes.updated.length > 0;
  if (present === 0 && gone === 0 && !wantsProbe) return;
  await sql`
    update sources set asset_count = asset_count + ${present}, gone_count = gone_count + ${gone},
      probe_wanted_at = coalesce(probe_wanted_at, ${wantsProbe ? now : null}::timestamptz)
    where workspace_id = ${source.workspaceId} and id = ${source.id}`.execute(trx);
}

function rowChangesOf({ added, updated, gone }: AssetChanges): RowChange[] {
  const before = (asset: StoredAsset) => ({ facts: factsOf(asset), gone: asset.gone_at !== null });
  return [
    ...added.map(object => ({ key: object.key, before: null, after: { facts: object, gone: false } })),
    ...updated.map(({ asset, object }) => ({
      key: asset.key,
      before: before(asset),
      after: { facts: object, gone: false },
    })),
    ...gone.map(asset => ({
      key: asset.key,
      before: before(asset),
      after: { facts: factsOf(asset), gone: true },
    })),
  ];
}

/** The directory of each object; neighbours mostly share theirs. */
function directoriesOf(objects: readonly StorageObject[]): string[] {
  let latest = '';
  return objects.map(({ key }) => {
    if (!key.startsWith(latest) || key.includes('/', latest.length)) latest = directoryOf(key);
    return latest;
  });
}

function countersOf(
  { added, updated, gone }: AssetChanges,
  kinds: readonly AssetKind[],
  directories: readonly string[],
): CounterChanges {
  const counters = new CounterChanges();
  const removeAsset = (asset: StoredAsset) =>
    counters.add(directoryOf(asset.key), asset.kind, -1, -asset.size_bytes);
  for (const [at, object] of added.entries()) counters.add(directories[at]!, kinds[at]!, 1, object.sizeBytes);
  for (const { asset, object } of updated) {
    if (asset.gone_at === null) removeAsset(asset);
    counters.add(directoryOf(object.key), kindOf(object.contentType, object.key), 1, object.sizeBytes);
  }
  for (const asset of gone) removeAsset(asset);
  return counters;
}

/** What is written of new assets: the nth of each list belongs to the nth object. */
interface AddedAssets {
  objects: readonly StorageObject[];
  ids: readonly string[];
  kinds: readonly AssetKind[];
  folderIds: readonly string[];
  firstNumber: number;
  /** How many of them, from the first on, the quota still allows. */
  withinQuota: number;
}

function copyIn(
  copy: CopyRows,
  source: LockedSource,
  { objects, ids, kinds, folderIds, firstNumber, withinQuota }: AddedAssets,
  now: Date,
): Promise<void> {
  return copy(
    `assets (workspace_id, connection_id, source_id, created_at, updated_at,
      id, folder_id, key, kind, content_type, size_bytes, etag, tier, archive_state, last_modified, over_quota, number)`,
    objects,
    (values, object, at) => {
      values.text(source.workspaceId);
      values.text(source.connectionId);
      values.text(source.id);
      values.time(now);
      values.time(now);
      values.text(ids[at]!);
      values.text(folderIds[at]!);
      values.text(object.key);
      values.text(kinds[at]!);
      values.text(object.contentType);
      values.int8(object.sizeBytes);
      values.text(object.etag);
      values.text(object.tier);
      values.text(object.archiveState);
      values.time(object.lastModified);
      values.boolean(at >= withinQuota);
      values.int4(firstNumber + at);
    },
  );
}

/** The columns that come from the object, as arrays: one element a row. */
const columns = (objects: readonly StorageObject[], kinds: readonly AssetKind[]) => sql`
  ${kinds}::text[],
  ${objects.map(object => object.contentType)}::text[],
  ${objects.map(object => object.sizeBytes)}::int8[],
  ${objects.map(object => object.etag)}::text[],
  ${objects.map(object => object.tier)}::text[],
  ${objects.map(object => object.archiveState)}::text[],
  ${objects.map(object => object.lastModified)}::timestamptz[]`;

async function insert(
  trx: Trx,
  source: LockedSource,
  { objects, ids, kinds, folderIds, firstNumber, withinQuota }: AddedAssets,
  now: Date,
): Promise<void> {
  if (objects.length === 0) return;
  await sql`
    insert into assets (workspace_id, connection_id, source_id, created_at, updated_at,
      id, folder_id, key, over_quota, number, kind, content_type, size_bytes, etag, tier, archive_state, last_modified)
    select ${source.workspaceId}, ${source.connectionId}, ${source.id}, ${now}, ${now}, n.*
    from unnest(
      ${[...ids]}::text[],
      ${folderIds}::text[],
      ${objects.map(object => object.key)}::text[],
      ${objects.map((_, at) => at >= withinQuota)}::bool[],
      ${objects.map((_, at) => firstNumber + at)}::int4[],
      ${columns(objects, kinds)}
    ) as n`.execute(trx);
}

async function update(
  trx: Trx,
  source: LockedSource,
  updated: AssetChanges['updated'],
  now: Date,
): Promise<void> {
  if (updated.length === 0) return;
  const objects = updated.map(({ object }) => object);
  const kinds = objects.map(object => kindOf(object.contentType, object.key));
  await sql`
    update assets a set kind = n.kind, content_type = n.content_type, size_bytes = n.size_bytes, etag = n.etag,
      tier = n.tier, archive_state = n.archive_state, last_modified = n.last_modified, gone_at = null, gone_reason = null, updated_at = ${now}
    from unnest(${updated.map(({ asset }) => asset.id)}::text[], ${columns(objects, kinds)})
      as n (id, kind, content_type, size_bytes, etag, tier, archive_state, last_modified)
    where a.workspace_id = ${source.workspaceId} and a.id = n.id`.execute(trx);
}

async function bury(trx: Trx, source: LockedSource, gone: StoredAsset[], now: Date): Promise<void> {
  if (gone.length === 0) return;
  await sql`
    update assets a set gone_at = ${now}, gone_reason = n.reason, updated_at = ${now}
    from unnest(
      ${gone.map(asset => asset.id)}::text[],
      ${gone.map(asset => (source.filter(asset.key) ? 'filtered' : 'removed'))}::text[]
    ) as n (id, reason)
    where a.workspace_id = ${source.workspaceId} and a.id = n.id`.execute(trx);
}
