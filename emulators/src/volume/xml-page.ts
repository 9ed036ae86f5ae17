import { escapeXml } from '../front/errors.ts';
import type { EntryPage, ListRequest } from './list-page.ts';
import { markerOf } from './list-query.ts';
import type { VolumeObject } from './object-sequence.ts';

/** Characters that XML 1.0 cannot hold, or that a parser would turn into others. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones
const NOT_XML = /[\0-\x08\x0b\x0c\r\x0e-\x1f\ufffe\uffff]/;

interface Place {
  endpoint: string;
  container: string;
  metadata: boolean;
  byteOrderMark: boolean;
}

/** A page as Azure writes it. */
export function xmlPage({ entries, next }: EntryPage, request: ListRequest, place: Place): Buffer[] {
  const text = entries.map(entry =>
    'commonPrefix' in entry
      ? `<BlobPrefix><Name${encoded(entry.commonPrefix)}</Name></BlobPrefix>`
      : blobElement(entry, place.metadata),
  );
  return around([Buffer.from(text.join(''))], next, request, place);
}

/** A page of entries that are written already. */
export function around(entries: Buffer[], next: string | null, request: ListRequest, place: Place): Buffer[] {
  let head = `${place.byteOrderMark ? '\uFEFF' : ''}<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="${place.endpoint}/" ContainerName="${place.container}">`;
  if (request.prefix) head += `<Prefix${encoded(request.prefix)}</Prefix>`;
  if (request.from !== null) head += `<Marker>${markerOf(request.from)}</Marker>`;
  head += `<MaxResults>${request.maxResults}</MaxResults>`;
  if (request.delimiter) head += `<Delimiter>${escapeXml(request.delimiter)}</Delimiter>`;
  const marker = next === null ? '<NextMarker />' : `<NextMarker>${markerOf(next)}</NextMarker>`;
  return [Buffer.from(`${head}<Blobs>`), ...entries, Buffer.from(`</Blobs>${marker}</EnumerationResults>`)];
}

export function blobElement(object: VolumeObject, metadata: boolean): string {
  const modified = new Date(object.modifiedAt).toUTCString();
  const kept = metadata
    ? object.directory
      ? '<Metadata><hdi_isfolder>true</hdi_isfolder></Metadata>'
      : '<Metadata />'
    : '';
  const inferred = object.tier === 'Hot' ? '<AccessTierInferred>true</AccessTierInferred>' : '';
  return `<Blob><Name${encoded(object.key)}</Name><Properties><Creation-Time>${modified}</Creation-Time><Last-Modified>${modified}</Last-Modified><Etag>${object.etag}</Etag><Content-Length>${object.sizeBytes}</Content-Length><Content-Type>${escapeXml(object.contentType)}</Content-Type><Content-Encoding /><Content-Language /><Content-CRC64 /><Content-MD5>${object.contentMd5}</Content-MD5><Cache-Control /><Content-Disposition /><BlobType>BlockBlob</BlobType><AccessTier>${object.tier}</AccessTier>${inferred}<LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState><ServerEncrypted>true</ServerEncrypted></Properties>${kept}<OrMetadata /></Blob>`;
}

/** The rest of a start tag, and the text. */
const encoded = (name: string): string =>
  NOT_XML.test(name) ? ` Encoded="true">${encodeURIComponent(name)}` : `>${escapeXml(name)}`;
