import type { Asset } from '@mooring/contract';

export type Place = Pick<Asset, 'sourceId' | 'key'>;

/** The order in which the API lists assets: by source, then by the bytes of the key. */
export const comparePlaces = (a: Place, b: Place): number =>
  compareText(a.sourceId, b.sourceId) || compareText(a.key, b.key);

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
 * @param firstOf the first item of a page; null where the page has become empty
 */
export async function findPage(
  pages: number,
  place: Place,
  firstOf: (page: number) => Promise<Place | null>,
): Promise<number> {
  let low = 0;
  let high = pages - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const first = await firstOf(middle);
    if (first !== null && comparePlaces(first, place) <= 0) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
