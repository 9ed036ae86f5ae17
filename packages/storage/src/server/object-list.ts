import { ObjectColumns } from './object-columns.ts';
import type { StorageObject } from './provider.ts';
import { compareUtf8 } from './utf8-order.ts';

/** Objects that follow one another in one page, or in an array. */
export interface Span {
  rows: ObjectColumns | readonly StorageObject[];
  from: number;
  to: number;
}

/** Objects in the order of a listing, of one page or of several; nothing is copied. */
export class ObjectList implements Iterable<StorageObject> {
  readonly length: number;
  readonly spans: readonly Span[];

  private constructor(spans: readonly Span[]) {
    this.spans = spans;
    this.length = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** How much memory its pages take, about, of which it may show a part only. */
  get bytes(): number {
    const pages = new Set(this.spans.map(({ rows }) => rows));
    return [...pages].reduce((sum, rows) => sum + bytesOf(rows), 0);
  }

  static of(rows: Span['rows'] | ObjectList): ObjectList {
    if (rows instanceof ObjectList) return rows;
    return new ObjectList(rows.length > 0 ? [{ rows, from: 0, to: rows.length }] : []);
  }

  static concat(lists: readonly ObjectList[]): ObjectList {
    return new ObjectList(lists.flatMap(({ spans }) => spans));
  }

  /** Asked for again, an object of a page is made again. A negative index counts from the end. */
  at(index: number): StorageObject | undefined {
    let place = index < 0 ? index + this.length : index;
    for (const { rows, from, to } of this.spans) {
      if (place < 0) return undefined;
      if (place < to - from) return rows.at(from + place);
      place -= to - from;
    }
    return undefined;
  }

  findLast(holds: (object: StorageObject) => boolean): StorageObject | undefined {
    for (let index = this.length - 1; index >= 0; index--) {
      const object = this.at(index)!;
      if (holds(object)) return object;
    }
    return undefined;
  }

  slice(begin: number, end = this.length): ObjectList {
    if (begin === 0 && end === this.length) return this;
    const spans: Span[] = [];
    let passed = 0;
    for (const { rows, from, to } of this.spans) {
      const first = Math.max(from, from + begin - passed);
      const past = Math.min(to, from + end - passed);
      if (first < past) spans.push({ rows, from: first, to: past });
      passed += to - from;
    }
    return new ObjectList(spans);
  }

  *[Symbol.iterator](): Iterator<StorageObject> {
    for (const { rows, from, to } of this.spans) for (let row = from; row < to; row++) yield rows.at(row)!;
  }

  /** The index of the first object for which `holds` does not hold, as for none after it; the length if there is none. */
  firstNot(holds: (object: StorageObject) => boolean, from = 0): number {
    let [low, high] = [from, this.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(this.at(middle)!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * The objects that were modified last, the newest first; of those modified at the same time the first listed. Makes no
   * object of the others.
   * @param most how many at most
   * @param isLeftOut by its index in this list
   */
  newest(most: number, isLeftOut: (index: number) => boolean): StorageObject[] {
    const found: { index: number; time: number }[] = [];
    let index = 0;
    for (const { rows, from, to } of this.spans) {
      for (let row = from; row < to; row++, index++) {
        const time = rows instanceof ObjectColumns ? rows.times[row]! : rows[row]!.lastModified.getTime();
        if ((found.length === most && time <= found[most - 1]!.time) || isLeftOut(index)) continue;
        const place = found.findIndex(other => other.time < time);
        found.splice(place < 0 ? found.length : place, 0, { index, time });
        if (found.length > most) found.pop();
      }
    }
    return found.map(one => this.at(one.index)!);
  }

  /** Whether the keys ascend in the order of UTF-8; `repeats`: but for some that equal the one before. */
  order(): 'ascending' | 'repeats' | 'none' {
    let repeats = false;
    let before: string | null = null;
    for (const { rows, from, to } of this.spans) {
      for (let row = from; row < to; row++) {
        const isInside = row > from && rows instanceof ObjectColumns;
        const order = isInside ? rows.compareToNext(row - 1) : compareUtf8(before ?? '', keyAt(rows, row));
        if (order > 0) return 'none';
        if (order === 0 && (isInside || before !== null)) repeats = true;
        if (!(rows instanceof ObjectColumns) || row === to - 1) before = keyAt(rows, row);
      }
    }
    return repeats ? 'repeats' : 'ascending';
  }
}

/** Of an object that is none of a page, about. */
const OBJECT_BYTES = 500;
const bytesOf = (rows: Span['rows']): number =>
  rows instanceof ObjectColumns ? rows.bytes : rows.length * OBJECT_BYTES;

const keyAt = (rows: Span['rows'], row: number): string =>
  rows instanceof ObjectColumns ? rows.keyAt(row) : rows[row]!.key;
