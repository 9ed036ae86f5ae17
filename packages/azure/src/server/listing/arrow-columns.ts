import { isAscii, isUtf8 } from 'node:buffer';
import { NO_WORD, unreadable, type Words } from '@mooring/storage/objects';
import { type Data, DataType, TimeUnit, type Vector } from 'apache-arrow';

/** Reads one column of one record batch by row; null where the value is. */
export type Column<T> = (row: number) => T | null;

/** Texts of one record batch as they came, in UTF-8. A text of null begins and ends at -1. */
export interface TextBytes {
  bytes: Buffer;
  starts: Int32Array;
  ends: Int32Array;
}

/**
 * A column of texts, which may be dictionary-encoded. As bytes, also because the library's decoder loses the byte
 * order mark that a text begins with.
 */
export function textBytes(name: string, data: Data): TextBytes {
  if (DataType.isDictionary(data.type)) return fromDictionary(name, data);
  if (!DataType.isUtf8(data.type) && !DataType.isLargeUtf8(data.type)) throw wrongType(name, data, 'text');
  const bytes = Buffer.from(data.values.buffer, data.values.byteOffset, data.values.byteLength);
  if (!isUtf8(bytes)) throw unreadable(`the column ${name} is not UTF-8`);
  const offsets = checkedOffsets(name, data, bytes);
  const column = { bytes, starts: offsets, ends: offsets.subarray(1) };
  return data.nullCount > 0 ? pick(column, data.length, row => (data.getValid(row) ? row : -1)) : column;
}

function fromDictionary(name: string, data: Data): TextBytes {
  const dictionary = data.dictionary as Vector;
  if (dictionary.data.length !== 1)
    throw unreadable(`the dictionary of the column ${name} has ${dictionary.data.length} parts`);
  const words = textBytes(name, dictionary.data[0]!);
  return pick(words, data.length, row => {
    if (!data.getValid(row)) return -1;
    const place = Number(data.values[row]);
    if (!(place >= 0 && place < dictionary.length))
      throw unreadable(`the column ${name} leads out of its dictionary`);
    return place;
  });
}

/** @param placeOf which text is that of a row; -1: null is */
function pick({ bytes, starts, ends }: TextBytes, rows: number, placeOf: (row: number) => number): TextBytes {
  const places = Int32Array.from({ length: rows }, (_, row) => placeOf(row));
  return {
    bytes,
    starts: places.map(place => (place < 0 ? -1 : starts[place]!)),
    ends: places.map(place => (place < 0 ? -1 : ends[place]!)),
  };
}

/** A column of texts of which few differ: where each is among the words. */
export function wordColumn(name: string, data: Data, words: Words): (row: number) => number {
  const { bytes, starts, ends } = textBytes(name, data);
  const reader = words.reader();
  return row => {
    const start = starts[row]!;
    return start < 0 ? NO_WORD : reader.read(bytes, start, ends[row]!);
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

/** @throws ProviderError where they do not ascend, lead out of the bytes, or into the middle of a character */
function checkedOffsets(name: string, { valueOffsets, length }: Data, bytes: Buffer): Int32Array {
  const offsets = valueOffsets instanceof Int32Array ? valueOffsets : Int32Array.from(valueOffsets, Number);
  let previous = 0;
  const mayBeCut = !isAscii(bytes);
  // Without rows there may be no offsets.
  for (let row = 0; length > 0 && row <= length; row++) {
    const offset = offsets[row] ?? -1;
    if (offset < previous || offset > bytes.length)
      throw unreadable(`the column ${name} leads out of its bytes`);
    if (mayBeCut && (bytes[offset]! & 0xc0) === 0x80) throw unreadable(`the column ${name} is not UTF-8`);
    previous = offset;
  }
  return offsets;
}

const wrongType = (name: string, { type }: Data, expected: string) =>
  unreadable(`the column ${name} holds ${type}, not ${expected}`);
