import type { MediaWarning } from '@mooring/contract';
import { malformed } from '../probe-error.ts';
import { HEAD_BYTES, type RangeReader } from '../range-reader.ts';
import { decodeText, type TextEncoding, textEncoding } from './text-encoding.ts';

/** A text file that is not larger is read whole, so that its lines and rows are counted. */
export const WHOLE_TEXT_BYTES = 1 << 20;

export interface ReadText {
  encoding: TextEncoding;
  /** Without a byte order mark. */
  text: string;
  /** Whether `text` is the whole file. */
  isWhole: boolean;
  warnings: MediaWarning[];
}

/**
 * The whole of a small text, or the beginning of a large one.
 * @throws ProbeError
 */
export async function readText(reader: RangeReader): Promise<ReadText> {
  const isWhole = reader.sizeBytes <= WHOLE_TEXT_BYTES;
  const bytes = await reader.upTo(0, isWhole ? reader.sizeBytes : HEAD_BYTES);
  const encoding = textEncoding(bytes, isWhole);
  if (encoding) return { encoding, text: decodeText(bytes, encoding), isWhole, warnings: [] };
  const head = bytes.subarray(0, HEAD_BYTES);
  const ofHead = textEncoding(head, false);
  if (!ofHead) throw malformed('The file begins as a text does and holds bytes that no text has.');
  return {
    encoding: ofHead,
    text: decodeText(head, ofHead),
    isWhole: false,
    warnings: [{ code: 'unusual', message: 'The file begins as a text. Further on it holds other bytes.' }],
  };
}

/** Lines of a whole text; a last one that does not end counts. */
export function countLines(text: string): number {
  const end = text.includes('\n') ? '\n' : '\r';
  let lines = 0;
  let at = 0;
  for (let next = text.indexOf(end); next >= 0; next = text.indexOf(end, at)) {
    lines++;
    at = next + 1;
  }
  return at < text.length ? lines + 1 : lines;
}
