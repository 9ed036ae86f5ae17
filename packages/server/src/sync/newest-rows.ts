import type { Trx } from '../catalogue/db.ts';
import { Digest } from '../catalogue/fingerprint.ts';
import type { LockedSource } from '../catalogue/source-lock.ts';
import { factsOf, readKeys } from '../catalogue/stored-assets.ts';
import type { Difference } from './compare-chunks.ts';
import { type Merge, merge } from './merge-rows.ts';

/** How many of the objects of a chunk are looked at; of smaller chunks all rows are read at once. */
const NEWEST = 8;

/**
 * What was added or changed lately is mostly what is newest. Only the rows of the newest objects of a chunk are read;
 * where they account for all that its digest differs by, the digest proves every other row unchanged.
 * @returns what those differences come to that this explains; the rows of the others have to be read
 */
export async function explainByNewest(
  trx: Trx,
  source: LockedSource,
  differences: readonly Difference[],
  startedAt: Date,
): Promise<Map<Difference, Merge>> {
  const candidates = differences
    .filter(({ sums, objects }) => sums && objects.length > 2 * NEWEST)
    .map(difference => ({
      difference,
      newest: difference.objects.newest(NEWEST, index => difference.skipped.has(index)),
    }));
  const explained = new Map<Difference, Merge>();
  if (candidates.length === 0) return explained;
  const keys = candidates.flatMap(({ newest }) => newest.map(({ key }) => key));
  const assets = new Map((await readKeys(trx, source, keys)).map(asset => [asset.key, asset]));
  for (const { difference, newest } of candidates) {
    const { objects, skipped } = difference;
    const { stored, listed } = difference.sums!;
    const rows = newest.flatMap(({ key }) => assets.get(key) ?? []);
    const present = rows.filter(asset => asset.gone_at === null);
    const digest = new Digest(stored.digest);
    for (const asset of present) digest.remove(factsOf(asset));
    for (const object of newest) digest.add(object);
    const count = stored.present - present.length + newest.length;
    if (count !== listed.present || !digest.equals(listed.digest)) continue;
    const merged = merge(rows, newest, startedAt, source.filter);
    const rest = objects.length - newest.length - skipped.size;
    merged.counts.listed! += rest + skipped.size;
    merged.counts.unchanged! += rest;
    merged.counts.skipped! += skipped.size;
    merged.skipped.push(...skipped.values());
    explained.set(difference, merged);
  }
  return explained;
}
