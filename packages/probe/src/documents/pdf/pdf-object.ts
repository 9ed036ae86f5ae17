import { inflateStart } from '../../inflate.ts';
import { malformed, ProbeError } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { EndOfBytes, PdfParser, type PdfValue } from './pdf-parser.ts';
import { unpredict } from './pdf-predictor.ts';

/** What an object and its dictionary may take at most; the first is nearly always enough. */
const OBJECT_BYTES = [4096, 64 << 10, 1 << 20];
const MOST_COMPRESSED_BYTES = 2 << 20;
const MOST_STREAM_BYTES = 8 << 20;

/** Objects of a stream, or one that stands alone, with where its stream begins. */
export interface PdfObject {
  value: PdfValue;
  /** Null where it has no stream. */
  streamAt: number | null;
}

/**
 * @param offset of `12 0 obj`
 * @throws ProbeError
 */
export const readObject = (reader: RangeReader, offset: number): Promise<PdfObject> =>
  parseAt(reader, offset, parser => {
    parser.value();
    parser.value();
    if (!parser.takes('obj')) throw malformed(`No PDF object begins at byte ${offset}.`);
    const value = parser.value();
    if (!(value instanceof Map) || !parser.takes('stream')) return { value, streamAt: null };
    if (parser.bytes[parser.at] === 13) parser.at++;
    if (parser.bytes[parser.at] === 10) parser.at++;
    return { value, streamAt: offset + parser.at };
  });

/** Parses what begins at `offset`, and fetches more of it only where it is needed. */
export async function parseAt<T>(
  reader: RangeReader,
  offset: number,
  parse: (parser: PdfParser) => T,
): Promise<T> {
  for (const size of OBJECT_BYTES) {
    const bytes = await reader.upTo(offset, size);
    try {
      return parse(new PdfParser(bytes));
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      if (bytes.length < size) break;
    }
  }
  throw malformed(`The PDF object at byte ${offset} does not end.`);
}

/** The content of a stream, at most 8 MiB of it. Streams are not compressed or by Flate; other filters are not read. */
export async function readStream(reader: RangeReader, { value, streamAt }: PdfObject): Promise<Uint8Array> {
  if (!(value instanceof Map) || streamAt === null)
    throw malformed('A PDF object is no stream where one was expected.');
  const filters = [value.get('Filter') ?? []].flat(1);
  const length = value.get('Length');
  const most = typeof length === 'number' ? Math.min(length, MOST_COMPRESSED_BYTES) : MOST_COMPRESSED_BYTES;
  const bytes = await reader.upTo(streamAt, most);
  if (filters.length === 0) return bytes;
  if (filters.length > 1 || filters[0] !== 'FlateDecode')
    throw malformed(`A PDF stream has the filter ${filters}.`);
  const inflated = inflateStart(bytes, 'zlib', MOST_STREAM_BYTES);
  if (inflated.length === MOST_STREAM_BYTES)
    throw new ProbeError(
      'over_budget',
      `A stream that describes the PDF has more than ${MOST_STREAM_BYTES} bytes.`,
    );
  const parameters = [value.get('DecodeParms') ?? null].flat(1)[0];
  return parameters instanceof Map ? unpredict(inflated, parameters) : inflated;
}
