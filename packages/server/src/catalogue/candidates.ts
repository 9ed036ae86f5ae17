import { type RawBuilder, sql } from 'kysely';
import { allOf, type Bits, from, nth } from './asset-bits.ts';
import { rowsOfParts, SEGMENT, type Segments } from './asset-segments.ts';
import type { NumberName } from './build-bitmaps.ts';
import type { Trx } from './db.ts';

/** Assets among which are all that are looked for. */
export interface Candidates {
  /** No more than so many. */
  count: number;
  /** Whether there are others, which come later in the order. */
  isPart: boolean;
  /** A table of them. */
  rows: RawBuilder<unknown>;
}

/** More are not looked for one by one. */
const MOST_CANDIDATES = 60_000;

/**
 * Those in some bitmaps, and all of segments of which these do not hold.
 * @returns null where there are too many
 */
export async function findCandidates(
  trx: Trx,
  workspaceId: string,
  segments: Segments,
  bits: Bits,
): Promise<Candidates | null> {
  // Materialised, or the bits would be made again for each use of them.
  const { rows } = await sql<{ sourceId: string; segment: number; bits: Buffer | null }>`
    with m as materialized (
      select s.source_id, s.segment, ${bits} as bits from asset_segments s where ${segments.isWhole}
    )
    select source_id as "sourceId", segment,
      case when sum(bit_count(bits)) over () <= ${MOST_CANDIDATES} then varbit_send(bits) end as bits
    from m where bit_count(bits) > 0`.execute(trx);
  const { parts } = segments;
  const numbers = new Map<string, number[]>();
  let count = parts.length * SEGMENT;
  for (const { sourceId, segment, bits } of rows) {
    if (!bits) return null;
    const ofSource = numbers.get(sourceId) ?? [];
    numbers.set(sourceId, ofSource);
    for (const number of numbersIn(bits, segment)) ofSource.push(number);
  }
  const queries = [...numbers].map(([sourceId, ofSource]) => {
    count += ofSource.length;
    return sql`select a.* from assets a
      where a.workspace_id = ${workspaceId} and a.source_id = ${sourceId} and a.number = any(${ofSource}::int4[])`;
  });
  if (parts.length > 0 || queries.length === 0) queries.push(rowsOfParts(workspaceId, parts));
  return { count, isPart: false, rows: sql`(${sql.join(queries, sql` union all `)})` };
}

/** @param sent how PostgreSQL sends bits: how many there are, then the bits, the first in the highest of a byte */
function* numbersIn(sent: Buffer, segment: number): Generator<number> {
  for (let at = 4; at < sent.length; at++)
    for (let byte = sent[at]!; byte !== 0; ) {
      const bit = Math.clz32(byte) - 24;
      yield segment * SEGMENT + (at - 4) * 8 + bit;
      byte &= ~(0x80 >> bit);
    }
}

/** So many are gathered and sorted without another thought. */
const FEW_CANDIDATES = 2000;

interface First {
  name: NumberName;
  largest: boolean;
  limit: number;
}

/**
 * Assets among which are the first `limit` of some, by the greatest number or the smallest.
 * @param bits those of which a number is known
 * @returns null where too many share the number at the end
 */
export async function findFirst(
  trx: Trx,
  workspaceId: string,
  segments: Segments,
  bits: Bits,
  first: First,
): Promise<Candidates | null> {
  const bound = await findBound(trx, segments.isWhole, bits, first);
  if (bound === null) return findCandidates(trx, workspaceId, segments, bits);
  const within = first.largest ? from(first.name, bound) : sql<string>`~${from(first.name, bound + 1)}`;
  const found = await findCandidates(trx, workspaceId, segments, allOf([bits, within]));
  return found && { ...found, isPart: true };
}

/**
 * A number that at least `limit` assets reach, and not many more; null where there are few. In each segment the nth number
 * from the start is found: n assets reach it. The best of these numbers are taken until that is `limit` assets.
 */
async function findBound(
  trx: Trx,
  isWhole: RawBuilder<boolean>,
  bits: Bits,
  { name, largest, limit }: First,
): Promise<number | null> {
  for (let most = 1; ; most *= 4) {
    const { rows } = await sql<{ number: number; count: number; all: number }>`
      with m as materialized (select s.*, ${bits} as bits from asset_segments s where ${isWhole})
      select ${nth(name, sql`s.bits`, sql`least(${most}, bit_count(s.bits))::int4`, largest)} as number,
        least(${most}, bit_count(s.bits))::int4 as count, bit_count(s.bits)::int4 as "all"
      from m s where bit_count(s.bits) > 0`.execute(trx);
    const all = rows.reduce((sum, row) => sum + row.all, 0);
    if (all <= Math.max(FEW_CANDIDATES, 2 * limit)) return null;
    rows.sort((one, other) => (largest ? other.number - one.number : one.number - other.number));
    let reached = 0;
    for (const { number, count } of rows) {
      reached += count;
      if (reached >= limit) return number;
    }
    // There are more than `limit`, so some segment has more than it was asked for.
  }
}
