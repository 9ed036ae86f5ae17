import type { RangeReader } from '../range-reader.ts';

/** What can be read by position: a file, or a section of one. */
export type Bytes = Pick<RangeReader, 'sizeBytes' | 'upTo'>;

export interface Piece {
  offset: number;
  length: number;
}

/** Pieces of a file, read as one: what a container wraps into one or several segments. */
export class Section implements Bytes {
  readonly sizeBytes: number;
  readonly #file: Bytes;
  readonly #pieces: readonly Piece[];

  constructor(file: Bytes, ...pieces: readonly Piece[]) {
    this.#file = file;
    this.#pieces = pieces;
    this.sizeBytes = pieces.reduce((sum, { length }) => sum + length, 0);
  }

  async upTo(offset: number, length: number): Promise<Uint8Array> {
    if (!(offset >= 0 && offset < this.sizeBytes)) return new Uint8Array();
    const parts: Uint8Array[] = [];
    let begin = offset;
    let missing = Math.min(length, this.sizeBytes - offset);
    for (const piece of this.#pieces) {
      if (missing <= 0) break;
      if (begin < piece.length) {
        const wanted = Math.min(missing, piece.length - begin);
        const part = await this.#file.upTo(piece.offset + begin, wanted);
        parts.push(part);
        if (part.length < wanted) break;
        missing -= wanted;
        begin = piece.length;
      }
      begin -= piece.length;
    }
    return parts.length === 1 ? parts[0]! : joined(parts);
  }

  /** Where bytes of the section lie in the file; null where they lie in several pieces or outside. */
  place(offset: number, length: number): number | null {
    let begin = offset;
    for (const piece of this.#pieces) {
      if (begin < piece.length)
        return begin >= 0 && begin + length <= piece.length ? piece.offset + begin : null;
      begin -= piece.length;
    }
    return null;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
