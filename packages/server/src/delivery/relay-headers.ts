import type { Asset } from '@mooring/contract';
import type { StoredHeaders } from '@mooring/storage/server';

/** Longest file name that is suggested, so that no client's limit for headers is met: up to 9 bytes each. */
const MOST_NAME_CHARS = 200;

/**
 * What an object says of itself may be anything, and it is served from Mooring's own origin: it must do nothing. No
 * page can run it as a script.
 */
export function relayHeaders(
  object: Pick<Asset, 'name' | 'contentType'>,
  { etag, contentEncoding, contentLanguage }: { etag: string } & StoredHeaders,
  secondsLeft: number,
): Record<string, string> {
  const contentType = mediaType(object.contentType) ?? 'application/octet-stream';
  return {
    'content-type': contentType,
    ...(isTokens(contentEncoding) && { 'content-encoding': contentEncoding }),
    ...(isTokens(contentLanguage) && { 'content-language': contentLanguage }),
    'x-content-type-options': 'nosniff',
    // An HTML or SVG object opened in a tab gets an origin of its own and runs no scripts. Browsers refuse to show a
    // PDF in a sandbox, and a PDF cannot reach the origin it came from; pages show it in a frame.
    'content-security-policy': /^application\/pdf *(;|$)/i.test(contentType)
      ? 'frame-ancestors *'
      : "default-src 'none'; sandbox",
    'content-disposition': `inline; filename*=UTF-8''${encodeName(object.name)}`,
    'accept-ranges': 'bytes',
    etag: `"${etag}"`,
    'cache-control': `private, max-age=${Math.max(0, secondsLeft)}`,
    'referrer-policy': 'no-referrer',
  };
}

/**
 * A storage's answer can hold what an HTTP header here cannot. Of several types, parted by commas, browsers take the
 * last, which would not be the one that is looked at here: https://fetch.spec.whatwg.org/#content-type-header
 */
function mediaType(text: string | null): string | null {
  if (!text || !/^[\x20-\x7e]+$/.test(text) || text.includes(',')) return null;
  return SCRIPT.test(text) ? 'text/plain' : text;
}

/** Every type that browsers run has one of these names in it: https://mimesniff.spec.whatwg.org/#javascript-mime-type */
const SCRIPT = /(?:java|ecma|j|live)script/i;

/** A list of tokens, the only thing that these headers can be: https://www.rfc-editor.org/rfc/rfc9110#section-8.4 */
const isTokens = (text: string | null): text is string =>
  text !== null && /^[\w!#$%&'*+.^`|~-]{1,64}( *, *[\w!#$%&'*+.^`|~-]{1,64}){0,9}$/.test(text);

/** As RFC 8187 has it: encodeURIComponent, and the few it leaves that are not allowed. */
function encodeName(name: string): string {
  const short = [...name.toWellFormed()].slice(0, MOST_NAME_CHARS).join('');
  return encodeURIComponent(short).replace(
    /['()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
