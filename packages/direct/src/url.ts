import { isSecretParameter, rawParametersOf } from './signed-url.ts';

/** An object as the catalogue names it: the origin is its container, the rest of its URL the key. */
export interface Place {
  container: string;
  key: string;
}

/** Longer URLs are not taken; see the limits of those who write lists of them. */
const LONGEST_URL = 16_384;
/** As of every storage. */
const LONGEST_KEY = 1024;

export type UrlReading = { ok: true; place: Place } | { ok: false; message: string; fix: string };

/**
 * Where a URL leads, without what opens it: a signature, a token, a fragment. Two URLs of one object with different
 * signatures have the same place. Pure.
 */
export function readUrl(text: string): UrlReading {
  const url = text.trim();
  if (url.length > LONGEST_URL)
    return wrong(`The URL has ${url.length} characters; at most 16,384 are possible.`);
  const parts = /^(https?):\/\/([^/?#\s\\]+)(\/[^?#\s]*)?(\?[^#\s]*)?(#\S*)?$/i.exec(url);
  if (!parts || !URL.canParse(url)) return wrong('This is not a URL that begins with https:// or http://.');
  const { origin, username, password } = new URL(url);
  if (username !== '' || password !== '') return wrong('The URL holds a user name or a password.');
  const path = decoded((parts[3] ?? '/').slice(1));
  if (path === null) return wrong('The URL has a “%” that is not followed by two digits of a UTF-8 byte.');
  const key = path + namingQuery(url);
  if (parts[3]?.includes('\\'))
    return wrong('The path of the URL has a “\\”, which browsers read as “/”; it is written %5C.');
  if (path.split('/').some(part => part === '.' || part === '..'))
    return wrong('The path of the URL has a part that is “.” or “..”.');
  if (path === '' || path.endsWith('/')) return wrong('The URL names a folder or a host, not a file.');
  if (key.length > LONGEST_KEY)
    return wrong(`The path of the URL has ${key.length} characters; at most 1,024 are possible.`);
  if (key.includes('\0') || !key.isWellFormed())
    return wrong('The path of the URL holds a NUL or half a character.');
  return { ok: true, place: { container: origin, key } };
}

/** The URL that a place says by itself. Whoever has another one for it needs to keep that. */
export const urlOf = ({ container, key }: Place): string =>
  `${container}/${key.split('/').map(encodeURIComponent).join('/')}`;

/** The origin and the prefix of a connection, of an address such as `https://data.example.com/exports/`. */
export function readBase(
  text: string,
): { ok: true; container: string; prefix: string } | { ok: false; message: string } {
  const typed = text.trim();
  const address = /^[a-z][a-z0-9+.-]*:/i.test(typed) ? typed : `https://${typed}`;
  const parts = /^https?:\/\/[^/?#\s\\]+(\/[^?#\s\\]*)?([?#]\S*)?$/i.exec(address);
  if (typed === '' || !parts || !URL.canParse(address))
    return { ok: false, message: 'This is not the address of a web server.' };
  const { origin, username, password } = new URL(address);
  if (username !== '' || password !== '')
    return { ok: false, message: 'The address holds a user name or a password.' };
  const prefix = decoded((parts[1] ?? '/').slice(1));
  if (prefix === null) return { ok: false, message: 'The address has a “%” that encodes nothing.' };
  return { ok: true, container: origin, prefix };
}

/** The parameters that tell objects apart, as they stand in the URL. */
function namingQuery(url: string): string {
  const kept = [...rawParametersOf(url)].filter(([name]) => !isSecretParameter(decoded(name) ?? name));
  return kept.length === 0
    ? ''
    : `?${kept.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&')}`;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

const wrong = (message: string): UrlReading => ({
  ok: false,
  message,
  fix: 'Give the https:// URL of one file.',
});
