import { isAscii } from 'node:buffer';
import type { ArchiveState } from '@mooring/contract';
import type { StorageObject } from './provider.ts';

const SLASH = 0x2f;
/** Numbers of a row in `places`: where its texts are in `texts`, and which of `words` its type and tier are. */
const PLACES = 6;
/** In `flags`: one bit for a directory, the others for the archive state. */
const DIRECTORY = 1;
const ARCHIVE_SHIFT = 1;

/** Longer keys and ETags, and later moments, are looked at one by one. */
const USUAL_TEXT_BYTES = 254;
const LAST_USUAL_MOMENT = 253_402_300_799_999;
const isOdd = (word: string | null): boolean =>
  word !== null && (word.length > USUAL_TEXT_BYTES || word.includes('\0') || !word.isWellFormed());

/** The number of each archive state, in columns and in fingerprints. A number never changes, or digests would. */
export const ARCHIVE_CODES = { readable: 0, archived: 1, unknown: 2 } as const satisfies Record<
  ArchiveState,
  number
>;
const ARCHIVE_STATES = Object.keys(ARCHIVE_CODES) as ArchiveState[];

/** One object as a reader of pages finds it: where its texts are, in UTF-8, and the rest. Used again for the next. */
export interface ObjectRow {
  keyStart: number;
  keyEnd: number;
  etagStart: number;
  etagEnd: number;
  /** Places among the words of the page; 0 is none. */
  type: number;
  tier: number;
  archiveState: ArchiveState;
  sizeBytes: number;
  /** Milliseconds since 1970. */
  modifiedAt: number;
  isDirectory: boolean;
}

/** Before anything of it is known. */
export const emptyRow = (): ObjectRow => ({
  keyStart: 0,
  keyEnd: 0,
  etagStart: 0,
  etagEnd: 0,
  type: 0,
  tier: 0,
  archiveState: 'readable',
  sizeBytes: 0,
  modifiedAt: Number.NaN,
  isDirectory: false,
});

/** What ObjectColumns are made of. It can be handed to another thread; see `buffersOf`. */
export interface ColumnData {
  /** Keys and ETags, in UTF-8. */
  texts: Uint8Array;
  /** Content types and tiers, each once; the first is null. */
  words: (string | null)[];
  /** Six numbers a row, as in an ObjectRow. */
  places: Int32Array;
  sizes: Float64Array;
  times: Float64Array;
  flags: Uint8Array;
}

/** The memory of columns, to be transferred with them. */
export const buffersOf = ({ texts, places, sizes, times, flags }: ColumnData): ArrayBuffer[] =>
  [texts, places, sizes, times, flags].map(({ buffer }) => buffer as ArrayBuffer);

/**
 * The objects of a page of a listing, as bytes and numbers. In a container where little has changed, most objects are
 * compared in this form, and no string is made of them. `at` makes an object when one is needed.
 */
export class ObjectColumns {
  readonly length: number;
  /** How much memory it takes, about. */
  readonly bytes: number;
  readonly texts: Buffer;
  readonly view: DataView;
  readonly words: readonly (string | null)[];
  readonly sizes: Float64Array;
  readonly times: Float64Array;
  readonly #places: Int32Array;
  readonly #flags: Uint8Array;
  readonly #encoding: 'latin1' | 'utf8';
  readonly #hasNul: boolean;
  readonly #hasOddWord: boolean;

  constructor({ texts, words, places, sizes, times, flags }: ColumnData) {
    this.length = sizes.length;
    this.texts = Buffer.from(texts.buffer, texts.byteOffset, texts.length);
    this.view = new DataView(texts.buffer, texts.byteOffset, texts.length);
    this.words = words;
    this.sizes = sizes;
    this.times = times;
    this.#places = places;
    this.#flags = flags;
    this.#encoding = isAscii(texts) ? 'latin1' : 'utf8'; // which is slower
    this.#hasNul = this.texts.includes(0);
    this.#hasOddWord = words.some(isOdd);
    this.bytes =
      [texts, places, sizes, times, flags].reduce((sum, { byteLength }) => sum + byteLength, 0) +
      words.reduce((sum, word) => sum + (word?.length ?? 0), 0);
  }

  at(row: number): StorageObject {
    return new ListedObject(this, row);
  }

  keyAt(row: number): string {
    return this.#read(this.keyStart(row), this.keyEnd(row));
  }

  etagAt(row: number): string {
    return this.#read(this.etagStart(row), this.etagEnd(row));
  }

  keyStart = (row: number): number => this.#places[row * PLACES]!;
  keyEnd = (row: number): number => this.#places[row * PLACES + 1]!;
  etagStart = (row: number): number => this.#places[row * PLACES + 2]!;
  etagEnd = (row: number): number => this.#places[row * PLACES + 3]!;
  typeAt = (row: number): number => this.#places[row * PLACES + 4]!;
  tierAt = (row: number): number => this.#places[row * PLACES + 5]!;
  /** Of ARCHIVE_CODES. */
  archiveAt = (row: number): number => this.#flags[row]! >> ARCHIVE_SHIFT;

