import { type Data, type MapRow, type RecordBatch, RecordBatchReader } from 'apache-arrow';
import { ProviderError } from '../../errors.ts';
import { ListedObject, noFacts, PageTexts } from '../../listed-object.ts';
import type { ListPage } from '../../provider.ts';
import { type Column, numberColumn, textBytes, timeColumn, wordColumn } from './arrow-columns.ts';
import { checkArrowLimits } from './arrow-limits.ts';
import { isQuoted } from './page-texts.ts';
import { unreadable } from './unreadable.ts';

/**
 * Reads a page of List Blobs as an Apache Arrow stream, column by column, and only the columns that a StorageObject
 * needs. Snapshots, former versions and deleted blobs are left out.
 *
 * @throws ProviderError `unexpected` where the body is not a whole stream with the columns that there must be:
 * nothing of it is taken. A body that is cut between two batches of rows looks whole; HTTP notices that.
 */
export function readArrowPage(body: Buffer): ListPage {
  try {
    checkArrowLimits(body);
    return readPage(body);
  } catch (error) {
    // Of what is damaged the library throws anything.
    throw error instanceof ProviderError ? error : unreadable('it is no whole Arrow stream', error);
  }
}

function readPage(body: Buffer): ListPage {
  const reader = RecordBatchReader.from(body).open();
  const { schema } = reader; // which the reader forgets at the end
  const page: ListPage = { objects: [], prefixes: [], cursor: schema.metadata.get('NextMarker') || null };
  let rows = 0;
  for (const batch of reader) {
    readRows(batch, page);
    rows += batch.numRows;
  }
  if (rows === 0 && !body.subarray(-8).equals(END_OF_STREAM)) throw unreadable('it has no rows and no end');
  return page;
}

/** https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format */
const END_OF_STREAM = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

function readRows(batch: RecordBatch, { objects, prefixes }: ListPage): void {
  const dataOf = (name: string): Data | undefined => batch.getChild(name)?.data[0];
  const optional = <T>(name: string, read: (name: string, data: Data) => Column<T>): Column<T> => {
    const data = dataOf(name);
    return data ? read(name, data) : () => null;
  };
  const required = <T>(name: string, read: (name: string, data: Data) => T): T => {
    const data = dataOf(name);
    if (!data) throw unreadable(`there is no column ${name}`);
    return read(name, data);
  };
  const names = required('Name', textBytes);
  const etags = required('Etag', textBytes);
  const times = required('Last-Modified', timeColumn);
  const sizes = required('Content-Length', numberColumn);
  const kinds = optional('ResourceType', wordColumn);
  const contentTypes = optional('Content-Type', wordColumn);
  const tiers = optional('AccessTier', wordColumn);
  const isCurrent = currentRows(batch);
  const isDirectory = directoryRows(batch);
  // A copy: the memory of the answer is used again for the next one.
  const texts = new PageTexts();
  texts.fill(Buffer.concat([names.bytes, etags.bytes]));
  const facts = noFacts();

  for (let row = 0; row < batch.numRows; row++) {
    facts.keyStart = names.starts[row]!;
    facts.keyEnd = names.ends[row]!;
    if (facts.keyStart === facts.keyEnd) throw unreadable('a row has no name');
    const kind = kinds(row);
    if (kind !== 'blob' && kind?.toLowerCase() === 'blobprefix') {
      prefixes.push(texts.read(facts.keyStart, facts.keyEnd));
      continue;
    }
    const modifiedAt = times(row);
    const etagStart = etags.starts[row]!;
    const etagEnd = etags.ends[row]!;
    const quote = isQuoted(etags.bytes, etagStart, etagEnd) ? 1 : 0;
    if (etagEnd - quote <= etagStart + quote || modifiedAt === null)
      throw unreadable('a blob has no ETag or no date of its last change');
    if (!isCurrent(row)) continue;
    facts.etagStart = names.bytes.length + etagStart + quote;
    facts.etagEnd = names.bytes.length + etagEnd - quote;
    facts.modifiedAt = modifiedAt;
    facts.sizeBytes = sizes(row) ?? 0;
    facts.contentType = contentTypes(row) || null;
    facts.tier = tiers(row);
    facts.isDirectory = facts.sizeBytes === 0 && isDirectory(row);
    objects.push(new ListedObject(texts, facts));
  }
}

function currentRows(batch: RecordBatch): (row: number) => boolean {
  const [deleted, snapshots, current] = ['Deleted', 'Snapshot', 'IsCurrentVersion'].map(name =>
    batch.getChild(name),
  );
  if (!deleted && !snapshots && !current) return () => true;
  return row => !deleted?.get(row) && !snapshots?.get(row) && current?.get(row) !== false;
}

/** By the metadata, whose names have no fixed case. Asked only of empty blobs. */
function directoryRows(batch: RecordBatch): (row: number) => boolean {
  const metadata = batch.getChild('Metadata');
  return row => {
    const entries = metadata?.get(row) as MapRow | null | undefined;
    if (!entries) return false;
    return [...entries].some(
      ([name, value]) => String(name).toLowerCase() === 'hdi_isfolder' && value === 'true',
    );
  };
}
