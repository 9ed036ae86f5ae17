import { compareUtf8, type ObjectList } from '@mooring/storage/server';
import type { Chunk } from '../catalogue/chunk.ts';
import { Digest } from '../catalogue/fingerprint.ts';
import type { KeyFilter } from '../catalogue/key-filter.ts';
import { intersection, type KeyRange } from '../catalogue/key-range.ts';
import type { Merge } from './merge-rows.ts';
import { type Skipped, skippedOf } from './skip-reason.ts';
import { type ListedCounts, noCounts } from './sync-state.ts';

/** A range of keys in which the catalogue differs from the listing. */
export interface Difference extends KeyRange {
  objects: ObjectList;
  /** Those of them that become no asset, by their index. */
  skipped: ReadonlyMap<number, Skipped>;
  /** `empty`: the catalogue has no row there. `whole`: all rows can be read at once; `part`: they may be too many. */
  rows: 'empty' | 'whole' | 'part';
  /** Where it is one whole chunk: what its rows add up to, and what was listed. */
  sums: Sums | null;
}

interface Sums {
  stored: Sum;
  listed: Sum;
}

interface Sum {
  present: number;
  digest: { readonly a: number; readonly b: number };
}

/** What a batch comes to, beside the chunks of its keys. */
export interface Comparison {
  /** Keys before this one are decided once the differences are dealt with; null: all are. */
  settled: string | null;
  /** How many of the objects those are. */
  taken: number;
  /** What becomes of the others: they wait for what is listed next, or are to be compared again at once. */
  next: 'all' | 'wait' | 'more';
  differences: Difference[];
  /** What each difference came to, once its rows were read. */
  merges: Merge[];
  /** Of the objects that are decided. */
  counts: ListedCounts;
  skipped: Skipped[];
}

/** The rest of a chunk that has not been listed to its end waits for it; but not more objects than this. */
const MOST_HELD = 1000;

/**
 * Compares what was listed with what the chunks say, without reading a row.
 * @param chunks in order, all that overlap the reach
 * @param budget rows that may be read; those of a difference are taken off
 */
export function compareWithChunks(
  { reach, objects, last }: { reach: KeyRange; objects: ObjectList; last: boolean },
  chunks: readonly Chunk[],
  filter: KeyFilter,
  budget: { rows: number; readonly most: number },
): Comparison {
  const found: Comparison = {
    settled: reach.first,
    taken: 0,
    next: 'all',
    differences: [],
    merges: [],
    counts: noCounts(),
    skipped: [],
  };
  for (let at = firstChunk(chunks, reach.first); at < chunks.length; at++) {
    const chunk = chunks[at]!;
    if (reach.end !== null && compareUtf8(chunk.first, reach.end) >= 0) break;
    const range = intersection(chunk, reach);
    const upTo = countBefore(objects, found.taken, range.end);
    const rows = chunk.digest ? chunk.present + chunk.gone : Number.POSITIVE_INFINITY;
    const goesOn = range.end !== chunk.end && !last;
    if (rows > 0 && goesOn && upTo - found.taken <= MOST_HELD) return { ...found, next: 'wait' };

    const difference = differenceIn(range, chunk, objects.slice(found.taken, upTo), filter);
    if (!difference.differs) count(found, difference);
    else {
      const mayRead = rows <= budget.rows;
      if (!mayRead && budget.rows < budget.most) return { ...found, next: 'more' };
      budget.rows -= mayRead ? rows : budget.rows;
      const { objects: within, skipped, sums } = difference;
      found.differences.push({
        ...range,
        objects: within,
        skipped,
        rows: rows === 0 ? 'empty' : mayRead ? 'whole' : 'part',
        sums: mayRead ? sums : null,
      });
      if (!mayRead) {
        const isAll = range.end === reach.end;
        return { ...found, settled: range.end, taken: upTo, next: isAll ? 'all' : 'more' };
      }
    }
    found.settled = range.end;
    found.taken = upTo;
  }
  // Keys that cannot be stored cannot bound a range: those at the end wait for one that can.
  return !last && found.taken < objects.length ? { ...found, next: 'wait' } : found;
}

type Part = Pick<Difference, 'objects' | 'skipped' | 'sums'>;

/** Compares the objects in a chunk, or in the part of it that was listed, with what the chunk says. */
function differenceIn(
  range: KeyRange,
  chunk: Chunk,
  objects: ObjectList,
  filter: KeyFilter,
): Part & { differs: boolean } {
  const skipped = skippedOf(objects, filter);
  const eligible = objects.length - skipped.size;
  if (chunk.digest && chunk.present + chunk.gone === 0)
    return { objects, skipped, sums: null, differs: eligible > 0 };
  const isWhole = range.first === chunk.first && range.end === chunk.end;
  if (!chunk.digest || !isWhole) return { objects, skipped, sums: null, differs: true };
  const digest = new Digest();
  digest.addAll(objects, skipped);
  const stored = { present: chunk.present, digest: chunk.digest };
  const differs = stored.present !== eligible || !digest.equals(stored.digest);
  return { objects, skipped, sums: { stored, listed: { present: eligible, digest } }, differs };
}

/** Counts objects that are as the catalogue has them. */
function count(found: Comparison, { objects, skipped }: Part): void {
  found.counts.listed += objects.length;
  found.counts.unchanged += objects.length - skipped.size;
  found.counts.skipped += skipped.size;
  found.skipped.push(...skipped.values());
}

/** The chunk that holds a key. */
function firstChunk(chunks: readonly Chunk[], key: string): number {
  let [low, high] = [0, chunks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { end } = chunks[middle]!;
    if (end !== null && compareUtf8(end, key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

const countBefore = (objects: ObjectList, from: number, end: string | null): number =>
  end === null ? objects.length : objects.firstNot(({ key }) => compareUtf8(key, end) < 0, from);
