import { compareUtf8, ObjectList, type StorageObject } from '@mooring/storage/server';
import { type KeyRange, keyAfter } from '../catalogue/key-range.ts';
import { isStorableKey } from '../catalogue/storable.ts';
import type { ListedPage } from '../listing/list-all.ts';
import type { Comparison } from './compare-chunks.ts';
import { addSamples } from './sample-keys.ts';
import type { Range } from './sync-ranges.ts';
import { plus } from './sync-state.ts';

/** Where a listing goes on: its cursor, and the last key before it. */
type Place = Pick<Range, 'cursor' | 'before'>;

/** A range that is worked on: as it was saved last, and what was listed of it since. */
export interface ActiveRange {
  range: Range;
  /** Listed in order, and waiting for what comes after. */
  held: ObjectList;
  /** Where a listing would have to begin again to show them. */
  heldFrom: Place | null;
}

export const NO_OBJECTS = ObjectList.of([]);

/** Pages of one range that have come, in order; and what is to be decided of that range now. */
export interface Batch {
  active: ActiveRange;
  pages: readonly ListedPage[];
  /** The keys in question. `objects` holds all objects in it, in the order of bytes, each key once. */
  reach: KeyRange;
  objects: ObjectList;
  /** Whether these are the last objects of the range. */
  last: boolean;
}

/** Joins pages to what their range holds. Keys that are settled or held already are passed over. */
export function batchOf({ active, pages }: Pick<Batch, 'active' | 'pages'>): Batch {
  const { range, held } = active;
  let objects = held;
  for (const page of pages) {
    const previous = objects.at(-1)?.key;
    const isKnown = ({ key }: StorageObject): boolean =>
      compareUtf8(key, range.settled) < 0 || (previous !== undefined && compareUtf8(key, previous) <= 0);
    objects = ObjectList.concat([objects, page.objects.slice(page.objects.firstNot(isKnown))]);
  }
  const last = pages.at(-1)!.last;
  const lastKey = lastStorableKey(objects);
  const end = last ? range.end : lastKey === undefined ? range.settled : keyAfter(lastKey);
  return { active, pages, reach: { first: range.settled, end }, objects, last };
}

/** What a batch comes to: how its range is from then on, and what is still to be decided at once. */
export interface Outcome {
  after: ActiveRange;
  rest: Batch | null;
}

/** @param decided the comparison of the batch, with what its differences came to */
export function outcomeOf(batch: Batch, decided: Comparison, dryRun: boolean): Outcome {
  const { active, pages, reach, last } = batch;
  const { range } = active;
  const { settled, taken, next, counts, merges, skipped } = decided;
  const objects = batch.objects.slice(taken);
  const lastPage = pages.at(-1)!;
  const heldFrom = next === 'all' ? null : placeOf(batch, taken);
  const place = heldFrom ?? {
    cursor: lastPage.cursor,
    before: lastStorableKey(lastPage.objects) ?? range.before,
  };
  const now: Range = {
    ...range,
    ...place,
    settled: settled ?? range.settled,
    done: next === 'all' && last,
    counts: plus(range.counts, counts),
    samples: dryRun ? addSamples(range.samples, merges, skipped) : null,
  };
  return {
    after: { range: now, held: next === 'wait' ? objects : NO_OBJECTS, heldFrom },
    rest: next === 'more' ? { ...batch, objects, reach: { ...reach, first: now.settled } } : null,
  };
}

/** Where a listing has to begin again to show the nth object of a batch; where there is none, its last page. */
function placeOf({ active, pages, objects }: Batch, index: number): Place {
  const object = index < objects.length ? objects.at(index)! : null;
  const beginsBy = ({ objects: [first] }: ListedPage): boolean =>
    first !== undefined && compareUtf8(first.key, object!.key) <= 0;
  const page = object ? pages.findLastIndex(beginsBy) : pages.length - 1;
  if (page < 0) return active.heldFrom!; // it was held before these pages came
  const { from, before } = pages[page]!;
  return { cursor: from, before: isStorableKey(before) ? before : active.range.before };
}

export const lastStorableKey = (objects: ObjectList): string | undefined =>
  objects.findLast(({ key }) => isStorableKey(key))?.key;
