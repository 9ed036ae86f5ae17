import { compareUtf8 } from '@mooring/storage/server';
import { type RawBuilder, sql } from 'kysely';
import { type Chunk, type KnownRange, type RowChange, renewChunk } from './chunk.ts';
import type { Db, Trx } from './db.ts';
import { isFilled, isIn, type KeyRange, keyAfter, overlap } from './key-range.ts';

interface SourceKey {
  readonly workspaceId: string;
  readonly id: string;
}

/** More changes are found by reading all chunks between the first and the last of them. */
const MOST_PROBES = 1000;

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
    written.push(...renewChunk(chunk, all.slice(begin, at), overlapping));
  }
  await upsert(trx, source, written);
}

const inOrder = (changes: readonly RowChange[]): readonly RowChange[] =>
  changes.every(({ key }, at) => at === 0 || compareUtf8(changes[at - 1]!.key, key) <= 0)
    ? changes
    : changes.toSorted((one, other) => compareUtf8(one.key, other.key));

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
  if (changes.length <= MOST_PROBES) return changes.map(({ key }) => ({ first: key, end: keyAfter(key) }));
  let [first, last] = [changes[0]!.key, changes[0]!.key];
  for (const { key } of changes) {
    if (compareUtf8(key, first) < 0) first = key;
    if (compareUtf8(key, last) > 0) last = key;
  }
  return [{ first, end: keyAfter(last) }];
}