  isPlaceholder(row: number): boolean {
    return (
      this.sizes[row] === 0 &&
      ((this.#flags[row]! & DIRECTORY) !== 0 || this.texts[this.keyEnd(row) - 1] === SLASH)
    );
  }

  /** Whether an object may be a placeholder, or have texts or numbers that no catalogue holds. */
  mayBeUnfit(row: number): boolean {
    return (
      this.#hasNul ||
      this.#hasOddWord ||
      this.isPlaceholder(row) ||
      this.keyEnd(row) - this.keyStart(row) > USUAL_TEXT_BYTES ||
      this.etagEnd(row) - this.etagStart(row) > USUAL_TEXT_BYTES ||
      !Number.isSafeInteger(this.sizes[row]) ||
      !(this.sizes[row]! >= 0 && Math.abs(this.times[row]!) < LAST_USUAL_MOMENT)
    );
  }

  /** Compares the keys of a row and of the next by their bytes. */
  compareToNext(row: number): number {
    const [one, other] = [this.keyStart(row), this.keyStart(row + 1)];
    const [oneLength, otherLength] = [this.keyEnd(row) - one, this.keyEnd(row + 1) - other];
    const length = Math.min(oneLength, otherLength);
    let at = 0;
    // Neighbours mostly begin alike: four bytes at a time.
    while (at + 4 <= length && this.view.getInt32(one + at) === this.view.getInt32(other + at)) at += 4;
    for (; at < length; at++) {
      const difference = this.texts[one + at]! - this.texts[other + at]!;
      if (difference !== 0) return difference;
    }
    return oneLength - otherLength;
  }

  #read(start: number, end: number): string {
    return this.texts.toString(this.#encoding, start, end);
  }
}

/** Writes the rows of a page, one after the other. */
export class ColumnWriter {
  length = 0;
  places: Int32Array;
  sizes: Float64Array;
  times: Float64Array;
  flags: Uint8Array;

  /** @param capacity rows to begin with; as many as most pages have */
  constructor(capacity = 5000) {
    this.places = new Int32Array(capacity * PLACES);
    this.sizes = new Float64Array(capacity);
    this.times = new Float64Array(capacity);
    this.flags = new Uint8Array(capacity);
  }

  add(row: Readonly<ObjectRow>): void {
    if (this.length === this.sizes.length) this.#grow();
    const at = this.length++;
    const { places } = this;
    places[at * PLACES] = row.keyStart;
    places[at * PLACES + 1] = row.keyEnd;
    places[at * PLACES + 2] = row.etagStart;
    places[at * PLACES + 3] = row.etagEnd;
    places[at * PLACES + 4] = row.type;
    places[at * PLACES + 5] = row.tier;
    this.sizes[at] = row.sizeBytes;
    this.times[at] = row.modifiedAt;
    this.flags[at] = (ARCHIVE_CODES[row.archiveState] << ARCHIVE_SHIFT) | (row.isDirectory ? DIRECTORY : 0);
  }

  /** A copy of what was written. */
  take(texts: Uint8Array, words: (string | null)[]): ColumnData {
    return {
      texts,
      words,
      places: this.places.slice(0, this.length * PLACES),
      sizes: this.sizes.slice(0, this.length),
      times: this.times.slice(0, this.length),
      flags: this.flags.slice(0, this.length),
    };
  }

  #grow(): void {
    const larger = new ColumnWriter(2 * this.length + 16);
    larger.places.set(this.places);
    larger.sizes.set(this.sizes);
    larger.times.set(this.times);
    larger.flags.set(this.flags);
    ({ places: this.places, sizes: this.sizes, times: this.times, flags: this.flags } = larger);
  }
}

/** One of them, whose texts become strings when they are asked for. */
class ListedObject implements StorageObject {
  readonly #page: ObjectColumns;
  readonly #row: number;
  #key: string | null = null;

  constructor(page: ObjectColumns, row: number) {
    this.#page = page;
    this.#row = row;
  }

  get key(): string {
    this.#key ??= this.#page.keyAt(this.#row);
    return this.#key;
  }

  get etag(): string {
    return this.#page.etagAt(this.#row);
  }

  get sizeBytes(): number {
    return this.#page.sizes[this.#row]!;
  }

  get contentType(): string | null {
    return this.#page.words[this.#page.typeAt(this.#row)]!;
  }

  get tier(): string | null {
    return this.#page.words[this.#page.tierAt(this.#row)]!;
  }

  get archiveState(): ArchiveState {
    return ARCHIVE_STATES[this.#page.archiveAt(this.#row)]!;
  }

  get lastModified(): Date {
    return new Date(this.#page.times[this.#row]!);
  }

  get placeholder(): boolean {
    return this.#page.isPlaceholder(this.#row);
  }
}
