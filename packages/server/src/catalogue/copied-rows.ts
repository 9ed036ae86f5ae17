import type { AnyVector } from './vectors.ts';

/** `PGCOPY`, a signature, flags, and the length of an extension that does not exist. */
const HEADER_BYTES = 19;
const END = -1;

/** Reads the pieces of a binary `COPY` into vectors, one for each column. */
export class CopiedRows {
  length = 0;
  /** Of all rows so far. */
  bytes = 0;
  readonly #vectors: readonly AnyVector[];
  /** What is not read yet, up to `#end`. It is used again for each piece, so that little is left to collect. */
  #data = Buffer.allocUnsafeSlow(256 * 1024);
  #end = 0;
  #isHeaderRead = false;

  constructor(vectors: readonly AnyVector[]) {
    this.#vectors = vectors;
  }

  add(piece: Buffer): void {
    this.bytes += piece.length;
    this.#append(piece);
    if (this.#end < HEADER_BYTES && !this.#isHeaderRead) return;
    let at = this.#isHeaderRead ? 0 : HEADER_BYTES;
    this.#isHeaderRead = true;
    for (let end = this.#readRow(at); end > at; end = this.#readRow(at)) {
      at = end;
      this.length++;
    }
    this.#data.copyWithin(0, at, this.#end);
    this.#end -= at;
  }

  #append(piece: Buffer): void {
    const end = this.#end + piece.length;
    if (end > this.#data.length) {
      const larger = Buffer.allocUnsafeSlow(2 * end);
      this.#data.copy(larger, 0, 0, this.#end);
      this.#data = larger;
    }
    piece.copy(this.#data, this.#end);
    this.#end = end;
  }

  /** @returns where the row ends; where it begins, if it is not all there or there are no more */
  #readRow(begin: number): number {
    const [data, dataEnd, vectors, row] = [this.#data, this.#end, this.#vectors, this.length];
    let at = begin + 2;
    if (at > dataEnd || data.readInt16BE(begin) === END) return begin;
    for (let index = 0; index < vectors.length; index++) {
      if (at + 4 > dataEnd) return begin;
      const length = (data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!;
      at += 4;
      if (length < 0) vectors[index]!.setNull(row);
      else {
        if (at + length > dataEnd) return begin;
        vectors[index]!.set(row, data, at, at + length);
        at += length;
      }
    }
    return at;
  }
}
