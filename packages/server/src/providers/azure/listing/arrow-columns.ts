import { isAscii, isUtf8 } from 'node:buffer';
import { type Data, DataType, TimeUnit, type Vector } from 'apache-arrow';
import { unreadable } from './unreadable.ts';

/** Reads one column of one record batch by row; null where the value is. */
export type Column<T> = (row: number) => T | null;

/**
 * A column of texts, which may be dictionary-encoded. Read from the bytes, because the library's decoder loses the
 * byte order mark that a text begins with. A text that repeats the one before it is the same string.
 */
export function textColumn(name: string, data: Data): Column<string> {
  if (DataType.isDictionary(data.type)) {
    const values = (data.dictionary as Vector).data.map(chunk => textColumn(name, chunk));
    if (values.length !== 1)
      throw unreadable(`the dictionary of the column ${name} has ${values.length} parts`);
    const texts = Array.from({ length: (data.dictionary as Vector).length }, (_, row) => values[0]!(row));
    return row => (data.getValid(row) ? known(texts[Number(data.values[row])], name) : null);
  }
  if (!DataType.isUtf8(data.type) && !DataType.isLargeUtf8(data.type)) throw wrongType(name, data, 'text');

  const bytes = Buffer.from(data.values.buffer, data.values.byteOffset, data.values.byteLength);
  const encoding = isAscii(bytes) ? 'latin1' : 'utf8';
  if (!isUtf8(bytes)) throw unreadable(`the column ${name} is not UTF-8`);
  const offsets = checkedOffsets(name, data, bytes.length);
  const hasNulls = data.nullCount > 0;
  let [lastStart, lastEnd, last] = [0, 0, ''];
  const isLast = (start: number, end: number): boolean => {
    if (end - start !== lastEnd - lastStart) return false;
    // From the end, where texts that are almost the same differ.
    for (let at = end - 1, to = lastEnd - 1; at >= start; at--, to--)
      if (bytes[at] !== bytes[to]) return false;
    return true;
  };
  return row => {
    if (hasNulls && !data.getValid(row)) return null;
    const start = offsets[row]!;
    const end = offsets[row + 1]!;
    if (isLast(start, end)) return last;
    lastStart = start;
    lastEnd = end;
    last = bytes.toString(encoding, start, end);
    return last;
  };
}

/** A column of whole numbers of any width. */
export function numberColumn(name: string, data: Data): Column<number> {
  if (!DataType.isInt(data.type)) throw wrongType(name, data, 'whole numbers');
  const read = numbersOf(data);
  const hasNulls = data.nullCount > 0;
  return row => (hasNulls && !data.getValid(row) ? null : read(row));
}

/** A column of moments, as milliseconds since 1970. */
export function timeColumn(name: string, data: Data): Column<number> {
  if (!DataType.isTimestamp(data.type)) throw wrongType(name, data, 'moments');
  const toMilliseconds = MILLISECONDS_OF[data.type.unit as TimeUnit];
  const read = numbersOf(data);
  const hasNulls = data.nullCount > 0;
  return row => (hasNulls && !data.getValid(row) ? null : toMilliseconds(read(row)));
}

/** Nanoseconds since 1970 are beyond what a number holds exactly, hence the rounding. */
const MILLISECONDS_OF: Record<TimeUnit, (value: number) => number> = {
  [TimeUnit.SECOND]: value => value * 1000,
  [TimeUnit.MILLISECOND]: value => value,
  [TimeUnit.MICROSECOND]: value => Math.floor(value / 1e3),
  [TimeUnit.NANOSECOND]: value => Math.floor(Math.round(value / 1e3) / 1e3),
};

/** Numbers of 64 bits are read in halves, which is faster than through `bigint`. */
function numbersOf({ values }: Data): (row: number) => number {
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return row => values[row];
  const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  return row => halves[row * 2 + 1]! * 2 ** 32 + (halves[row * 2]! >>> 0);
}

/** @throws ProviderError where they do not ascend, or lead out of the bytes */
function checkedOffsets(name: string, { valueOffsets, length }: Data, size: number): Int32Array {
  const offsets = valueOffsets instanceof Int32Array ? valueOffsets : Int32Array.from(valueOffsets, Number);
  let previous = 0;
  // Without rows there may be no offsets.
  for (let row = 0; length > 0 && row <= length; row++) {
    const offset = offsets[row] ?? -1;
    if (offset < previous || offset > size) throw unreadable(`the column ${name} leads out of its bytes`);
    previous = offset;
  }
  return offsets;
}

const known = (text: string | null | undefined, name: string): string | null => {
  if (text === undefined) throw unreadable(`the column ${name} leads out of its dictionary`);
  return text;
};

const wrongType = (name: string, { type }: Data, expected: string) =>
  unreadable(`the column ${name} holds ${type}, not ${expected}`);
