import { isQuoted, NO_WORD, TextCollector, unreadable, Words } from '@mooring/storage/objects';
import type { ListPage } from '@mooring/storage/server';
import { ColumnWriter, emptyRow, ObjectColumns, ObjectList, ProviderError } from '@mooring/storage/server';
import { type Data, type MapRow, type RecordBatch, RecordBatchReader } from 'apache-arrow';
import { archiveStateOf } from '../storage-object.ts';
import { numberColumn, textBytes, timeColumn, wordColumn } from './arrow-columns.ts';
import { checkArrowLimits } from './arrow-limits.ts';
import { MOST_ENTRIES } from './most-entries.ts';

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
  const objects: ObjectList[] = [];
  const prefixes: string[] = [];
  let rows = 0;
  for (const batch of reader) {
    rows += batch.numRows;
    if (rows > MOST_ENTRIES) throw unreadable(`it has more than ${MOST_ENTRIES} entries`);
    objects.push(ObjectList.of(readRows(batch, prefixes)));
  }
  if (rows === 0 && !body.subarray(-8).equals(END_OF_STREAM)) throw unreadable('it has no rows and no end');
  const cursor = schema.metadata.get('NextMarker') || null;
  return { objects: ObjectList.concat(objects), prefixes, cursor };
}

/** https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format */
const END_OF_STREAM = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

const MUCH_BYTES = 4 * 1024 * 1024;

function readRows(batch: RecordBatch, prefixes: string[]): ObjectColumns {
  const dataOf = (name: string): Data | undefined => batch.getChild(name)?.data[0];
  const required = <T>(name: string, read: (name: string, data: Data) => T): T => {
    const data = dataOf(name);
    if (!data) throw unreadable(`there is no column ${name}`);
    return read(name, data);
  };
  const names = required('Name', textBytes);
  const etags = required('Etag', textBytes);
  const times = required('Last-Modified', timeColumn);
  const sizes = required('Content-Length', numberColumn);
  const words = new Words();
  const wordsOf = (name: string): ((row: number) => number) => {
    const data = dataOf(name);
    return data ? wordColumn(name, data, words) : () => NO_WORD;
  };
  const kinds = wordsOf('ResourceType');
  const contentTypes = wordsOf('Content-Type');
  const tiers = wordsOf('AccessTier');
  const isCurrent = currentRows(batch);
  const isDirectory = directoryRows(batch);
  const rows = new ColumnWriter();
  // Copied in any case: the memory of the answer is used again for others. Where it is much, its long texts are cut.
  const isMuch = names.bytes.length + etags.bytes.length > MUCH_BYTES;
  const kept = new TextCollector();
  const object = emptyRow();

  for (let row = 0; row < batch.numRows; row++) {
    const keyStart = names.starts[row]!;
    const keyEnd = names.ends[row]!;
    if (keyStart === keyEnd) throw unreadable('a row has no name');
    const kind = words.at(kinds(row));
    if (kind !== 'blob' && kind?.toLowerCase() === 'blobprefix') {
      prefixes.push(names.bytes.toString('utf8', keyStart, keyEnd));
      continue;
    }
    const etagStart = etags.starts[row]!;
    const etagEnd = etags.ends[row]!;
    const quote = isQuoted(etags.bytes, etagStart, etagEnd) ? 1 : 0;
    const modifiedAt = times(row);
    if (etagEnd - quote <= etagStart + quote || modifiedAt === null)
      throw unreadable('a blob has no ETag or no date of its last change');
    if (!isCurrent(row)) continue;
    if (isMuch) {
      object.keyStart = kept.length;
      object.keyEnd = kept.add(null, names.bytes, keyStart, keyEnd);
      object.etagStart = object.keyEnd;
      object.etagEnd = kept.add(null, etags.bytes, etagStart + quote, etagEnd - quote);
    } else {
      object.keyStart = keyStart;
      object.keyEnd = keyEnd;
      object.etagStart = names.bytes.length + etagStart + quote;
      object.etagEnd = names.bytes.length + etagEnd - quote;
    }
    object.modifiedAt = modifiedAt;
    object.sizeBytes = sizes(row) ?? 0;
    object.type = contentTypes(row);
    object.tier = tiers(row);
    object.archiveState = archiveStateOf(words.at(object.tier));
    object.isDirectory = object.sizeBytes === 0 && isDirectory(row);
    rows.add(object);
  }
  const texts = isMuch ? kept.copy() : Buffer.concat([names.bytes, etags.bytes]);
  return new ObjectColumns(rows.take(texts, words.all));
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
