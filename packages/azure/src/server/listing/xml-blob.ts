import { readDigits, type Words, type XmlScanner } from '@mooring/storage/objects';
import { unquote } from '../storage-object.ts';
import { type BlobFields, clear, noFields } from './blob-pattern.ts';
import { readHttpDate } from './http-date.ts';
import { PatternReader } from './pattern-reader.ts';

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
 * Reads the blobs of a page, one after the other, into the same fields. Most blobs are written as one before them and
 * are recognised by that; the others are read element by element.
 * @returns reads the blob whose start tag was passed
 */
export function createBlobReader(xml: XmlScanner, body: Buffer, words: Words): () => BlobFields {
  const fields = noFields();
  let patterns: PatternReader | null = null;

  const readEtag = (): string => {
    const text = readText(xml);
    return text.startsWith('"') ? unquote(text) : text;
  };

  const readSize = (): number => {
    xml.readText();
    const size = readDigits(body, xml.textStart, xml.textEnd);
    if (size < 0) throw xml.unreadable('a length is not a number');
    return size;
  };

  const onProperty = (): void => {
    if (xml.isNamed(LAST_MODIFIED)) {
      xml.readText();
      fields.modifiedAt = readHttpDate(body, xml.textStart, xml.textEnd);
    } else if (xml.isNamed(ETAG)) fields.etagText = readEtag();
    else if (xml.isNamed(CONTENT_LENGTH)) fields.sizeBytes = readSize();
    else if (xml.isNamed(CONTENT_TYPE)) fields.type = words.placeOf(readText(xml));
    else if (xml.isNamed(ACCESS_TIER)) fields.tier = words.placeOf(readText(xml));
    else xml.skip();
  };

  const onMetadata = (): void => {
    // Names of metadata have no fixed case.
    if (xml.name().toLowerCase() === 'hdi_isfolder') fields.isDirectory = readText(xml) === 'true';
    else xml.skip();
  };

  const onPart = (): void => {
    if (xml.isNamed(NAME)) fields.keyText = readName(xml);
    else if (xml.isNamed(PROPERTIES)) xml.children(onProperty);
    else if (xml.isNamed(METADATA)) xml.children(onMetadata);
    else if (xml.isNamed(DELETED)) fields.isCurrent = readText(xml) !== 'true' && fields.isCurrent;
    else if (xml.isNamed(SNAPSHOT)) fields.isCurrent = readText(xml) === '' && fields.isCurrent;
    else if (xml.isNamed(IS_CURRENT_VERSION))
      fields.isCurrent = readText(xml) !== 'false' && fields.isCurrent;
    else xml.skip();
  };

  const readByElements = (): void => {
    clear(fields);
    xml.children(onPart);
    if (!fields.keyText) throw xml.unreadable('a blob has no name');
    if (!fields.etagText) throw xml.unreadable('a blob has no ETag');
    if (Number.isNaN(fields.modifiedAt)) throw xml.unreadable('a blob has no date of its last change');
  };

  return () => {
    const start = xml.position;
    patterns ??= new PatternReader(body, start, fields, words);
    const end = xml.isEmpty ? -1 : patterns.read(start);
    if (end >= 0) xml.passTo(end);
    else {
      readByElements();
      patterns.learn(start, xml.position);
    }
    return fields;
  };
}

export function readText(xml: XmlScanner): string {
  xml.readText();
  return xml.text();
}

/** The name of a blob or prefix. One that XML cannot hold is percent-encoded, and marked so. */
export function readName(xml: XmlScanner): string {
  const attributes = xml.attributes();
  const isEncoded = attributes !== '' && /\sEncoded\s*=\s*["']true["']/.test(attributes);
  const text = readText(xml);
  if (!isEncoded) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw xml.unreadable('an encoded name is not percent-encoded');
  }
}
