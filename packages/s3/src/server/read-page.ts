import {
  type ColumnData,
  ColumnWriter,
  emptyRow,
  type ListPage,
  NO_WORD,
  ObjectColumns,
  ObjectList,
  readDigits,
  TextCollector,
  unreadable,
  Words,
  XmlScanner,
} from '@mooring/storage/objects';
import { archiveStateOf } from './storage-object.ts';

/** Of one page. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const MOST_ENTRIES = 1000;

const NAMES = Object.fromEntries(
  [
    'ListBucketResult',
    'Contents',
    'CommonPrefixes',
    'Prefix',
    'IsTruncated',
    'NextContinuationToken',
    'Key',
    'LastModified',
    'ETag',
    'Size',
    'StorageClass',
    'RestoreStatus',
    'IsRestoreInProgress',
    'RestoreExpiryDate',
  ].map(name => [name, Buffer.from(name)]),
) as Record<string, Buffer>;
const isNamed = (xml: XmlScanner, name: string): boolean => xml.isNamed(NAMES[name]!);

const ENCODED = Buffer.from('<EncodingType>url</EncodingType>');
const QUOTE = Buffer.from('&quot;');

/**
 * Reads a page of ListObjectsV2: only what a StorageObject says, in one pass over the bytes.
 * @throws ProviderError `unexpected` where the body is not a whole, well-formed page: nothing of it is taken
 */
export function readPage(body: Buffer): ListPage {
  const xml = new XmlScanner(body);
  // Some servers write it last. In a key, `<` is written as an entity.
  const isEncoded = body.includes(ENCODED);
  const texts = new TextCollector();
  const words = new Words();
  const tiers = words.reader();
  const rows = new ColumnWriter(MOST_ENTRIES);
  const row = emptyRow();
  const prefixes: string[] = [];
  const seen = { truncated: null as boolean | null, token: null as string | null };
  let hasKey = false;
  let restore = { isOngoing: false, expires: false };

  const readText = (): string => {
    xml.readText();
    return xml.text();
  };
  const readName = (): string => (isEncoded ? decodeForm(readText()) : readText());

  /** Most keys are their bytes. */
  const readKey = (): void => {
    xml.readText();
    row.keyStart = texts.length;
    const isBytes = xml.isPlain && !(isEncoded && hasEscapes(body, xml.textStart, xml.textEnd));
    const text = isBytes ? null : isEncoded ? decodeForm(xml.text()) : xml.text();
    row.keyEnd = texts.add(text, body, xml.textStart, xml.textEnd);
    hasKey = row.keyEnd > row.keyStart;
  };

  const readEtag = (): void => {
    xml.readText();
    const [start, end] = [xml.textStart + QUOTE.length, xml.textEnd - QUOTE.length];
    row.etagStart = texts.length;
    const isUsual = start < end && startsWith(body, QUOTE, xml.textStart) && startsWith(body, QUOTE, end);
    row.etagEnd =
      isUsual && isHexAndDashes(body, start, end)
        ? texts.add(null, body, start, end)
        : texts.add(xml.text().replace(/^"(.*)"$/, '$1'), body, 0, 0);
  };

  const onRestore = (): void => {
    if (isNamed(xml, 'IsRestoreInProgress')) restore.isOngoing = readText() === 'true';
    else if (isNamed(xml, 'RestoreExpiryDate')) restore.expires = readText() !== '';
    else xml.skip();
  };

  const onObjectPart = (): void => {
    if (isNamed(xml, 'Key')) readKey();
    else if (isNamed(xml, 'LastModified')) {
      xml.readText();
      row.modifiedAt = readIsoDate(body, xml.textStart, xml.textEnd);
    } else if (isNamed(xml, 'ETag')) readEtag();
    else if (isNamed(xml, 'Size')) {
      xml.readText();
      row.sizeBytes = readDigits(body, xml.textStart, xml.textEnd);
    } else if (isNamed(xml, 'StorageClass')) {
      xml.readText();
      row.tier = tiers.read(body, xml.textStart, xml.textEnd);
    } else if (isNamed(xml, 'RestoreStatus')) xml.children(onRestore);
    else xml.skip();
  };

  const onObject = (): void => {
    Object.assign(row, UNREAD);
    hasKey = false;
    restore = { isOngoing: false, expires: false };
    xml.children(onObjectPart);
    if (!hasKey) throw xml.unreadable('an object has no key');
    if (row.sizeBytes < 0) throw xml.unreadable('an object has no size');
    if (row.etagEnd <= row.etagStart) throw xml.unreadable('an object has no ETag');
    if (Number.isNaN(row.modifiedAt)) throw xml.unreadable('an object has no date of its last change');
    row.archiveState = archiveStateOf(words.at(row.tier), restore.expires && !restore.isOngoing);
    rows.add(row);
  };

  let prefix = '';
  const onPrefixPart = (): void => {
    if (isNamed(xml, 'Prefix')) prefix = readName();
    else xml.skip();
  };

  xml.document(() => {
    if (!isNamed(xml, 'ListBucketResult')) throw xml.unreadable('it is not a listing of a bucket');
    xml.children(() => {
      if (isNamed(xml, 'Contents')) onObject();
      else if (isNamed(xml, 'CommonPrefixes')) {
        prefix = '';
        xml.children(onPrefixPart);
        if (prefix === '') throw xml.unreadable('a prefix has no name');
        prefixes.push(prefix);
      } else if (isNamed(xml, 'IsTruncated')) seen.truncated = readText() === 'true';
      else if (isNamed(xml, 'NextContinuationToken')) seen.token = readText() || null;
      else xml.skip();
      if (rows.length + prefixes.length > MOST_ENTRIES)
        throw xml.unreadable(`it has more than ${MOST_ENTRIES} entries`);
    });
  });
  if (seen.truncated === null) throw unreadable('it does not say whether it goes on');
  if (seen.truncated && seen.token === null) throw unreadable('it goes on, but does not say from where');
  const columns: ColumnData = rows.take(texts.copy(), words.all);
  return {
    objects: ObjectList.of(new ObjectColumns(columns)),
    prefixes,
    cursor: seen.truncated ? seen.token : null,
  };
}

const UNREAD = { tier: NO_WORD, sizeBytes: -1, modifiedAt: Number.NaN, etagStart: 0, etagEnd: 0 };

const PERCENT = 0x25;
const PLUS = 0x2b;
function hasEscapes(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === PERCENT || bytes[at] === PLUS) return true;
  return false;
}

/** A name as forms encode it: a space is `+`. */
function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw unreadable('an encoded key is not percent-encoded', cause);
  }
}

function startsWith(bytes: Buffer, word: Buffer, at: number): boolean {
  for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word[index]) return false;
  return true;
}

/** As ETags mostly are: then their bytes need no decoding. */
function isHexAndDashes(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    const isUsual = (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66) || byte === 0x2d;
    if (!isUsual) return false;
  }
  return true;
}

/**
 * A date such as `2026-11-30T17:27:12.000Z`, in whole seconds: answers to HEAD say no more.
 * @returns milliseconds since 1970; NaN where it is none
 */
function readIsoDate(bytes: Buffer, start: number, end: number): number {
  const number = (from: number, digits: number): number => {
    const value = readDigits(bytes, start + from, start + from + digits);
    return value < 0 ? Number.NaN : value;
  };
  if (end - start < 20 || bytes[start + 10] !== 0x54 || bytes[end - 1] !== 0x5a) return Number.NaN;
  return Date.UTC(number(0, 4), number(5, 2) - 1, number(8, 2), number(11, 2), number(14, 2), number(17, 2));
}
