import { compareUtf8, type StorageObject } from '@mooring/storage/server';
import type { AssetChanges } from '../catalogue/asset-writes.ts';
import type { KnownRange, KnownRow } from '../catalogue/chunk.ts';
import type { Trx } from '../catalogue/db.ts';
import { keyAfter } from '../catalogue/key-range.ts';
import type { LockedSource } from '../catalogue/source-lock.ts';
import { isStorableKey } from '../catalogue/storable.ts';
import { factsOf, readKeys, readRanges, type StoredAsset } from '../catalogue/stored-assets.ts';
import type { Comparison, Difference } from './compare-chunks.ts';
import { type Marker, readMarks } from './key-marks.ts';
import { type Merge, merge } from './merge-rows.ts';
import { explainByNewest } from './newest-rows.ts';
import { readSettled } from './range-sums.ts';
import type { Skipped } from './skip-reason.ts';
import type { Range } from './sync-ranges.ts';
import { type ListedCounts, noCounts, plus } from './sync-state.ts';

/** What one transaction writes. */
export interface WritePlan {
  changes: AssetChanges;
  /** Ranges in which all rows are known. */
  known: KnownRange[];
  /** Assets to mark as missing, and those to mark as gone for good. */
  missing: StoredAsset[];
  gone: StoredAsset[];
  skipped: Skipped[];
  /** Keys to mark as seen. */
  seen: string[];
}

export const noPlan = (): WritePlan => ({
  changes: { added: [], updated: [], gone: [] },
  known: [],
  missing: [],
  gone: [],
  skipped: [],
  seen: [],
});

/**
 * Reads the rows of all differences and says what has to be written.
 * @param limit rows to read of a difference that may have too many; what comes after them is put off
 * @returns the comparisons, with what their differences came to
 */
export async function planDifferences(
  trx: Trx,
  source: LockedSource,
  compared: readonly Comparison[],
  startedAt: Date,
  limit: number,
): Promise<{ plan: WritePlan; decided: Comparison[] }> {
  const differences = compared.flatMap(found => found.differences);
  const explained = await explainByNewest(trx, source, differences, startedAt);
  const filled = differences.filter(found => found.rows !== 'empty' && !explained.has(found));
  const rows = filled.length > 0 ? await readRanges(trx, source, filled, limit) : [];
  const assetsOf = new Map(filled.map((difference, at) => [difference, rows[at]!]));
  const plan = noPlan();
  const decided = compared.map(found => {
    const result: Comparison = { ...found, merges: [], skipped: [...found.skipped] };
    for (const difference of found.differences) {
      const assets = assetsOf.get(difference) ?? [];
      const isPart = difference.rows === 'part' && assets.length === limit;
      const { first, end, objects } = isPart ? cutAfter(difference, assets.at(-1)!) : difference;
      if (isPart) {
        result.taken -= difference.objects.length - objects.length;
        result.settled = end;
        result.next = 'more';
      }
      const byNewest = explained.get(difference);
      const merged = byNewest ?? merge(assets, objects, startedAt, source.filter);
      result.merges.push(merged);
      result.counts = plus(result.counts, countsOf(merged));
      result.skipped.push(...merged.skipped);
      addMerge(plan, merged);
      if (!byNewest) plan.known.push({ first, end, rows: rowsAfter(assets, merged) });
    }
    plan.skipped.push(...result.skipped);
    return result;
  });
  return { plan, decided };
}

/** The part of a difference up to the last of its assets that was read. */
function cutAfter(
  { first, objects }: Difference,
  last: StoredAsset,
): Pick<Difference, 'first' | 'end' | 'objects'> {
  const end = keyAfter(last.key);
  const within = objects.firstNot(({ key }) => compareUtf8(key, end) < 0);
  return { first, end, objects: objects.slice(0, within) };
}

function addMerge(plan: WritePlan, { added, updated, missing, gone }: Merge): void {
  plan.changes.added.push(...added);
  plan.changes.updated.push(...updated);
  plan.missing.push(...missing);
  plan.gone.push(...gone);
}

/** Rows are as listed, but for those that have not been buried yet. */
function rowsAfter(assets: readonly StoredAsset[], { added, updated }: Merge): KnownRow[] {
  const fresh = added.map(object => ({ facts: object, gone: false }));
  if (assets.length === 0) return fresh;
  const now = new Map(updated.map(({ asset, object }) => [asset.id, object]));
  const rows = assets.map(asset => {
    const object = now.get(asset.id);
    return object ? { facts: object, gone: false } : { facts: factsOf(asset), gone: asset.gone_at !== null };
  });
  if (added.length === 0) return rows;
  return [...rows, ...fresh].sort((one, other) => compareUtf8(one.facts.key, other.facts.key));
}

/** A page of a listing that is out of order: each of its keys is looked up, and marked as seen. */
export async function planKeys(
  trx: Trx,
  source: LockedSource,
  marker: Marker,
  range: Range,
  listed: readonly StorageObject[],
  startedAt: Date,
): Promise<{ plan: WritePlan; merged: Merge }> {
  const keys = listed.map(object => object.key);
  const assets = await readKeys(trx, source, [...new Set(keys.filter(isStorableKey))]);
  const markOf = await readMarks(trx, marker, keys);
  // A key that the filters leave out has neither a row nor a mark that says whether it was listed in order.
  const isLeftOut = (key: string): boolean => isStorableKey(key) && source.filter(key) !== null;
  const isForeign = (key: string): boolean =>
    compareUtf8(key, range.first) < 0 || (range.end !== null && compareUtf8(key, range.end) >= 0);
  const known = [
    ...assets.filter(asset => asset.gone_at === null).map(asset => asset.key),
    ...keys.filter(isLeftOut),
  ];
  // Where the order is not that of bytes, a key may be listed with the keys of another range, and once again.
  const ranges = known.some(isForeign) ? [range, ...(await readSettled(trx, marker))] : [range];
  const settled = new Set(known.filter(key => ranges.some(each => isSettled(key, each))));
  const wasListed = (key: string): boolean =>
    (markOf(key) ?? (settled.has(key) ? 'seen' : 'missing')) === 'seen';
  const objects = listed.filter(object => !wasListed(object.key));
  const merged = merge(assets, objects, startedAt, source.filter);
  return {
    merged,
    plan: {
      ...noPlan(),
      changes: { added: merged.added, updated: merged.updated, gone: [] },
      gone: merged.gone,
      skipped: merged.skipped,
      seen: objects.map(object => object.key),
    },
  };
}

/** Whether it was listed while the keys of its range were in order; an asset that was not is marked as missing. */
const isSettled = (key: string, range: Pick<Range, 'first' | 'settled'>): boolean =>
  compareUtf8(key, range.first) >= 0 && compareUtf8(key, range.settled) < 0;

/** Without what is removed: that is counted when it is buried. */
export const countsOf = ({ counts: { removed: _, ...counts } }: Merge): ListedCounts =>
  plus(noCounts(), counts);
