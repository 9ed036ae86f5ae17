import { ascii } from '../ascii.ts';
import type { Format } from '../format.ts';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { columnsFrom } from './columns.ts';
import { FlatTable } from './flatbuffer.ts';

const MARK = 'ARROW1';
const MOST_FOOTER_BYTES = 1 << 20;
/** Each may cost a request. Of more batches, all but the last are taken to be like the first. */
const MOST_BATCHES = 4;

/** The file form of Arrow IPC, which is also Feather 2. */
export const ARROW: Format = {
  id: 'arrow',
  mediaType: 'application/vnd.apache.arrow.file',
  kind: 'table',
  extensions: ['arrow', 'feather', 'ipc'],
  recognises: head => ascii(head, 0, 6) === MARK,
  async read(reader) {
    const size = reader.sizeBytes;
    const tail = await reader.view(Math.max(0, size - 10), Math.min(10, size));
    if (tail.byteLength < 10 || ascii(new Uint8Array(tail.buffer, tail.byteOffset + 4, 6)) !== MARK)
      throw malformed(`The file begins as Arrow does and does not end with ${MARK}. It may be cut.`);
    const length = tail.getInt32(0, true);
    if (length < 8 || length > MOST_FOOTER_BYTES || length > size - 18)
      throw malformed(`The footer of the Arrow file says that it has ${length} bytes.`);
    const footer = FlatTable.root(await reader.view(size - 10 - length, length));
    const names = footer
      .table(1)
      ?.tables(1)
      .map(field => field.text(0));
    return {
      facts: { columns: columnsFrom(names ?? null), ...(await countRows(reader, footer.structs(3, 24))) },
    };
  },
};

/** Feather 1 and the stream form are recognised, and say nothing in one place. */
export const FEATHER: Format = {
  id: 'feather',
  mediaType: 'application/x-feather',
  kind: 'table',
  extensions: ['feather'],
  recognises: head => ascii(head, 0, 4) === 'FEA1',
  read: async () => ({ facts: {} }),
};

async function countRows(
  reader: RangeReader,
  batches: readonly DataView[],
): Promise<{ rows: number; rowsExact: boolean }> {
  const rowsOf = (batch: DataView) =>
    rowsInBatch(reader, Number(batch.getBigInt64(0, true)), batch.getInt32(8, true));
  if (batches.length <= MOST_BATCHES) {
    const rows = await Promise.all(batches.map(rowsOf));
    return { rows: rows.reduce((sum, count) => sum + count, 0), rowsExact: true };
  }
  const [first, last] = await Promise.all([rowsOf(batches[0]!), rowsOf(batches.at(-1)!)]);
  return { rows: first * (batches.length - 1) + last, rowsExact: false };
}

async function rowsInBatch(reader: RangeReader, offset: number, length: number): Promise<number> {
  if (length < 16 || length > MOST_FOOTER_BYTES)
    throw malformed(`A batch of the Arrow file says that its header has ${length} bytes.`);
  const view = await reader.view(offset, length);
  // Files of before version 0.15 have no mark before the length.
  const at = view.getUint32(0, true) === 0xffffffff ? 8 : 4;
  const message = FlatTable.root(new DataView(view.buffer, view.byteOffset + at, view.byteLength - at));
  const rows = message.table(2)?.integer(0) ?? 0;
  if (rows < 0 || !Number.isSafeInteger(rows))
    throw malformed(`A batch of the Arrow file says that it has ${rows} rows.`);
  return rows;
}
