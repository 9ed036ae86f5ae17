import type { JsonValue } from './item.ts';
import { MOST_EXCERPT_CHARS, MOST_SHOWN_URL_CHARS } from './limits.ts';

const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most)}…` : text);

/**
 * A URL as messages show it: the names of its parameters without their values, no fragment, no user. Every way of
 * signing puts its secret in one of these.
 */
export function shownUrl(url: string): string {
  const [beforeFragment = ''] = url.split('#', 1);
  const at = beforeFragment.indexOf('?');
  const place = (at < 0 ? beforeFragment : beforeFragment.slice(0, at)).replace(
    /^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i,
    '$1',
  );
  if (at < 0) return cut(place, MOST_SHOWN_URL_CHARS);
  const names = beforeFragment
    .slice(at + 1)
    .split('&', 50)
    .map(parameter => (parameter.includes('=') ? `${parameter.split('=', 1)[0]}=…` : '…'));
  return cut(`${place}?${names.join('&')}`, MOST_SHOWN_URL_CHARS);
}

/** What a value is, in few words, for a message. */
export function shownValue(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return `an object with ${shownKeys(Object.keys(value))}`;
  if (typeof value !== 'string') return `${value}`;
  const text = /[?@]/.test(value) || value.includes('://') ? shownUrl(value) : value;
  return value === '' ? 'an empty text' : `“${cut(text.toWellFormed(), MOST_EXCERPT_CHARS)}”`;
}

export function shownKeys(keys: readonly string[]): string {
  if (keys.length === 0) return 'no keys';
  const first = keys.slice(0, 8).map(shownKey).join(', ');
  return keys.length > 8 ? `${first} and ${keys.length - 8} more` : first;
}

/** A key, a heading or a title. It can be a URL too, such as the first line of a table without headings. */
export function shownKey(key: string): string {
  const isUrl = key.includes('://') || (key.includes('?') && key.includes('='));
  return cut((isUrl ? shownUrl(key) : key).toWellFormed(), MOST_EXCERPT_CHARS);
}
