import type { ListPage } from '@mooring/storage/server';
import { compareUtf8, ObjectList, ProviderError } from '@mooring/storage/server';

/**
 * Refuses a page that begins before the key it should start from: who does not know `startFrom` ignores it.
 * @param knowsRanges whether the service is known to keep ranges, in any order: then a key on whose side
 * accounts do not agree is taken; otherwise it is refused.
 * @throws ProviderError `invalid`
 */
export function checkStart({ objects, prefixes }: ListPage, startFrom: string, knowsRanges: boolean): void {
  const [key, prefix] = [objects.at(0)?.key, prefixes[0]];
  const firsts = [key, prefix === undefined || startFrom.startsWith(prefix) ? undefined : prefix];
  for (const first of firsts) {
    const side = first === undefined ? 'after' : sideOf(first, startFrom);
    if (side === 'before' || (side === 'either' && !knowsRanges))
      throw noRanges('it began before the key that it was asked to begin at');
  }
}

/**
 * Leaves out what comes at or after the end of the range, for services that cannot. That is exact in every order
 * as long as accounts agree on each key's side of the end; a key on which they do not is refused.
 * @throws ProviderError `invalid`
 */
export function cutBefore(page: ListPage, endBefore: string): ListPage {
  const isPast = (key: string): boolean => {
    const side = sideOf(key, endBefore);
    if (side === 'either') throw noRanges('its order around the end of the range is not known here');
    return side === 'after';
  };
  // In every order of keys, all that follow one past the end are past it too.
  const objects = ObjectList.of(page.objects);
  const within = objects.slice(
    0,
    objects.firstNot(({ key }) => !isPast(key)),
  );
  const prefixes = page.prefixes.findIndex(isPast);
  if (within.length === objects.length && prefixes < 0) return page;
  return {
    objects: within,
    prefixes: prefixes < 0 ? page.prefixes : page.prefixes.slice(0, prefixes),
    cursor: null,
  };
}

const SLASH = 0x2f;
const SURROGATES = 0xd800;
const PAST_SURROGATES = 0xe000;

/**
 * Whether a key comes before a bound, or is it or comes after. Most accounts order by UTF-8; with a hierarchical
 * namespace the slash comes before every other character; Azurite orders by UTF-16.
 */
function sideOf(key: string, bound: string): 'before' | 'after' | 'either' {
  const length = Math.min(key.length, bound.length);
  let at = 0;
  while (at < length && key.charCodeAt(at) === bound.charCodeAt(at)) at += 1;
  if (at === length) return key.length < bound.length ? 'before' : 'after';
  const [one, other] = [key.charCodeAt(at), bound.charCodeAt(at)];
  const [lower, higher] = one < other ? [one, other] : [other, one];
  if (higher === SLASH || (lower >= SURROGATES && lower < PAST_SURROGATES && higher >= PAST_SURROGATES))
    return 'either';
  return compareUtf8(key, bound) < 0 ? 'before' : 'after';
}

const noRanges = (why: string) =>
  new ProviderError('invalid', `The storage cannot list this range of keys: ${why}.`, {
    fix: 'List everything under the prefix in one listing.',
  });
