import type { ObjectList } from '@mooring/storage/server';
import { compareUtf8 } from '@mooring/storage/server';
import type { Chunk, KeyRange } from '../catalogue/chunks.ts';
import { Digest } from '../catalogue/fingerprint.ts';
import type { KeyFilter } from '../catalogue/key-filter.ts';
import { type Skipped, skippedOf } from './merge.ts';
import { type ListedCounts, noCounts } from './state.ts';

/** What was listed of a range and is not decided yet: in the order of bytes, each key once. */
export interface Listed {
  /** All that is left of the range before `end` is in `objects`. `first`: what is settled already. */
  reach: KeyRange;
  objects: ObjectList;
  /** Whether nothing of the range comes after. */
  last: boolean;
}

/** A range of keys in which the catalogue differs from the listing. */
export interface Difference extends KeyRange {
  objects: ObjectList;
  /** Those of them that become no asset, by their index. */
  skipped: ReadonlyMap<number, Skipped>;
  /** `empty`: the catalogue has no row there. `whole`: all rows can be read at once; `part`: they may be too many. */
  rows: 'empty' | 'whole' | 'part';
  /** Where it is one whole chunk: what its rows add up to, and what was listed. */
  sums: { stored: Sum; listed: Sum } | null;
}

interface Sum {
  present: number;
  digest: { readonly a: number; readonly b: number };
}

export interface Survey {
  /** Keys before this one are decided once the differences are dealt with; null: all are. */
  settled: string | null;
  /** How many of the objects those are. */
  taken: number;
  /** What becomes of the others: they wait for what is listed next, or are to be surveyed again at once. */
  next: 'all' | 'wait' | 'more';
  differences: Difference[];
  /** Of the objects outside the differences. */
  counts: ListedCounts;
  skipped: Skipped[];
}

/** The rest of a chunk that has not been listed to its end waits for it; but not more objects than this. */
const MOST_HELD = 1000;

/**
 * Compares what was listed with what the chunks say, without reading a row.
 * @param chunks in order, all that overlap the reach
 * @param budget rows that may be read; what is planned to be read is taken off
 */
export function survey(
  { reach, objects, last }: Listed,
  chunks: readonly Chunk[],
  filter: KeyFilter,
  budget: { rows: number; readonly most: number },
): Survey {
  const found: Survey = {
    settled: reach.first,
    taken: 0,
    next: 'all',
    differences: [],
    counts: noCounts(),
    skipped: [],
  };
  for (let at = firstChunk(chunks, reach.first); at < chunks.length; at++) {
    const chunk = chunks[at]!;
    if (reach.end !== null && compareUtf8(chunk.first, reach.end) >= 0) break;
    const first = later(chunk.first, reach.first);
    const end = earlier(chunk.end, reach.end);
    const isCut = end !== chunk.end; // by the reach
    const upTo = countBefore(objects, found.taken, end);
    const rows = chunk.digest ? chunk.present + chunk.gone : Number.POSITIVE_INFINITY;
    if (rows > 0 && isCut && !last && upTo - found.taken <= MOST_HELD) return { ...found, next: 'wait' };

    const within = objects.slice(found.taken, upTo);
    const skipped = skippedOf(within, filter);
    const digest = new Digest();
    if (rows > 0) digest.addAll(within, skipped);
    const eligible = within.length - skipped.size;
    const isWhole = rows > 0 && chunk.digest !== null && !isCut && first === chunk.first;
    const sums = isWhole
      ? {
          stored: { present: chunk.present, digest: chunk.digest! },
          listed: { present: eligible, digest },
        }
      : null;
    if (rows === 0 ? eligible === 0 : sums && isEqual(sums)) {
      found.counts.listed += within.length;
      found.counts.unchanged += eligible;
      found.counts.skipped += skipped.size;
      found.skipped.push(...skipped.values());
    } else {
      const mayRead = rows <= budget.rows;
      if (!mayRead && budget.rows < budget.most) return { ...found, next: 'more' };
      budget.rows -= mayRead ? rows : budget.rows;
      found.differences.push({
        first,
        end,
        objects: within,
        skipped,
        rows: rows === 0 ? 'empty' : mayRead ? 'whole' : 'part',
        sums: mayRead ? sums : null,
      });
      if (!mayRead) {
        const isAll = end === reach.end;
        return { ...found, settled: end, taken: upTo, next: isAll ? 'all' : 'more' };
      }
    }
    found.settled = end;
    found.taken = upTo;
  }
  // Keys that cannot be stored cannot bound a range: those at the end wait for one that can.
  return !last && found.taken < objects.length ? { ...found, next: 'wait' } : found;
}

const isEqual = ({ stored, listed }: { stored: Sum; listed: Sum & { digest: Digest } }): boolean =>
  stored.present === listed.present && listed.digest.equals(stored.digest);

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

const later = (one: string, other: string): string => (compareUtf8(one, other) > 0 ? one : other);
const earlier = (one: string | null, other: string | null): string | null => {
  if (one === null || other === null) return one ?? other;
  return compareUtf8(one, other) < 0 ? one : other;
};
