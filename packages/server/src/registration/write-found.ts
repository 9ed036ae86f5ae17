import type { KnownFacts, RegistrationOptions } from '@mooring/contract';
import { sql } from 'kysely';
import { writeAssets } from '../catalogue/asset-writes.ts';
import type { CopyRows } from '../catalogue/copy-rows.ts';
import type { Trx } from '../catalogue/db.ts';
import { kindOf } from '../catalogue/kind.ts';
import { storable, writeMedia } from '../catalogue/media.ts';
import { ensureRegisteredSource } from '../catalogue/registered-source.ts';
import { keepUrls } from '../catalogue/registered-urls.ts';
import { type LockedSource, lockSource } from '../catalogue/source-lock.ts';
import { readKeys, type StoredAsset } from '../catalogue/stored-assets.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { merge } from '../sync/merge-rows.ts';
import type { FoundItem } from './items.ts';

/** What was asked of the storage just now is later than all that the catalogue holds. */
const ALWAYS = new Date(8.64e15);

export interface Written {
  added: number;
  changed: number;
  unchanged: number;
}

export interface WritePlace {
  connectionId: string;
  container: string;
  sourceId: string;
  folderId: string;
  items: number;
}

export interface WriteDependencies {
  secrets: SecretBox;
  copy: CopyRows;
  now: Date;
  /** Of the workspace. */
  mostSources: number;
}

/**
 * Writes what was found of items: assets with all that goes with them, the URLs that open them, and what the list says
 * of them. The caller's transaction has it all or nothing. An object that stands in the list twice counts each time,
 * and is what the list says last.
 */
export async function writeFound(
  trx: Trx,
  workspaceId: string,
  found: readonly FoundItem[],
  options: Pick<RegistrationOptions, 'folder' | 'skipDuplicateUrls' | 'upsertMetadata'>,
  dependencies: WriteDependencies,
): Promise<{ written: Written; places: WritePlace[] }> {
  const written: Written = { added: 0, changed: 0, unchanged: 0 };
  const places: WritePlace[] = [];
  const groups = Map.groupBy(found, ({ connectionId, container }) =>
    JSON.stringify([connectionId, container]),
  );
  // In one order, so that two registrations never wait for each other.
  for (const [, items] of [...groups].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const { connectionId, container } = items[0]!;
    const place = { workspaceId, connectionId, container, folder: options.folder };
    const source = await ensureRegisteredSource(trx, place, {
      now: dependencies.now,
      most: dependencies.mostSources,
    });
    const locked = await lockSource(trx, workspaceId, source.id);
    const counts = await writeOfSource(trx, { ...locked, container }, items, options, dependencies);
    for (const name of ['added', 'changed', 'unchanged'] as const) written[name] += counts[name];
    places.push({
      connectionId,
      container,
      sourceId: source.id,
      folderId: source.folderId,
      items: items.length,
    });
  }
  return { written, places };
}

async function writeOfSource(
  trx: Trx,
  source: LockedSource & { container: string },
  items: readonly FoundItem[],
  { skipDuplicateUrls, upsertMetadata }: Pick<RegistrationOptions, 'skipDuplicateUrls' | 'upsertMetadata'>,
  { secrets, copy, now }: WriteDependencies,
): Promise<Written> {
  const latest = new Map(items.map(item => [item.object.key, item]));
  const before = new Map((await readKeys(trx, source, [...latest.keys()])).map(asset => [asset.key, asset]));
  const isLeft = ({ object }: FoundItem) => skipDuplicateUrls && before.get(object.key)?.gone_at === null;
  const fresh = [...latest.values()].filter(item => !isLeft(item));
  const objects = fresh.map(item => asKnown(item, before.get(item.object.key)));
  const assets = fresh.flatMap(({ object }) => before.get(object.key) ?? []);
  const { added, updated, counts } = merge(assets, objects, ALWAYS);
  await writeAssets(trx, source, { added, updated, gone: [] }, now, { copy });
  const urls = fresh.flatMap(({ object: { key }, url, expiresAt }) =>
    url === null ? [] : { key, url, expiresAt },
  );
  await keepUrls(trx, secrets, source, urls);
  await describe(trx, source, upsertMetadata ? [...latest.values()] : fresh, now);
  const changed = (counts.changed ?? 0) + (counts.restored ?? 0);
  return { added: added.length, changed, unchanged: items.length - added.length - changed };
}

/** Where only the list says what an object is, the time of a change is that of the first list that said so. */
const asKnown = ({ object, isClaimed }: FoundItem, asset: StoredAsset | undefined): FoundItem['object'] =>
  isClaimed && asset?.etag === object.etag ? { ...object, lastModified: asset.last_modified } : object;

/** Titles, client metadata, and the facts that nothing else will tell. */
async function describe(
  trx: Trx,
  source: LockedSource,
  items: readonly FoundItem[],
  now: Date,
): Promise<void> {
  const said = items.filter(item => item.title !== null || item.clientMetadata !== null || hasFacts(item));
  if (said.length === 0) return;
  const ids = new Map(
    (
      await readKeys(
        trx,
        source,
        said.map(({ object }) => object.key),
      )
    ).map(row => [row.key, row]),
  );
  const rows = said.map(item => ({ ...item, asset: ids.get(item.object.key)! }));
  await sql`
    update assets a set title = coalesce(n.title, a.title),
      client_metadata = coalesce(n.client_metadata, a.client_metadata), updated_at = ${now}
    from unnest(
      ${rows.map(({ asset }) => asset.id)}::text[],
      ${rows.map(({ title }) => storable('', title))}::text[],
      ${rows.map(({ clientMetadata }) => clientMetadata && JSON.stringify(clientMetadata, storable))}::jsonb[]
    ) as n (id, title, client_metadata)
    where a.workspace_id = ${source.workspaceId} and a.id = n.id
      and (n.title is not null or n.client_metadata is not null)`.execute(trx);
  const learned = rows.filter(hasFacts).map(row => ({
    ...{ assetId: row.asset.id, etag: row.asset.etag, warnings: [], problem: null },
    facts: factsOf(row),
  }));
  if (learned.length > 0) await writeMedia(trx, source, learned, now);
}

/** Where the storage may be read, a probe finds out more than a list says. */
const hasFacts = ({ isClaimed, facts, kind }: FoundItem): boolean =>
  isClaimed && (kind !== null || Object.keys(facts ?? {}).length > 0);

function factsOf({ object, facts, kind }: FoundItem): KnownFacts {
  const { sizeBytes: _, checksum: __, ...media } = facts ?? {};
  return {
    ...media,
    kind: kind ?? kindOf(object.contentType, object.key),
    mediaType: media.mediaType ?? 'application/octet-stream',
  };
}
