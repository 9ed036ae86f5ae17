// The values of one column in the layout of Arrow: https://arrow.apache.org/docs/format/Columnar.html. Each is filled row
// after row from the binary values of PostgreSQL. A row that is written again takes the place of what it was.

class Vector {
  /** A bit for each row, the lowest first: 1 where there is a value. */
  readonly valid: Uint8Array<ArrayBuffer>;

  /** @param capacity of rows */
  constructor(capacity: number) {
    this.valid = new Uint8Array((capacity + 7) >> 3);
  }

  has(row: number): boolean {
    return (this.valid[row >> 3]! & (1 << (row & 7))) !== 0;
  }

  protected mark(row: number): void {
    this.valid[row >> 3]! |= 1 << (row & 7);
  }
}

/** Longer ones are copied faster by a call than by a loop. */
const SHORT_BYTES = 64;

/** Of a text; most of them are ids, keys and types. */
const USUAL_BYTES = 24;

export class Texts extends Vector {
  /** Where the bytes of each row end, after a 0. */
  readonly offsets: Int32Array<ArrayBuffer>;
  /** In UTF-8; those behind the last offset mean nothing. */
  bytes = Buffer.alloc(0);
  readonly #capacity: number;

  constructor(capacity: number) {
    super(capacity);
    this.#capacity = capacity;
    this.offsets = new Int32Array(capacity + 1);
  }

  set(row: number, source: Uint8Array, at: number, end: number): void {
    this.mark(row);
    this.append(row, source, at, end, this.offsets[row]!);
  }

  /** Two parts, one after the other, as one text. */
  setJoined(row: number, first: Uint8Array, source: Uint8Array, at: number, end: number): void {
    this.set(row, first, 0, first.length);
    this.append(row, source, at, end, this.offsets[row + 1]!);
  }

  setText(row: number, text: string | null): void {
    if (text === null) this.setNull(row);
    else {
      const bytes = Buffer.from(text);
      this.set(row, bytes, 0, bytes.length);
    }
  }

  setNull(row: number): void {
    this.offsets[row + 1] = this.offsets[row]!;
  }

  get(row: number): string | null {
    return this.has(row) ? this.bytes.toString('utf8', this.offsets[row], this.offsets[row + 1]) : null;
  }

  private append(row: number, source: Uint8Array, at: number, end: number, from: number): void {
    const until = from + end - at;
    if (until > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * until, this.#capacity * USUAL_BYTES));
      this.bytes.copy(larger, 0, 0, from);
      this.bytes = larger;
    }
    const { bytes } = this;
    if (end - at > SHORT_BYTES) bytes.set(source.subarray(at, end), from);
    else for (let to = from; to < until; to++) bytes[to] = source[at++]!;
    this.offsets[row + 1] = until;
  }
}

const int32 = (source: Uint8Array, at: number): number =>
  (source[at]! << 24) | (source[at + 1]! << 16) | (source[at + 2]! << 8) | source[at + 3]!;

/** Whole numbers, of values `int8`. */
export class Wholes extends Vector {
  readonly values: BigInt64Array<ArrayBuffer>;
  /** The halves of each value, the low one first. */
  protected readonly halves: Int32Array<ArrayBuffer>;

  constructor(capacity: number) {
    super(capacity);
    this.values = new BigInt64Array(capacity);
    this.halves = new Int32Array(this.values.buffer);
  }

  set(row: number, source: Uint8Array, at: number): void {
    this.mark(row);
    this.halves[2 * row + 1] = int32(source, at);
    this.halves[2 * row] = int32(source, at + 4);
  }

  setNull(_row: number): void {}

  get(row: number): number | null {
    return this.has(row) ? Number(this.values[row]) : null;
  }
}

/** Where PostgreSQL begins to count time. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const HALF = 2 ** 32;

/** Moments in milliseconds since 1970, of values `timestamptz`. */
export class Times extends Wholes {
  override set(row: number, source: Uint8Array, at: number): void {
    this.mark(row);
    const microseconds = int32(source, at) * HALF + (int32(source, at + 4) >>> 0);
    const milliseconds = EPOCH_MS + Math.floor(microseconds / 1000);
    this.halves[2 * row + 1] = Math.floor(milliseconds / HALF);
    this.halves[2 * row] = milliseconds | 0;
  }
}

/** Numbers, of values `float8`. */
export class Numbers extends Vector {
  readonly values: Float64Array<ArrayBuffer>;
  readonly #halves: Int32Array<ArrayBuffer>;

  constructor(capacity: number) {
    super(capacity);
    this.values = new Float64Array(capacity);
    this.#halves = new Int32Array(this.values.buffer);
  }

  set(row: number, source: Uint8Array, at: number): void {
    this.mark(row);
    this.#halves[2 * row + 1] = int32(source, at);
    this.#halves[2 * row] = int32(source, at + 4);
  }

  setNull(_row: number): void {}

  get(row: number): number | null {
    return this.has(row) ? this.values[row]! : null;
  }
}

export type AnyVector = Texts | Wholes | Times | Numbers;
