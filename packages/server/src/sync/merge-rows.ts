import type { SyncCounts } from '@mooring/contract';
import type { StorageObject } from '@mooring/storage/server';
import { kindOf } from '../catalogue/kind.ts';
import type { StoredAsset } from '../catalogue/stored-assets.ts';
import { type Skipped, type SkipReason, skipReason } from './skip-reason.ts';

export interface Merge {
  added: StorageObject[];
  updated: { asset: StoredAsset; object: StorageObject }[];
  /** Present assets whose key is listed as what becomes no asset. */
  gone: StoredAsset[];
  /** Present assets of which nothing is among what is listed. */
  missing: StoredAsset[];
  /** Keys that become no asset, and why. */
  skipped: Skipped[];
  counts: Partial<SyncCounts>;
}

/**
 * What has to be written so that the assets become what is listed. An object listed twice counts once, the first
 * time. Directory placeholders are never assets. Assets written after `startedAt` are left as they are.
 */
export function merge(
  assets: readonly StoredAsset[],
  objects: Iterable<StorageObject>,
  startedAt: Date,
  filter: (key: string) => SkipReason | null = () => null,
): Merge {
  const unmatched = new Map(assets.map(asset => [asset.key, asset]));
  const listed = new Set<string>();
  const counts = { listed: 0, added: 0, changed: 0, removed: 0, restored: 0, unchanged: 0, skipped: 0 };
  const result: Merge = {
    added: [],
    updated: [],
    gone: [],
    missing: [],
    skipped: [],
    counts,
  };
  for (const object of objects) {
    if (listed.has(object.key)) continue;
    listed.add(object.key);
    const asset = unmatched.get(object.key);
    const reason = skipReason(object, filter);
    const fate = reason ? 'skipped' : fateOf(object, asset, startedAt);
    counts.listed++;
    counts[fate]++;
    if (fate === 'added') result.added.push(object);
    if (fate === 'changed' || fate === 'restored') result.updated.push({ asset: asset!, object });
    if (reason) result.skipped.push({ key: object.key, reason });
    if (reason && asset && isBuriable(asset, startedAt)) result.gone.push(asset);
    unmatched.delete(object.key);
  }
  result.missing = [...unmatched.values()].filter(asset => isBuriable(asset, startedAt));
  counts.removed = result.gone.length;
  return result;
}

function fateOf(
  object: StorageObject,
  asset: StoredAsset | undefined,
  startedAt: Date,
): 'added' | 'changed' | 'restored' | 'unchanged' {
  if (!asset) return 'added';
  if (isNewer(asset, startedAt)) return 'unchanged';
  if (asset.gone_at !== null) return 'restored';
  return isSame(asset, object) ? 'unchanged' : 'changed';
}

/** Whether the row says all that the listing says. A move to another tier is a change, although the ETag stays. */
const isSame = (asset: StoredAsset, object: StorageObject): boolean =>
  asset.etag === object.etag &&
  asset.size_bytes === object.sizeBytes &&
  asset.content_type === object.contentType &&
  asset.tier === object.tier &&
  asset.archive_state === object.archiveState &&
  asset.last_modified.getTime() === object.lastModified.getTime() &&
  asset.kind === kindOf(object.contentType, object.key);

/** Whether it can become a tombstone: it is present, and was not written since. */
export const isBuriable = (asset: StoredAsset, startedAt: Date): boolean =>
  asset.gone_at === null && !isNewer(asset, startedAt);

const isNewer = (asset: StoredAsset, startedAt: Date): boolean => asset.updated_at > startedAt;
