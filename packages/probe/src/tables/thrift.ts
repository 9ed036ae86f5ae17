import { malformed } from '../probe-error.ts';

const BOOLEANS = [1, 2];
const BYTE = 3;
const INTEGERS = [4, 5, 6];
const DOUBLE = 7;
const BINARY = 8;
const LISTS = [9, 10];
const STRUCT = 12;
/** Structs and lists in each other; the schema of Parquet needs 4. */
const DEEPEST = 32;

/** Reads the compact protocol of Thrift, field by field (thrift-compact-protocol.md). Makes nothing of what is skipped. */
export class ThriftReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next field of a struct; null at its end. */
  field(previousId: number): { id: number; type: number } | null {
    const byte = this.#byte();
    if (byte === 0) return null;
    const delta = byte >> 4;
    return { id: delta ? previousId + delta : Number(this.integer()), type: byte & 15 };
  }

  integer(): bigint {
    const value = this.#unsigned();
    return (value >> 1n) ^ -(value & 1n);
  }

  binary(): Uint8Array {
    const length = Number(this.#unsigned());
    this.#step(length);
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** How many elements follow. */
  list(): number {
    return this.#list().size;
  }

  skip(type: number, depth = 0): void {
    if (depth > DEEPEST) throw malformed(`The footer nests more than ${DEEPEST} levels deep.`);
    if (BOOLEANS.includes(type)) return;
    if (type === BYTE) this.#step(1);
    else if (INTEGERS.includes(type)) this.#unsigned();
    else if (type === DOUBLE) this.#step(8);
    else if (type === BINARY) this.binary();
    else if (LISTS.includes(type)) {
      const { size, of } = this.#list();
      // As an element, a truth value has a byte of its own.
      for (let i = 0; i < size; i++) this.skip(BOOLEANS.includes(of) ? BYTE : of, depth + 1);
    } else if (type === STRUCT) {
      for (let field = this.field(0); field; field = this.field(field.id)) this.skip(field.type, depth + 1);
    } else throw malformed(`The footer has a field of type ${type}, which Parquet does not use.`);
  }

  #list(): { size: number; of: number } {
    const byte = this.#byte();
    const short = byte >> 4;
    const size = short === 15 ? Number(this.#unsigned()) : short;
    if (size > this.#bytes.length)
      throw malformed(`The footer has a list of ${size} elements, more than its bytes.`);
    return { size, of: byte & 15 };
  }

  #byte(): number {
    this.#step(1);
    return this.#bytes[this.#at - 1]!;
  }

  #step(length: number): void {
    this.#at += length;
    if (this.#at > this.#bytes.length)
      throw malformed(
        `The footer ends, or has more than ${this.#bytes.length} bytes, before it says how many rows there are.`,
      );
  }

  #unsigned(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 64n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw malformed('The footer has a number of more than 64 bits.');
  }
}
