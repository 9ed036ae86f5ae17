import type { AzureError } from '../front/errors.ts';
import type { ListRequest } from './list-page.ts';

/**
 * https://learn.microsoft.com/rest/api/storageservices/list-blobs
 * @param most how many a page holds at most
 */
export function readListQuery(
  query: URLSearchParams,
  format: 'xml' | 'arrow',
  most: number,
): ListRequest | AzureError {
  const maxResults = Number(query.get('maxresults') ?? most);
  if (!Number.isInteger(maxResults) || maxResults < 1) return outOfRange('maxresults', query);
  const marker = query.get('marker') || null;
  const from = marker === null ? null : keyOfMarker(marker);
  if (marker !== null && from === null) return outOfRange('marker', query);
  const endBefore = query.get('endBefore') || null;
  if (endBefore !== null && format === 'xml') return unsupportedEnd;
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    from,
    startFrom: query.get('startFrom') || null,
    endBefore,
    maxResults: Math.min(maxResults, most),
  };
}

/** Markers look like Azure's; clients must not read them. */
export const markerOf = (key: string): string => {
  const encoded = Buffer.from(key).toString('base64');
  return `2!${encoded.length}!${encoded}`;
};

function keyOfMarker(marker: string): string | null {
  const [, length, encoded = ''] = /^2!(\d+)!([A-Za-z0-9+/=]*)$/.exec(marker) ?? [];
  return Number(length) === encoded.length ? Buffer.from(encoded, 'base64').toString() : null;
}

const outOfRange = (name: string, query: URLSearchParams): AzureError => ({
  status: 400,
  code: 'OutOfRangeQueryParameterValue',
  message: 'One of the query parameters specified in the request URI is outside the permissible range.',
  details: { QueryParameterName: name, QueryParameterValue: query.get(name) ?? '' },
});

const unsupportedEnd: AzureError = {
  status: 400,
  code: 'UnsupportedQueryParameter',
  message: 'One of the query parameters specified in the request URI is not supported.',
  details: { QueryParameterName: 'endBefore' },
};
