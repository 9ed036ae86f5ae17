import { ascii } from '../ascii.ts';
import { ProbeError } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';

/** How the elements of a data set are written (DICOM PS3.5, chapter 7). */
export interface Encoding {
  explicit: boolean;
  littleEndian: boolean;
}

export interface Element {
  /** Group and element number: 0x00280010. */
  tag: number;
  /** Of the value; -1: unknown, an end mark follows. */
  length: number;
  /** Where the value begins. */
  offset: number;
}

/** A file, or bytes in memory. */
export type ByteRanges = Pick<RangeReader, 'upTo' | 'sizeBytes'>;

const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const UNDEFINED = 0xffffffff;
/** Value representations by the size of their length (PS3.5, 7.1.2). */
const LONG_VRS = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
const SHORT_VRS = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));
const WINDOW_BYTES = 64 * 1024;

/** Steps over the elements of a data set, and fetches only what it steps on. */
export class Elements {
  /** Where the next element begins. */
  at: number;
  encoding: Encoding;
  readonly #source: ByteRanges;
  #window: DataView = new DataView(new ArrayBuffer(0));
  #windowAt = 0;

  constructor(source: ByteRanges, at: number, encoding: Encoding) {
    this.#source = source;
    this.at = at;
    this.encoding = encoding;
  }

  /** The next element, with `at` at its value; null at the end. */
  async next(): Promise<Element | null> {
    const available = await this.#require(12);
    if (available === 0) return null;
    const header = headerAt(this.#window, this.at - this.#windowAt, this.encoding);
    if (!header) throw ends(this.at);
    this.at += header.bytes;
    return { tag: header.tag, length: header.length, offset: this.at };
  }

  /** Steps over the value of an element, however deep sequences nest in it. */
  async skip({ length, offset }: Element): Promise<void> {
    if (length >= 0) {
      this.at = offset + length;
      return;
    }
    // Sequences and items whose end is not known yet. A count is enough, so a file cannot exhaust a stack.
    for (let open = 1; open > 0; ) {
      const inner = await this.next();
      if (!inner) throw ends(this.at);
      if (inner.tag === ITEM_END || inner.tag === SEQUENCE_END) open--;
      else if (inner.length < 0) open++;
      else this.at = inner.offset + inner.length;
    }
  }

  /** The bytes of a value that is short. */
  async value({ length, offset }: Element): Promise<DataView> {
    this.at = offset;
    if ((await this.#require(length)) < length) throw ends(offset);
    const { buffer, byteOffset } = this.#window;
    return new DataView(buffer, byteOffset + offset - this.#windowAt, length);
  }

  /** Makes bytes from `at` on available, and says how many of them there are. */
  async #require(count: number): Promise<number> {
    const from = this.at - this.#windowAt;
    if (from < 0 || from + count > this.#window.byteLength) {
      const toBlockEnd = WINDOW_BYTES - (this.at % WINDOW_BYTES);
      const bytes = await this.#source.upTo(this.at, Math.max(count, toBlockEnd));
      this.#window = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.#windowAt = this.at;
    }
    return Math.min(count, this.#window.byteLength - (this.at - this.#windowAt));
  }
}

const ends = (at: number): ProbeError =>
  new ProbeError('truncated', `The data set ends in the middle of an element, at byte ${at}.`);

/** What stands before a value: tag, length (-1: unknown), and its own size; null where the bytes end in it. */
export function headerAt(
  view: DataView,
  at: number,
  { explicit, littleEndian }: Encoding,
): { tag: number; length: number; bytes: number } | null {
  if (at + 8 > view.byteLength) return null;
  const tag = view.getUint16(at, littleEndian) * 0x10000 + view.getUint16(at + 2, littleEndian);
  const vr = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5));
  // Items have no VR. Some writers leave it out of other elements, too.
  const isShort = explicit && SHORT_VRS.has(vr);
  if (isShort) return { tag, length: view.getUint16(at + 6, littleEndian), bytes: 8 };
  const isLong = explicit && LONG_VRS.has(vr);
  if (isLong && at + 12 > view.byteLength) return null;
  const length = view.getUint32(at + (isLong ? 8 : 4), littleEndian);
  return { tag, length: length === UNDEFINED ? -1 : length, bytes: isLong ? 12 : 8 };
}

/** How a data set is written, by its first element: transfer syntaxes are not always told, and not always true. */
export function encodingOf(start: Uint8Array, saysBigEndian: boolean): Encoding {
  const vr = ascii(start, 4, 6);
  const explicit = SHORT_VRS.has(vr) || LONG_VRS.has(vr);
  // The first groups are small numbers.
  const littleEndian = start[0] === 0 && start[1] !== 0 ? false : start[0] === 0 ? !saysBigEndian : true;
  return { explicit, littleEndian };
}
