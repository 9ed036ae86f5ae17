// The address itself is the permission, and no cookie or header adds to it. So any page may read the answer, as from
// a signed URL of the storage: `*`, without credentials.

/** Headers of an answer whose address is the permission. */
export const ANY_ORIGIN = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'Accept-Ranges, Content-Length, Content-Range, ETag, Retry-After, X-Request-Id',
  'cross-origin-resource-policy': 'cross-origin',
};

/** The answer to a browser that asks before it sends a request to such an address. */
export const PREFLIGHT = {
  ...ANY_ORIGIN,
  'access-control-allow-methods': 'GET, HEAD',
  'access-control-allow-headers': 'Range, If-Range, If-None-Match',
  'access-control-max-age': '86400',
};
