import {
  type ColumnData,
  ColumnWriter,
  type ListPage,
  ObjectColumns,
  ObjectList,
} from '@mooring/storage/server';
import { archiveStateOf, unquote } from '../storage-object.ts';
import { clear, noFields } from './blob-pattern.ts';
import { readHttpDate } from './http-date.ts';
import { TextCollector, Words } from './page-texts.ts';
import { PatternReader } from './pattern-reader.ts';
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

/** A page as it can be handed from thread to thread. */
export interface XmlPage {
  columns: ColumnData;
  prefixes: string[];
  cursor: string | null;
}

export const toListPage = ({ columns, ...page }: XmlPage): ListPage => ({
  ...page,
  objects: ObjectList.of(new ObjectColumns(columns)),
});

/** @throws ProviderError as `readXmlColumns` */
export const readXmlPage = (body: Buffer): ListPage => toListPage(readXmlColumns(body));

/**
 * Reads a page of List Blobs in XML: only what a StorageObject says, in one pass over the bytes. Snapshots, former
 * versions and deleted blobs are left out.
 * https://learn.microsoft.com/rest/api/storageservices/list-blobs#response-body
 *
 * @throws ProviderError `unexpected` where the body is not a whole, well-formed page: nothing of it is taken.
 */
export function readXmlColumns(body: Buffer): XmlPage {
  const xml = new XmlScanner(body);
  const texts = new TextCollector();
  const words = new Words();
  const rows = new ColumnWriter();
  const prefixes: string[] = [];
  let cursor: string | null = null;
  let blobLists = 0;
  let markers = 0;

  const fields = noFields();
  let patterns: PatternReader | null = null;

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
      fields.modifiedAt = readHttpDate(body, xml.textStart, xml.textEnd);
    } else if (xml.isNamed(ETAG)) fields.etagText = readEtag();
    else if (xml.isNamed(CONTENT_LENGTH)) fields.sizeBytes = readSize();
    else if (xml.isNamed(CONTENT_TYPE)) fields.type = words.placeOf(readText());
    else if (xml.isNamed(ACCESS_TIER)) fields.tier = words.placeOf(readText());
    else xml.skip();
  };

  const onMetadata = (): void => {
    // Names of metadata have no fixed case.
    if (xml.name().toLowerCase() === 'hdi_isfolder') fields.isDirectory = readText() === 'true';
    else xml.skip();
  };

  const onBlobPart = (): void => {
    if (xml.isNamed(NAME)) fields.keyText = readName();
    else if (xml.isNamed(PROPERTIES)) xml.children(onProperty);
    else if (xml.isNamed(METADATA)) xml.children(onMetadata);
    else if (xml.isNamed(DELETED)) fields.isCurrent = readText() !== 'true' && fields.isCurrent;
    else if (xml.isNamed(SNAPSHOT)) fields.isCurrent = readText() === '' && fields.isCurrent;
    else if (xml.isNamed(IS_CURRENT_VERSION)) fields.isCurrent = readText() !== 'false' && fields.isCurrent;
    else xml.skip();
  };

  const readByElements = (): void => {
    clear(fields);
    xml.children(onBlobPart);
    if (!fields.keyText) throw xml.unreadable('a blob has no name');
    if (!fields.etagText) throw xml.unreadable('a blob has no ETag');
    if (Number.isNaN(fields.modifiedAt)) throw xml.unreadable('a blob has no date of its last change');
  };

  /** Most blobs are written as one before them. */
  const readBlob = (): void => {
    const start = xml.position;
    patterns ??= new PatternReader(body, start, fields, words);
    const end = xml.isEmpty ? -1 : patterns.read(start);
    if (end >= 0) xml.passTo(end);
    else {
      readByElements();
      patterns.learn(start, xml.position);
    }
  };

  const onBlob = (): void => {
    readBlob();
    if (!fields.isCurrent) return;
    // From the answer to the texts of the page.
    const keyStart = texts.length;
    texts.add(fields.keyText, body, fields.keyStart, fields.keyEnd);
    const etagStart = texts.length;
    texts.add(fields.etagText, body, fields.etagStart, fields.etagEnd);
    fields.keyStart = keyStart;
    fields.keyEnd = etagStart;
    fields.etagStart = etagStart;
    fields.etagEnd = texts.length;
    fields.archiveState = archiveStateOf(words.at(fields.tier));
    rows.add(fields);
  };

  let prefix = '';
  const onPrefixPart = (): void => {
    if (xml.isNamed(NAME)) prefix = readName();
    else xml.skip();
  };

  const onEntry = (): void => {
    if (xml.isNamed(BLOB)) onBlob();
    else if (xml.isNamed(BLOB_PREFIX)) {
      prefix = '';
      xml.children(onPrefixPart);
      if (prefix === '') throw xml.unreadable('a prefix has no name');
      prefixes.push(prefix);
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
  return { columns: rows.take(texts.copy(), words.all), prefixes, cursor };
}
