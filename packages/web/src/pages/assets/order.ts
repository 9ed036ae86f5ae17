import type { Asset, AssetSort } from '@mooring/contract';

/** What orders of assets look at. */
export type Place = Pick<Asset, 'id' | 'sourceId' | 'key' | 'sizeBytes' | 'lastModified' | 'media'>;

/** Compares two assets as the API lists them in an order. */
export const comparing = (sort: AssetSort = 'key'): ((a: Place, b: Place) => number) => {
  const sign = sort.startsWith('-') ? -1 : 1;
  const name = sort.replace('-', '');
  if (name === 'key') {
    return (a, b) => sign * (compareText(a.sourceId, b.sourceId) || compareText(a.key, b.key));
  }
  return (a, b) => {
    const [x, y] = [numberOf(a, name), numberOf(b, name)];
    // Assets without the value come last, in both directions.
    if ((x === null) !== (y === null)) return x === null ? 1 : -1;
    return sign * ((x ?? 0) - (y ?? 0) || compareText(a.id, b.id));
  };
};

function numberOf({ sizeBytes, lastModified, media }: Place, name: string): number | null {
  if (name === 'size') return sizeBytes;
  if (name === 'modified') return Date.parse(lastModified);
  const { durationSeconds, width, height } = media?.facts ?? {};
  if (name === 'duration') return durationSeconds ?? null;
  return width != null && height != null ? width * height : null;
}

/** Compares as UTF-8 bytes do, which is by code point: JavaScript's `<` is not, beyond U+FFFF. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all other units. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/**
 * Finds on which page of an ordered list a place is, by asking for the first item of O(log n) pages.
 * @param pages how many pages there are
 * @param compare the order of the list
 * @param firstOf the first item of a page; null where the page has become empty
 */
export async function findPage<P>(
  pages: number,
  place: P,
  compare: (a: P, b: P) => number,
  firstOf: (page: number) => Promise<P | null>,
): Promise<number> {
  let low = 0;
  let high = pages - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const first = await firstOf(middle);
    if (first !== null && compare(first, place) <= 0) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
