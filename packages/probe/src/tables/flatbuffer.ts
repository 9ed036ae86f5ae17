import { malformed } from '../probe-error.ts';

/** More than any schema or footer that is read has. */
const MOST_ELEMENTS = 100_000;

/**
 * One table of a FlatBuffer (flatbuffers.dev/internals). Fields are named by their number in the schema. A field that
 * points out of the buffer throws a RangeError.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  static root(view: DataView): FlatTable {
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** A field of 8 bytes; 0 where it is left out. */
  integer(field: number): number {
    const at = this.#field(field);
    return at === null ? 0 : Number(this.#view.getBigInt64(at, true));
  }

  text(field: number): string {
    const vector = this.#vector(field);
    if (!vector) return '';
    if (vector.at + vector.length > this.#view.byteLength)
      throw malformed('A name points out of the buffer.');
    return new TextDecoder().decode(
      new Uint8Array(this.#view.buffer, this.#view.byteOffset + vector.at, vector.length),
    );
  }

  table(field: number): FlatTable | null {
    const at = this.#field(field);
    return at === null ? null : this.#tableAt(at);
  }

  tables(field: number): FlatTable[] {
    const { at, length } = this.#elements(field);
    return Array.from({ length }, (_, i) => this.#tableAt(at + 4 * i));
  }

  /** Structs stand in a row, without pointers. */
  structs(field: number, bytes: number): DataView[] {
    const { at, length } = this.#elements(field);
    return Array.from(
      { length },
      (_, i) => new DataView(this.#view.buffer, this.#view.byteOffset + at + bytes * i, bytes),
    );
  }

  #tableAt(at: number): FlatTable {
    return new FlatTable(this.#view, at + this.#view.getUint32(at, true));
  }

  #elements(field: number): { at: number; length: number } {
    const vector = this.#vector(field) ?? { at: 0, length: 0 };
    if (vector.length > MOST_ELEMENTS) throw malformed(`A list says that it has ${vector.length} elements.`);
    return vector;
  }

  #vector(field: number): { at: number; length: number } | null {
    const at = this.#field(field);
    if (at === null) return null;
    const vector = at + this.#view.getUint32(at, true);
    return { at: vector + 4, length: this.#view.getUint32(vector, true) };
  }

  #field(field: number): number | null {
    const names = this.#at - this.#view.getInt32(this.#at, true);
    const slot = 4 + 2 * field;
    const offset = slot < this.#view.getUint16(names, true) ? this.#view.getUint16(names + slot, true) : 0;
    return offset === 0 ? null : this.#at + offset;
  }
}
