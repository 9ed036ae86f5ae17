import {
  Bool,
  type Data,
  Field,
  Map_,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampSecond,
  Uint64,
  Utf8,
} from 'apache-arrow';
import type { EntryPage } from './list-page.ts';
import { markerOf } from './list-query.ts';
import type { VolumeObject } from './object-sequence.ts';

type Row = VolumeObject | null;

const NEXT_MARKER = 'NextMarker';

/**
 * A page as an Arrow IPC stream of one record batch. Of a common prefix only `Name` and `ResourceType` are set;
 * the marker travels in the schema's metadata. Columns as the official SDK reads them.
 */
export function arrowPage({ entries, next }: EntryPage, metadata: boolean): Uint8Array {
  const rows: Row[] = entries.map(entry => ('commonPrefix' in entry ? null : entry));
  const ofObjects = (read: (object: VolumeObject) => string | null) =>
    rows.map(object => (object === null ? null : read(object)));
  const columns: Record<string, Data> = {
    Name: textColumn(entries.map(entry => ('commonPrefix' in entry ? entry.commonPrefix : entry.key))),
    ResourceType: textColumn(rows.map(object => (object === null ? 'blobprefix' : 'blob'))),
    'Creation-Time': timeColumn(rows),
    'Last-Modified': timeColumn(rows),
    Etag: textColumn(ofObjects(({ etag }) => etag)),
    'Content-Length': lengthColumn(rows),
    'Content-Type': textColumn(ofObjects(({ contentType }) => contentType)),
    'Content-MD5': textColumn(ofObjects(({ contentMd5 }) => contentMd5)),
    BlobType: textColumn(ofObjects(() => 'BlockBlob')),
    AccessTier: textColumn(ofObjects(({ tier }) => tier)),
    AccessTierInferred: inferredColumn(rows),
    LeaseStatus: textColumn(ofObjects(() => 'unlocked')),
    LeaseState: textColumn(ofObjects(() => 'available')),
    ...(metadata && { Metadata: metadataColumn(rows) }),
  };
  const fields = Object.entries(columns).map(([name, { type }]) => new Field(name, type, true));
  const schema = new Schema(fields, new Map(next === null ? [] : [[NEXT_MARKER, markerOf(next)]]));
  const children = Object.values(columns);
  const batch = new RecordBatch(
    schema,
    makeData({ type: new Struct(fields), length: rows.length, nullCount: 0, children }),
  );
  const writer = new RecordBatchStreamWriter();
  writer.write(batch);
  writer.finish();
  return writer.toUint8Array(true);
}

function textColumn(values: readonly (string | null)[]): Data {
  const valueOffsets = new Int32Array(values.length + 1);
  const whole = values.map(value => value ?? '').join('');
  const bytes = Buffer.from(whole);
  const isAscii = bytes.length === whole.length;
  let end = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? '';
    end += isAscii ? value.length : Buffer.byteLength(value);
    valueOffsets[index + 1] = end;
  }
  return makeData({
    type: new Utf8(),
    length: values.length,
    valueOffsets,
    data: bytes,
    ...validity(values),
  });
}

const lengthColumn = (rows: readonly Row[]): Data =>
  makeData({
    type: new Uint64(),
    length: rows.length,
    data: new BigUint64Array(wideNumbers(rows, object => object.sizeBytes)),
    ...validity(rows),
  });

const timeColumn = (rows: readonly Row[]): Data =>
  makeData({
    type: new TimestampSecond('UTC'),
    length: rows.length,
    data: new BigInt64Array(wideNumbers(rows, object => object.modifiedAt / 1000)),
    ...validity(rows),
  });

/** Numbers of 64 bits, written in halves, which is faster than through `bigint`. */
function wideNumbers(rows: readonly Row[], read: (object: VolumeObject) => number): ArrayBuffer {
  const halves = new Uint32Array(rows.length * 2);
  for (let index = 0; index < rows.length; index++) {
    const object = rows[index];
    if (!object) continue;
    const value = read(object);
    halves[index * 2] = value % 2 ** 32;
    halves[index * 2 + 1] = Math.floor(value / 2 ** 32);
  }
  return halves.buffer;
}

function inferredColumn(rows: readonly Row[]): Data {
  const hot = rows.map(object => (object?.tier === 'Hot' ? true : null));
  const { nullBitmap, nullCount } = validity(hot);
  // A copy: the writer takes one buffer that comes twice in a row for one.
  return makeData({ type: new Bool(), length: rows.length, data: nullBitmap.slice(), nullBitmap, nullCount });
}

function metadataColumn(rows: readonly Row[]): Data {
  const directories = rows.filter(object => object?.directory);
  const fields = [new Field('key', new Utf8(), false), new Field('value', new Utf8(), true)];
  const entries = new Struct<{ key: Utf8; value: Utf8 }>(fields as [Field<Utf8>, Field<Utf8>]);
  const valueOffsets = new Int32Array(rows.length + 1);
  rows.forEach((object, index) => {
    valueOffsets[index + 1] = valueOffsets[index]! + (object?.directory ? 1 : 0);
  });
  return makeData({
    type: new Map_(new Field('entries', entries, false)),
    length: rows.length,
    valueOffsets,
    child: makeData({
      type: entries,
      length: directories.length,
      nullCount: 0,
      children: [
        textColumn(directories.map(() => 'hdi_isfolder')),
        textColumn(directories.map(() => 'true')),
      ],
    }),
    ...validity(rows.map(object => (object?.directory ? object : null))),
  });
}

/** A bit for each value that is not null. */
function validity(values: readonly unknown[]): { nullBitmap: Uint8Array; nullCount: number } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8);
  let nullCount = 0;
  values.forEach((value, index) => {
    if (value === null) nullCount += 1;
    else nullBitmap[index >> 3]! |= 1 << (index & 7);
  });
  return { nullBitmap, nullCount };
}
