import type { ListPage, StorageObject } from '../../provider.ts';
import { unquote } from '../storage-object.ts';
import { readHttpDate } from './http-date.ts';
import { XmlScanner } from './xml-scanner.ts';

const ENUMERATION = Buffer.from('EnumerationResults');
const BLOBS = Buffer.from('Blobs');
const NEXT_MARKER = Buffer.from('NextMarker');
const BLOB = Buffer.from('Blob');
const BLOB_PREFIX = Buffer.from('BlobPrefix');
const NAME = Buffer.from('Name');
const PROPERTIES = Buffer.from('Properties');
const METADATA = Buffer.from('Metadata');
const DELETED = Buffer.from('Deleted');
const SNAPSHOT = Buffer.from('Snapshot');
const IS_CURRENT_VERSION = Buffer.from('IsCurrentVersion');
const LAST_MODIFIED = Buffer.from('Last-Modified');
const ETAG = Buffer.from('Etag');
const CONTENT_LENGTH = Buffer.from('Content-Length');
const CONTENT_TYPE = Buffer.from('Content-Type');
const ACCESS_TIER = Buffer.from('AccessTier');

/**
 * Reads a page of List Blobs in XML: only what a StorageObject says, in one pass over the bytes. Snapshots, former
 * versions and deleted blobs are left out.
 * https://learn.microsoft.com/rest/api/storageservices/list-blobs#response-body
 *
 * @throws ProviderError `unexpected` where the body is not a whole, well-formed page: nothing of it is taken.
 */
export function readXmlPage(body: Buffer): ListPage {
  const xml = new XmlScanner(body);
  const objects: StorageObject[] = [];
  const prefixes: string[] = [];
  let cursor: string | null = null;
  let blobLists = 0;
  let markers = 0;

  // Of the blob that is being read.
  let key: string | null = null;
  let etag = '';
  let modifiedAt = Number.NaN;
  let sizeBytes = 0;
  let contentType: string | null = null;
  let tier: string | null = null;
  let isDirectory = false;
  let isCurrent = true;
  const types = createRepeated(body, xml);
  const tiers = createRepeated(body, xml);

  const readName = (): string => {
    const attributes = xml.attributes();
    const isEncoded = attributes !== '' && /\sEncoded\s*=\s*["']true["']/.test(attributes);
    xml.readText();
    const text = xml.text();
    if (!isEncoded) return text;
    try {
      return decodeURIComponent(text);
    } catch {
      throw xml.unreadable('an encoded name is not percent-encoded');
    }
  };

  const readText = (): string => {
    xml.readText();
    return xml.text();
  };

  const readEtag = (): string => {
    const text = readText();
    return text.startsWith('"') ? unquote(text) : text;
  };

  const readSize = (): number => {
    xml.readText();
    if (xml.textEnd === xml.textStart || xml.textEnd - xml.textStart > 15)
      throw xml.unreadable('a length is not a number');
    let size = 0;
    for (let at = xml.textStart; at < xml.textEnd; at++) {
      const digit = body[at]! - 0x30;
      if (digit < 0 || digit > 9) throw xml.unreadable('a length is not a number');
      size = size * 10 + digit;
    }
    return size;
  };

  const onProperty = (): void => {
    if (xml.isNamed(LAST_MODIFIED)) {
      xml.readText();
      modifiedAt = readHttpDate(body, xml.textStart, xml.textEnd);
    } else if (xml.isNamed(ETAG)) etag = readEtag();
    else if (xml.isNamed(CONTENT_LENGTH)) sizeBytes = readSize();
    else if (xml.isNamed(CONTENT_TYPE)) contentType = types.read() || null;
    else if (xml.isNamed(ACCESS_TIER)) tier = tiers.read();
    else xml.skip();
  };

  const onMetadata = (): void => {
    // Names of metadata have no fixed case.
    if (xml.name().toLowerCase() === 'hdi_isfolder') isDirectory = readText() === 'true';
    else xml.skip();
  };

  const onBlobPart = (): void => {
    if (xml.isNamed(NAME)) key = readName();
    else if (xml.isNamed(PROPERTIES)) xml.children(onProperty);
    else if (xml.isNamed(METADATA)) xml.children(onMetadata);
    else if (xml.isNamed(DELETED)) isCurrent = readText() !== 'true' && isCurrent;
    else if (xml.isNamed(SNAPSHOT)) isCurrent = readText() === '' && isCurrent;
    else if (xml.isNamed(IS_CURRENT_VERSION)) isCurrent = readText() !== 'false' && isCurrent;
    else xml.skip();
  };

  const readBlob = (): void => {
    key = null;
    etag = '';
    modifiedAt = Number.NaN;
    sizeBytes = 0;
    contentType = null;
    tier = null;
    isDirectory = false;
    isCurrent = true;
    xml.children(onBlobPart);
    const name: string | null = key;
    if (!name) throw xml.unreadable('a blob has no name');
    if (etag === '') throw xml.unreadable('a blob has no ETag');
    if (Number.isNaN(modifiedAt)) throw xml.unreadable('a blob has no date of its last change');
    if (!isCurrent) return;
    objects.push({
      key: name,
      etag,
      sizeBytes,
      contentType,
      tier,
      archived: tier === 'Archive',
      lastModified: new Date(modifiedAt),
      placeholder: sizeBytes === 0 && (isDirectory || (name as string).endsWith('/')),
    });
  };

  const onPrefixPart = (): void => {
    if (xml.isNamed(NAME)) key = readName();
    else xml.skip();
  };

  const onEntry = (): void => {
    if (xml.isNamed(BLOB)) readBlob();
    else if (xml.isNamed(BLOB_PREFIX)) {
      key = null;
      xml.children(onPrefixPart);
      if (!key) throw xml.unreadable('a prefix has no name');
      prefixes.push(key);
    } else xml.skip();
  };

  const onPagePart = (): void => {
    if (xml.isNamed(BLOBS)) {
      blobLists += 1;
      xml.children(onEntry);
    } else if (xml.isNamed(NEXT_MARKER)) {
      markers += 1;
      cursor = readText() || null;
    } else xml.skip();
  };

  xml.document(() => {
    if (!xml.isNamed(ENUMERATION)) throw xml.unreadable('it is not a listing of blobs');
    xml.children(onPagePart);
  });
  if (blobLists !== 1 || markers !== 1)
    throw xml.unreadable(`it has ${blobLists} lists of blobs and ${markers} markers, not one of each`);
  return { objects, prefixes, cursor };
}

/** Reads texts of which one is mostly that before it, and makes no new string where it is. */
function createRepeated(body: Buffer, xml: XmlScanner) {
  let start = 0;
  let end = 0;
  let last = '';
  const isSame = (): boolean => {
    if (xml.textEnd - xml.textStart !== end - start) return false;
    for (let at = start, to = xml.textStart; at < end; at++, to++) if (body[at] !== body[to]) return false;
    return true;
  };
  return {
    read(): string {
      xml.readText();
      if (isSame()) return last;
      last = xml.text();
      start = xml.textStart;
      end = xml.textEnd;
      return last;
    },
  };
}
