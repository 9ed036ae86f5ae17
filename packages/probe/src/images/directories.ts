import { malformed, ProbeError } from '../probe-error.ts';
import type { Bytes } from './section.ts';

/** One field of a directory. */
interface Field {
  type: number;
  count: number;
  /** Where the values lie, if they do not fit into `inline`. */
  offset: number;
  inline: DataView;
}

export interface Directory {
  fields: ReadonlyMap<number, Field>;
  /** Where the next directory lies; 0 after the last. */
  next: number;
}

/** Bytes of a value by type (TIFF 6.0, page 15; BigTIFF adds 16 to 18). */
const SIZES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

const FLOAT = 11;

/** Far more than files have; a count beyond is a lie. */
const MOST_FIELDS = 4096;

/** Reads the directories of a TIFF or a BigTIFF; EXIF data are a TIFF too. */
export class Directories {
  readonly isLittle: boolean;
  readonly isBig: boolean;
  /** Where the first directory lies. */
  readonly first: number;
  readonly #bytes: Bytes;

  private constructor(bytes: Bytes, head: DataView) {
    this.#bytes = bytes;
    this.isLittle = head.getUint8(0) === 0x49;
    this.isBig = head.getUint16(2, this.isLittle) === 43;
    this.first = this.isBig ? Number(head.getBigUint64(8, this.isLittle)) : head.getUint32(4, this.isLittle);
  }

  /** @throws ProbeError `malformed` where the bytes do not begin as a TIFF does */
  static async open(bytes: Bytes): Promise<Directories> {
    const head = viewOf(await bytes.upTo(0, 16));
    if (!startsAsTiff(head)) throw malformed('There is no TIFF header where one was expected.');
    return new Directories(bytes, head);
  }

  /** @throws ProbeError `truncated` where it lies beyond the end, `malformed` where its size is a lie */
  async read(offset: number): Promise<Directory> {
    const countBytes = this.isBig ? 8 : 2;
    const fieldBytes = this.isBig ? 20 : 12;
    const pointerBytes = this.isBig ? 8 : 4;
    const counter = await this.#whole(offset, countBytes);
    const count = this.isBig
      ? Number(counter.getBigUint64(0, this.isLittle))
      : counter.getUint16(0, this.isLittle);
    if (count < 1 || count > MOST_FIELDS)
      throw malformed(`The directory at byte ${offset} says that it has ${count} fields.`);
    const fields = new Map<number, Field>();
    const all = await this.#whole(offset + countBytes, count * fieldBytes);
    for (let at = 0; at < all.byteLength; at += fieldBytes)
      fields.set(all.getUint16(at, this.isLittle), this.#field(all, at));
    const pointer = await this.#bytes.upTo(offset + countBytes + all.byteLength, pointerBytes);
    const next = pointer.length === pointerBytes ? this.#pointer(viewOf(pointer), 0) : 0;
    return { fields, next };
  }

  #field(all: DataView, at: number): Field {
    const value = at + (this.isBig ? 12 : 8);
    return {
      type: all.getUint16(at + 2, this.isLittle),
      count: this.isBig
        ? Number(all.getBigUint64(at + 4, this.isLittle))
        : all.getUint32(at + 4, this.isLittle),
      offset: this.#pointer(all, value),
      inline: new DataView(all.buffer, all.byteOffset + value, this.isBig ? 8 : 4),
    };
  }

  #pointer(view: DataView, at: number): number {
    return this.isBig ? Number(view.getBigUint64(at, this.isLittle)) : view.getUint32(at, this.isLittle);
  }

  /** The first value of a field as a number; undefined where there is none. */
  async number(field: Field | undefined): Promise<number | undefined> {
    return (await this.numbers(field, 1))[0];
  }

  /**
   * The first values of a field as whole numbers, at most `most`; none where it holds others.
   * @throws ProbeError `malformed` where one is beyond all that files can have
   */
  async numbers(field: Field | undefined, most: number): Promise<number[]> {
    const read = field && NUMBERS[field.type];
    if (!read) return [];
    const view = await this.#values(field, most);
    const size = SIZES[field.type]!;
    const values = Array.from({ length: Math.floor(view.byteLength / size) }, (_, i) =>
      read(view, i * size, this.isLittle),
    );
    if (!values.every(Number.isSafeInteger))
      throw malformed('A number in a directory has more than 53 bits.');
    return values;
  }

  /** The first value of a field as a fraction; undefined where it holds none. */
  async float(field: Field | undefined): Promise<number | undefined> {
    if (field?.type !== FLOAT) return undefined;
    const view = await this.#values(field, 1);
    return view.byteLength >= 4 ? view.getFloat32(0, this.isLittle) : undefined;
  }

  /** The first characters of a field, at most `most`. */
  async text(field: Field | undefined, most: number): Promise<string> {
    if (field?.type !== 2) return '';
    const { buffer, byteOffset, byteLength } = await this.#values(field, most);
    return new TextDecoder('latin1').decode(new Uint8Array(buffer, byteOffset, byteLength));
  }

  async #values({ type, count, offset, inline }: Field, most: number): Promise<DataView> {
    const size = SIZES[type]!;
    const length = Math.min(count, most) * size;
    if (count * size > inline.byteLength) return viewOf(await this.#bytes.upTo(offset, length));
    return new DataView(inline.buffer, inline.byteOffset, length);
  }

  async #whole(offset: number, length: number): Promise<DataView> {
    const bytes = await this.#bytes.upTo(offset, length);
    if (bytes.length === length) return viewOf(bytes);
    throw new ProbeError('truncated', `A directory should be at byte ${offset}. The data end before.`);
  }
}

type ReadNumber = (view: DataView, at: number, isLittle: boolean) => number;
const unsigned16: ReadNumber = (view, at, isLittle) => view.getUint16(at, isLittle);
const unsigned32: ReadNumber = (view, at, isLittle) => view.getUint32(at, isLittle);
const unsigned64: ReadNumber = (view, at, isLittle) => Number(view.getBigUint64(at, isLittle));
const NUMBERS: Readonly<Record<number, ReadNumber>> = {
  1: (view, at) => view.getUint8(at),
  3: unsigned16,
  4: unsigned32,
  13: unsigned32,
  16: unsigned64,
  18: unsigned64,
};

function startsAsTiff(head: DataView): boolean {
  if (head.byteLength < 8) return false;
  const order = head.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return false;
  const version = head.getUint16(2, order === 0x4949);
  return version === 42 || (version === 43 && head.byteLength === 16);
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
