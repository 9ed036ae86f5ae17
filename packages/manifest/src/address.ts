import type { At } from './at.ts';
import { aText } from './fields.ts';
import type { JsonValue, ManifestAddress } from './item.ts';
import { MOST_FOLDER_CHARS, MOST_PATH_CHARS, MOST_URL_CHARS } from './limits.ts';
import { shownValue } from './shown.ts';

const SCHEME = /^[a-z][a-z0-9+.-]{0,30}:\/\//i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are looked for
const NOT_IN_URL = /[\s\u0000-\u001f]/;
/** Most URLs: their host is a name. It takes a tenth of the time of parsing them. */
const PLAIN_URL = /^https?:\/\/[a-z0-9](?:[a-z0-9-]{0,62}\.){0,10}[a-z][a-z0-9-]{0,62}(?::\d{1,4})?[/?#]/i;

/** Whether a text is written as a URL: it has a scheme and `//`. */
export const isUrl = (text: string): boolean => SCHEME.test(text);

/**
 * A URL, or a container and key as `container/key`. Whether they lead anywhere is not for here to say.
 * @param base what stands before a path that is relative: `container` or `container/folder`
 * @throws ItemError
 */
export function addressOf(value: JsonValue, at: At, key: string | number, base?: string): ManifestAddress {
  if (typeof value !== 'string' || value === '')
    return at.refuse(key, 'address_invalid', {
      seen: shownValue(value),
      expected: 'a URL as a text',
      fix: 'Write the URL of the object in quotes.',
    });
  return isUrl(value) ? { url: urlOf(value, at, key) } : { path: pathOf(value, at, key, base) };
}

function urlOf(value: string, at: At, key: string | number): string {
  const url = aText(value, at, key, MOST_URL_CHARS);
  if (NOT_IN_URL.test(url))
    return at.refuse(key, 'address_invalid', {
      seen: 'a URL with a space, a tab or an end of a line in it',
      expected: 'a URL without spaces',
      fix: 'Write %20 for a space.',
    });
  if (!PLAIN_URL.test(url) && !URL.canParse(url))
    return at.refuse(key, 'address_invalid', {
      seen: shownValue(url),
      expected: 'a URL such as https://account.example/container/key',
      fix: 'Correct the URL.',
    });
  return url;
}

function pathOf(value: string, at: At, key: string | number, base?: string): string {
  const path = aText(
    base === undefined ? value : `${base.replace(/\/+$/, '')}/${value}`,
    at,
    key,
    MOST_PATH_CHARS,
  );
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1 || path.slice(0, slash).includes(':'))
    return at.refuse(key, 'address_invalid', {
      seen: shownValue(path),
      expected: 'a URL that begins with https://, or a container and a key as container/key',
      fix: 'Write the whole URL, or say in which container the names of this file are.',
    });
  return path;
}

/**
 * Names of folders with one `/` between them, without one at the ends; undefined: the folder at the top.
 * @throws ItemError
 */
export function folderOf(value: JsonValue, at: At, key: string | number): string | undefined {
  const names = aText(value, at, key, MOST_FOLDER_CHARS).split('/').filter(Boolean);
  if (names.some(name => name === '.' || name === '..'))
    at.refuse(key, 'value_invalid', {
      seen: shownValue(value),
      expected: 'names of folders with / between them',
      fix: 'Leave out . and .. from the path.',
    });
  return names.length > 0 ? names.join('/') : undefined;
}
