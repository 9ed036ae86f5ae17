import { compareUtf8 } from '@mooring/storage/server';
import { Digest, type Facts } from './fingerprint.ts';
import { directoryOf } from './key.ts';
import { contains, intersection, type KeyRange } from './key-range.ts';

/** What the rows with keys in a range add up to. A digest of null is not known yet. */
export interface Chunk extends KeyRange {
  present: number;
  gone: number;
  digest: { readonly a: number; readonly b: number } | null;
}

/** A row of a range in which every row is known. */
export interface KnownRow {
  facts: Facts;
  gone: boolean;
}
/** A range of keys and all the rows in it, in the order of keys, as they are from now on. */
export interface KnownRange extends KeyRange {
  rows: readonly KnownRow[];
}

/** One row that changed: what it was and what it is. Null: there was none. A row never goes. */
export interface RowChange {
  key: string;
  before: KnownRow | null;
  after: KnownRow;
}

/** Rows of a new chunk; at least half as many where a directory ends there. */
const ROWS = 256;
/** A chunk with more rows is divided when it can be. */
const MOST_ROWS = 512;
/** Longer keys do not fit into the index. */
const LONGEST_FIRST_KEY = 512;
/**
 * What becomes of a chunk once rows in it have changed: the same chunk with other sums, or several chunks. Where the
 * rows of a part are known, the rest holds what is left.
 * @param changes of rows in the chunk
 * @param known ranges that overlap it, in order, with all their rows
 */
export function renewChunk(
  chunk: Chunk,
  changes: readonly RowChange[],
  known: readonly KnownRange[],
): Chunk[] {
  const [range] = known;
  if (range && known.length === 1 && contains(range, chunk)) return divide(chunk, rowsIn(range, chunk));
  const changed = applied(chunk, changes);
  const isDivisible = chunk.digest === null || rowsOf(chunk) === 0 || rowsOf(changed) > MOST_ROWS;
  if (known.length === 0 || !isDivisible) return [changed];
  const pieces: Chunk[] = [];
  const gaps: KeyRange[] = [];
  let first: string | null = chunk.first;
  for (const each of known) {
    const inside = intersection(each, chunk);
    if (first !== null && compareUtf8(first, inside.first) < 0) gaps.push({ first, end: inside.first });
    pieces.push(...divide(inside, rowsIn(each, inside)));
    first = inside.end;
  }
  if (first !== null && first !== chunk.end) gaps.push({ first, end: chunk.end });
  const rest = without(changed, pieces);
  if (rest.digest !== null && rowsOf(rest) > 0 && gaps.length > 1) return [changed];
  const all = [...pieces, ...gaps.map(gap => ({ ...rest, ...gap }))];
  return all.every(piece => piece.first.length <= LONGEST_FIRST_KEY) ? all : [changed];
}

const rowsOf = ({ present, gone }: Chunk): number => present + gone;

/** A chunk without the rows of some pieces of it. */
function without(chunk: Chunk, pieces: readonly Chunk[]): Chunk {
  if (chunk.digest === null) return chunk;
  let { present, gone } = chunk;
  let { a, b } = chunk.digest;
  for (const piece of pieces) {
    present -= piece.present;
    gone -= piece.gone;
    a = (a - piece.digest!.a) | 0;
    b = (b - piece.digest!.b) | 0;
  }
  return { ...chunk, present, gone, digest: { a, b } };
}

function applied(chunk: Chunk, changes: readonly RowChange[]): Chunk {
  if (chunk.digest === null) return chunk;
  let { present, gone } = chunk;
  const digest = new Digest(chunk.digest);
  for (const { before, after } of changes) {
    if (before?.gone === true) gone--;
    if (before?.gone === false) {
      present--;
      digest.remove(before.facts);
    }
    if (after.gone) gone++;
    else {
      present++;
      digest.add(after.facts);
    }
  }
  return { ...chunk, present, gone, digest };
}

/** Chunks of the usual size, for a range whose rows are these. */
function divide(range: KeyRange, rows: readonly KnownRow[]): Chunk[] {
  const chunks: Chunk[] = [];
  const most = rows.length <= MOST_ROWS && rows.length > ROWS ? MOST_ROWS : ROWS;
  let first = range.first;
  let begin = 0;
  for (let at = 1; at < rows.length; at++) {
    const size = at - begin;
    if (size < ROWS / 2 || (size < most && !endsDirectory(rows[at - 1]!, rows[at]!))) continue;
    const cut = boundary(rows[at - 1]!.facts.key, rows[at]!.facts.key);
    if (cut === null) continue;
    chunks.push(sumOf({ first, end: cut }, rows, begin, at));
    [first, begin] = [cut, at];
  }
  chunks.push(sumOf({ first, end: range.end }, rows, begin, rows.length));
  return chunks;
}

const endsDirectory = (row: KnownRow, next: KnownRow): boolean =>
  directoryOf(row.facts.key) !== directoryOf(next.facts.key);

/** A text, short enough for the index, after one key and not after the next; null where there is none. */
function boundary(key: string, next: string): string | null {
  if (next.length <= LONGEST_FIRST_KEY) return next;
  const start = next.slice(0, LONGEST_FIRST_KEY);
  return start.isWellFormed() && compareUtf8(start, key) > 0 ? start : null;
}

function sumOf(range: KeyRange, rows: readonly KnownRow[], begin: number, end: number): Chunk {
  const digest = new Digest();
  let gone = 0;
  for (let at = begin; at < end; at++) {
    if (rows[at]!.gone) gone++;
    else digest.add(rows[at]!.facts);
  }
  return { ...range, present: end - begin - gone, gone, digest };
}

function rowsIn(known: KnownRange, range: KeyRange): readonly KnownRow[] {
  const place = (key: string | null): number => {
    if (key === null) return known.rows.length;
    let [low, high] = [0, known.rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareUtf8(known.rows[middle]!.facts.key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return known.rows.slice(place(range.first), place(range.end));
}
