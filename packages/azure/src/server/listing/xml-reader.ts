import {
  type ColumnData,
  ColumnWriter,
  type ListPage,
  ObjectColumns,
  ObjectList,
  TextCollector,
  Words,
  XmlScanner,
} from '@mooring/storage/objects';
import { archiveStateOf } from '../storage-object.ts';
import { MOST_ENTRIES } from './most-entries.ts';
import { createBlobReader, readName, readText } from './xml-blob.ts';

const ENUMERATION = Buffer.from('EnumerationResults');
const BLOBS = Buffer.from('Blobs');
const NEXT_MARKER = Buffer.from('NextMarker');
const BLOB = Buffer.from('Blob');
const BLOB_PREFIX = Buffer.from('BlobPrefix');
const NAME = Buffer.from('Name');

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
  const readBlob = createBlobReader(xml, body, words);
  const rows = new ColumnWriter();
  const prefixes: string[] = [];
  let cursor: string | null = null;
  let blobLists = 0;
  let markers = 0;

  const onBlob = (): void => {
    const row = readBlob();
    if (!row.isCurrent) return;
    // Its texts move from the answer to the texts of the page.
    const keyStart = texts.length;
    const keyEnd = texts.add(row.keyText, body, row.keyStart, row.keyEnd);
    row.etagEnd = texts.add(row.etagText, body, row.etagStart, row.etagEnd);
    row.keyStart = keyStart;
    row.keyEnd = keyEnd;
    row.etagStart = keyEnd;
    row.archiveState = archiveStateOf(words.at(row.tier));
    rows.add(row);
    requireFew();
  };

  const requireFew = (): void => {
    if (rows.length + prefixes.length > MOST_ENTRIES)
      throw xml.unreadable(`it has more than ${MOST_ENTRIES} entries`);
  };

  let prefix = '';
  const onPrefixPart = (): void => {
    if (xml.isNamed(NAME)) prefix = readName(xml);
    else xml.skip();
  };

  const onEntry = (): void => {
    if (xml.isNamed(BLOB)) onBlob();
    else if (xml.isNamed(BLOB_PREFIX)) {
      prefix = '';
      xml.children(onPrefixPart);
      if (prefix === '') throw xml.unreadable('a prefix has no name');
      prefixes.push(prefix);
      requireFew();
    } else xml.skip();
  };

  const onPagePart = (): void => {
    if (xml.isNamed(BLOBS)) {
      blobLists += 1;
      xml.children(onEntry);
    } else if (xml.isNamed(NEXT_MARKER)) {
      markers += 1;
      cursor = readText(xml) || null;
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
