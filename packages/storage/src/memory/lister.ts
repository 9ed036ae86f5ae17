import { ProviderError } from '../server/errors.ts';
import type { Capabilities, ListOptions, ListPage, StorageObject } from '../server/provider.ts';
import { compareUtf8 } from '../server/utf8-order.ts';
import type { MemoryObject, MemoryStorage } from './storage.ts';

export const MAX_PAGE_SIZE = 5000;

/** One page of a container as it is now. The cursor is the last key or prefix of the page. */
export function listPage(
  storage: MemoryStorage,
  container: string,
  options: ListOptions,
  { lowerBound, contentTypes }: Pick<Capabilities['list'], 'lowerBound' | 'contentTypes'>,
): ListPage {
  const { prefix = '', delimiter, endBefore, cursor, pageSize = MAX_PAGE_SIZE } = options;
  const { startFrom = '', startAfter = '' } = options;
  if ((lowerBound === 'inclusive' ? startAfter : startFrom) !== '') throw otherBound(lowerBound);
  const objects = storage.objects(container);
  const keys = storage.sortedKeys(container);
  const limit = Math.max(1, Math.min(pageSize, MAX_PAGE_SIZE));
  const page: ListPage & { objects: StorageObject[] } = { objects: [], prefixes: [], cursor: null };
  const listed = (object: MemoryObject): StorageObject =>
    contentTypes ? described(object) : { ...described(object), contentType: null };

  const after = cursor === undefined ? null : decodeCursor(cursor);
  const folded = after?.folded ? after.last : null;
  let last = { last: '', folded: false };
  const first = compareUtf8(startFrom, prefix) > 0 ? startFrom : prefix;
  const latest = [startAfter, after?.last ?? ''].toSorted(compareUtf8).at(-1)!;
  for (let i = firstIndex(keys, first, latest); i < keys.length; i++) {
    const key = keys[i]!;
    if (!key.startsWith(prefix) || (endBefore !== undefined && compareUtf8(key, endBefore) >= 0)) break;
    if (folded !== null && key.startsWith(folded)) continue;
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const group = end === -1 ? null : key.slice(0, end + 1);
    if (group !== null && group === page.prefixes.at(-1)) continue;
    if (group !== null && compareUtf8(group, startAfter) <= 0) continue;
    if (page.objects.length + page.prefixes.length === limit) return { ...page, cursor: encodeCursor(last) };
    if (group === null) page.objects.push(listed(objects.get(key)!));
    else page.prefixes.push(group);
    last = { last: group ?? key, folded: group !== null };
  }
  return page;
}

/** The first key at or after `first` and after `last`. */
function firstIndex(keys: readonly string[], first: string, last: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const key = keys[middle]!;
    const before = compareUtf8(key, first) < 0 || (last !== '' && compareUtf8(key, last) <= 0);
    if (before) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a listing tells of an object: everything but its body. */
export function described({ body: _body, ...object }: MemoryObject): StorageObject {
  return object;
}

const otherBound = (lowerBound: string): ProviderError =>
  new ProviderError('invalid', `The lower bound of a listing is ${lowerBound} here.`, {
    fix: 'Give the bound that `capabilities.list.lowerBound` names.',
  });

interface Position {
  last: string;
  /** Whether `last` is a prefix into which keys were folded. */
  folded: boolean;
}

const encodeCursor = (position: Position): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

function decodeCursor(cursor: string): Position {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Position;
  } catch (cause) {
    throw new ProviderError('invalid', 'The cursor is not one that a listing returned.', {
      fix: 'List from the start.',
      cause,
    });
  }
}
