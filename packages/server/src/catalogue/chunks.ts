import { compareUtf8 } from '@mooring/storage/server';
import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from './db.ts';
import { Digest, type Facts } from './fingerprint.ts';
import { directoryOf } from './key.ts';

/** A range of keys: from `first`, before `end`; null: to the end of the source. */
export interface KeyRange {
  first: string;
  end: string | null;
}

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

interface SourceKey {
  readonly workspaceId: string;
  readonly id: string;
}

/** Rows of a new chunk; at least half as many where a directory ends there. */
const ROWS = 256;
/** A chunk with more rows is divided when it can be. */
const MOST_ROWS = 512;
/** Longer keys do not fit into the index. */
const LONGEST_FIRST_KEY = 512;
/** More changes are found by reading all chunks between the first and the last of them. */
const MOST_PROBES = 1000;

/** Right after a key: no other key that PostgreSQL can hold lies between. */
export const after = (key: string): string => `${key}\u0001`;

/**
 * The chunks that share keys with any of these ranges, which follow one another, in order. Together they leave no gap
 * in a range.
 */
export async function readChunks(db: Db, source: SourceKey, ranges: readonly KeyRange[]): Promise<Chunk[]> {
  const ofSource = sql`select first_key, present, gone, digest_a, digest_b from asset_chunks
    where workspace_id = ${source.workspaceId} and source_id = ${source.id}`;
  const read = async (within: readonly KeyRange[], past: RawBuilder<unknown>): Promise<ChunkRow[]> => {
    if (within.length === 0) return [];
    // Three ways into the index, and nothing but: the end of a chunk is where the next one begins.
    const { rows } = await sql<ChunkRow>`
      select c.* from
        unnest(${within.map(range => range.first)}::text[], ${within.map(range => range.end)}::text[]) as r (first, past)
        cross join lateral (
          (${ofSource} and first_key <= r.first collate "C" order by first_key desc limit 1)
          union all
          (${ofSource} and first_key > r.first collate "C" ${past})
          union all
          (${ofSource} and first_key > r.first collate "C" and first_key >= r.past collate "C"
            order by first_key limit 1)
        ) c`.execute(db);
    return rows;
  };
  const bounded = ranges.filter(({ end }) => end !== null);
  const open = ranges.filter(({ end }) => end === null);
  const rows = [
    ...(await read(bounded, sql`and first_key < r.past collate "C"`)),
    ...(await read(open, sql``)),
  ];
  if (rows.length === 0) return [{ first: '', end: null, present: 0, gone: 0, digest: { a: 0, b: 0 } }];
  const byKey = new Map(rows.map(row => [row.first_key, row]));
  const keys = [...byKey.keys()].sort(compareUtf8);
  return keys
    .map((first, at): Chunk => {
      const { present, gone, digest_a: a, digest_b: b } = byKey.get(first)!;
      return { first, end: keys[at + 1] ?? null, present, gone, digest: a === null ? null : { a, b: b! } };
    })
    .filter(chunk => ranges.some(range => overlap(range, chunk)));
}

interface ChunkRow {
  first_key: string;
  present: number;
  gone: number;
  digest_a: number | null;
  digest_b: number | null;
}

/**
 * Brings the chunks of a source in line with what is written in the same transaction; the caller holds the source's
 * lock. Where all rows of a range are known, chunks are made anew, and divided where they have grown.
 */
export async function writeChunks(
  trx: Trx,
  source: SourceKey,
  changes: readonly RowChange[],
  known: readonly KnownRange[],
): Promise<void> {
  const ranges = known.filter(isFilled).toSorted((one, other) => compareUtf8(one.first, other.first));
  const outside = changes.filter(({ key }) => !ranges.some(range => isIn(range, key)));
  const chunks = await readChunks(trx, source, [...ranges, ...rangesOf(outside)]);
  const all = inOrder(changes);
  const written: Chunk[] = [];
  let at = 0;
  for (const chunk of chunks) {
    while (at < all.length && compareUtf8(all[at]!.key, chunk.first) < 0) at++;
    const begin = at;
    while (at < all.length && isIn(chunk, all[at]!.key)) at++;
    const overlapping = ranges.filter(range => overlap(range, chunk));
    if (begin === at && overlapping.length === 0) continue;
    written.push(...renew(chunk, all.slice(begin, at), overlapping));
  }
  await upsert(trx, source, written);
}

const inOrder = (changes: readonly RowChange[]): readonly RowChange[] =>
  changes.every(({ key }, at) => at === 0 || compareUtf8(changes[at - 1]!.key, key) <= 0)
    ? changes
    : changes.toSorted((one, other) => compareUtf8(one.key, other.key));

/**
 * What becomes of a chunk: itself with other sums, or several. What is known of a part of it, in order, also says
 * what is left in the rest.
 */
function renew(chunk: Chunk, changes: readonly RowChange[], known: readonly KnownRange[]): Chunk[] {
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

async function upsert(trx: Trx, source: SourceKey, chunks: readonly Chunk[]): Promise<void> {
  if (chunks.length === 0) return;
  const column = (of: (chunk: Chunk) => string | number | null) => chunks.map(of);
  await sql`
    insert into asset_chunks (workspace_id, source_id, first_key, present, gone, digest_a, digest_b)
    select ${source.workspaceId}, ${source.id}, n.* from unnest(
      ${column(chunk => chunk.first)}::text[], ${column(chunk => chunk.present)}::int4[],
      ${column(chunk => chunk.gone)}::int4[], ${column(chunk => chunk.digest?.a ?? null)}::int4[],
      ${column(chunk => chunk.digest?.b ?? null)}::int4[]
    ) as n
    on conflict (workspace_id, source_id, first_key) do update set present = excluded.present,
      gone = excluded.gone, digest_a = excluded.digest_a, digest_b = excluded.digest_b`.execute(trx);
}

/** Few changes are looked for one by one; of many, all between the first and the last. */
function rangesOf(changes: readonly RowChange[]): KeyRange[] {
  if (changes.length <= MOST_PROBES) return changes.map(({ key }) => ({ first: key, end: after(key) }));
  let [first, last] = [changes[0]!.key, changes[0]!.key];
  for (const { key } of changes) {
    if (compareUtf8(key, first) < 0) first = key;
    if (compareUtf8(key, last) > 0) last = key;
  }
  return [{ first, end: after(last) }];
}

const isIn = (range: KeyRange, key: string): boolean =>
  compareUtf8(key, range.first) >= 0 && (range.end === null || compareUtf8(key, range.end) < 0);

const overlap = (one: KeyRange, other: KeyRange): boolean =>
  (one.end === null || compareUtf8(other.first, one.end) < 0) &&
  (other.end === null || compareUtf8(one.first, other.end) < 0);

/** Whether all of a range lies inside another. */
export const contains = (outer: KeyRange, inner: KeyRange): boolean =>
  compareUtf8(outer.first, inner.first) <= 0 &&
  (outer.end === null || (inner.end !== null && compareUtf8(inner.end, outer.end) <= 0));

const isFilled = ({ first, end }: KeyRange): boolean => end === null || compareUtf8(first, end) < 0;

function intersection(one: KeyRange, other: KeyRange): KeyRange {
  const first = compareUtf8(one.first, other.first) > 0 ? one.first : other.first;
  if (one.end === null || other.end === null) return { first, end: one.end ?? other.end };
  return { first, end: compareUtf8(one.end, other.end) < 0 ? one.end : other.end };
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
