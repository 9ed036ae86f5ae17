import type { RangeReader } from './range-reader.ts';

/** A chunk of a RIFF file, or of one with the same layout and the other byte order, as AIFF. */
export interface Chunk {
  /** Four characters. */
  id: string;
  content: number;
  sizeBytes: number;
}

const HEADER_BYTES = 8;
const MOST_CHUNKS = 1000;
const latin1 = new TextDecoder('latin1');

/** Four characters of a header. */
export const fourCharacters = (bytes: Uint8Array, at: number): string =>
  latin1.decode(bytes.subarray(at, at + 4));

/** The chunks between two bytes of a file; at most a thousand. Each but the last begins at an even byte. */
export async function* chunksIn(
  reader: RangeReader,
  { content, end }: { content: number; end: number },
  littleEndian = true,
): AsyncGenerator<Chunk> {
  let at = content;
  for (let count = 0; at + HEADER_BYTES <= end && count < MOST_CHUNKS; count++) {
    const bytes = await reader.upTo(at, HEADER_BYTES);
    if (bytes.length < HEADER_BYTES) return;
    const sizeBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, littleEndian);
    yield { id: fourCharacters(bytes, 0), content: at + HEADER_BYTES, sizeBytes };
    at += HEADER_BYTES + sizeBytes + (sizeBytes % 2);
  }
}
