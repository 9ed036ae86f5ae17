import {
  type Data,
  type DataType,
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow';
import { COLUMNS, type Column, type ColumnType } from '../columns.ts';
import type { ExportedAsset, WriteExport } from '../format.ts';

const TYPES: Record<ColumnType, () => DataType> = {
  text: () => new Utf8(),
  whole: () => new Int64(),
  number: () => new Float64(),
  time: () => new TimestampMillisecond('UTC'),
};
const FIELDS = COLUMNS.map(({ name, type }) => new Field(name, TYPES[type](), true));
const SCHEMA = new Schema(FIELDS);

/** A stream of record batches with the columns of tables: https://arrow.apache.org/docs/format/IPC.html */
export const writeArrow: WriteExport = async function* (read) {
  const writer = new PieceWriter();
  writer.reset(undefined, SCHEMA);
  for await (const assets of read()) {
    writer.write(batchOf(assets));
    yield* writer.take();
  }
  writer.finish();
  yield* writer.take();
};

/** Hands out what it has written, so that no more is held than one batch. */
class PieceWriter extends RecordBatchStreamWriter {
  #pieces: Uint8Array[] = [];

  protected override _write(chunk: Uint8Array): this {
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (bytes.byteLength > 0) this.#pieces.push(bytes);
    this._position += bytes.byteLength;
    return this;
  }

  take(): Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }
}

function batchOf(assets: readonly ExportedAsset[]): RecordBatch {
  const children = COLUMNS.map((column, index) => dataOf(column, FIELDS[index]!.type, assets));
  const struct = makeData({ type: new Struct(FIELDS), length: assets.length, nullCount: 0, children });
  return new RecordBatch(SCHEMA, struct);
}

/** The values of a column, written into its buffers. Builders of the library take several times as long. */
function dataOf(column: Column, type: DataType, assets: readonly ExportedAsset[]): Data {
  const length = assets.length;
  const nullBitmap = new Uint8Array(Math.ceil(length / 8));
  const values = assets.map(column.of);
  let nullCount = 0;
  for (let index = 0; index < length; index++) {
    if (values[index] === null) nullCount++;
    else nullBitmap[index >> 3]! |= 1 << (index & 7);
  }
  const shared = { length, nullCount, nullBitmap };
  if (column.type === 'text')
    return makeData({ type: type as Utf8, ...shared, ...textsOf(values as (string | null)[]) });
  if (column.type === 'number')
    return makeData({
      type: type as Float64,
      ...shared,
      data: Float64Array.from(values as number[], Number),
    });
  return makeData({
    type: type as Int64,
    ...shared,
    data: BigInt64Array.from(values, value => BigInt(Number(value))),
  });
}

function textsOf(texts: readonly (string | null)[]): { valueOffsets: Int32Array; data: Uint8Array } {
  const valueOffsets = new Int32Array(texts.length + 1);
  const data = Buffer.from(texts.map(text => text ?? '').join(''));
  let end = 0;
  for (const [index, text] of texts.entries()) {
    end += text === null ? 0 : Buffer.byteLength(text);
    valueOffsets[index + 1] = end;
  }
  return { valueOffsets, data };
}
