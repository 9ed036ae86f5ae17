import { decodeText, type TextEncoding, textEncoding } from './text-encoding.ts';

/** The beginning of a text file. */
export interface TextHead {
  encoding: TextEncoding;
  /** Without a byte order mark. */
  text: string;
  /** Whether it is all of the file. */
  isWhole: boolean;
}

/** All formats of text look at the same head, one after the other. */
const known = new WeakMap<Uint8Array, TextHead | null>();

/** The first bytes of a file as text; null where they are none, or nothing. */
export function textHead(head: Uint8Array, sizeBytes: number): TextHead | null {
  let found = known.get(head);
  if (found === undefined) {
    const isWhole = head.length === sizeBytes;
    const encoding = head.length === 0 ? null : textEncoding(head, isWhole);
    found = encoding && { encoding, isWhole, text: decodeText(head, encoding) };
    known.set(head, found);
  }
  return found;
}
