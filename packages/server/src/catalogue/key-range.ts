import { compareUtf8 } from '@mooring/storage/server';

/** A range of keys: from `first`, before `end`; null: to the end of the source. */
export interface KeyRange {
  first: string;
  end: string | null;
}

/** Right after a key: no other key that PostgreSQL can hold lies between. */
export const keyAfter = (key: string): string => `${key}\u0001`;

export const isIn = (range: KeyRange, key: string): boolean =>
  compareUtf8(key, range.first) >= 0 && (range.end === null || compareUtf8(key, range.end) < 0);

/** Whether any key can lie in it. */
export const isFilled = ({ first, end }: KeyRange): boolean => end === null || compareUtf8(first, end) < 0;

export const overlap = (one: KeyRange, other: KeyRange): boolean =>
  (one.end === null || compareUtf8(other.first, one.end) < 0) &&
  (other.end === null || compareUtf8(one.first, other.end) < 0);

/** Whether all of a range lies inside another. */
export const contains = (outer: KeyRange, inner: KeyRange): boolean =>
  compareUtf8(outer.first, inner.first) <= 0 &&
  (outer.end === null || (inner.end !== null && compareUtf8(inner.end, outer.end) <= 0));

/** What two ranges share. */
export const intersection = (one: KeyRange, other: KeyRange): KeyRange => ({
  first: later(one.first, other.first),
  end: earlier(one.end, other.end),
});

const later = (one: string, other: string): string => (compareUtf8(one, other) > 0 ? one : other);
const earlier = (one: string | null, other: string | null): string | null => {
  if (one === null || other === null) return one ?? other;
  return compareUtf8(one, other) < 0 ? one : other;
};
