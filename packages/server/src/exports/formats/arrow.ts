import {
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
import { Numbers, Texts, Times, Wholes } from '../../catalogue/vectors.ts';
import { COLUMN_NAMES, COLUMNS, type Table } from '../columns.ts';
import type { WriteExport } from '../format.ts';

const TYPES = new Map<unknown, DataType>([
  [Texts, new Utf8()],
  [Wholes, new Int64()],
  [Numbers, new Float64()],
  [Times, new TimestampMillisecond('UTC')],
]);
const FIELDS = COLUMN_NAMES.map(name => new Field(name, TYPES.get(COLUMNS[name])!, true));
const SCHEMA = new Schema(FIELDS);

/** A stream of record batches with the columns of tables: https://arrow.apache.org/docs/format/IPC.html */
export const writeArrow: WriteExport = async function* ({ tables }) {
  const writer = new PieceWriter();
  writer.reset(undefined, SCHEMA);
  for await (const table of tables()) {
    writer.write(batchOf(table));
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

/** The columns as they are, without a copy. */
function batchOf({ length, columns }: Table): RecordBatch {
  const children = FIELDS.map(({ type }, index) => {
    const values = columns[COLUMN_NAMES[index]!];
    const shared = { length, nullBitmap: values.valid };
    return values instanceof Texts
      ? makeData({ type: type as Utf8, ...shared, valueOffsets: values.offsets, data: values.bytes })
      : makeData({ type: type as Int64, ...shared, data: values.values as BigInt64Array });
  });
  const struct = makeData({ type: new Struct(FIELDS), length, nullCount: 0, children });
  return new RecordBatch(SCHEMA, struct);
}
