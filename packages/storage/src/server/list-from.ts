import { ObjectList } from './object-list.ts';
import type { ListOptions, ListPage, Provider } from './provider.ts';
import { compareUtf8 } from './utf8-order.ts';

/** The longest key that any service has; a longer bound could be refused. */
const MOST_KEY_BYTES = 1024;
const LAST_CHARACTER = '\u{10ffff}';

/**
 * A page of a listing from a key on, for either lower bound. With a delimiter and an exclusive bound, the prefix that
 * the key lies in is listed even where all its keys come before.
 * @throws ProviderError as `list`
 */
export async function listFrom(
  { list, capabilities }: Pick<Provider, 'list' | 'capabilities'>,
  container: string,
  options: Omit<ListOptions, 'startAfter'>,
): Promise<ListPage> {
  const { startFrom, ...others } = options;
  if (!startFrom || capabilities.list.lowerBound === 'inclusive') return list(container, options);
  const startAfter = justBefore(folded(startFrom, options));
  const page = await list(container, { ...others, startAfter });
  const objects = ObjectList.of(page.objects);
  const isBefore = (key: string) => key.startsWith(startAfter) && compareUtf8(key, startFrom) < 0;
  let first = 0;
  while (first < objects.length && isBefore(objects.at(first)!.key)) first++;
  return { ...page, objects: objects.slice(first) };
}

/** Where keys are folded into a prefix that reaches into the range, the listing begins with that prefix. */
function folded(startFrom: string, { prefix = '', delimiter }: ListOptions): string {
  const end = delimiter && startFrom.startsWith(prefix) ? startFrom.indexOf(delimiter, prefix.length) : -1;
  return end === -1 ? startFrom : startFrom.slice(0, end + 1);
}

/**
 * A text before a key, in the order of UTF-8 bytes, such that all keys between the two begin with it: the key with the
 * character before its last one, and after that the last of all characters where there is room for it.
 */
function justBefore(key: string): string {
  const last = [...key].at(-1)!;
  const stem = key.slice(0, -last.length);
  const code = last.codePointAt(0)!;
  if (code === 0) return stem;
  const before = code === 0xe000 ? 0xd7ff : code - 1; // between them are the halves of pairs
  const text = stem + String.fromCodePoint(before);
  return Buffer.byteLength(text + LAST_CHARACTER) > MOST_KEY_BYTES ? text : text + LAST_CHARACTER;
}
