import type { SyncReport } from '@mooring/contract';
import { sql } from 'kysely';
import type { Db, Trx } from '../catalogue/db.ts';
import type { KeyRange } from '../catalogue/key-range.ts';
import { LeaseLost } from '../operations/interruption.ts';
import { lockIsHeld } from '../platform/session.ts';
import { SUMS } from './range-sums.ts';
import { type ListedCounts, noCounts } from './sync-state.ts';

export interface SyncKey {
  readonly workspaceId: string;
  readonly operationId: string;
}

export type Samples = SyncReport['samples'];

/**
 * A piece of a sync: the keys from `first` on and before `end`, and how far their listing has come. Each belongs to
 * one worker at a time; every take-up makes `attempts` one higher, and only who knows it may write.
 */
export interface Range extends KeyRange {
  id: number;
  attempts: number;
  /** What the listing is asked for: a prefix that all its keys have. */
  prefix: string;
  /** All keys before this one are decided, but for assets that are marked as missing. */
  settled: string;
  /** Where the listing goes on; null: at `before`, and where that is empty at the beginning. */
  cursor: string | null;
  /** The last key, in the order of the listing, before the cursor. */
  before: string;
  /** Whether every key so far has come in the order of bytes. Once it is false it stays so. */
  ordered: boolean;
  done: boolean;
  counts: ListedCounts;
  /** Of a dry run. */
  samples: Samples | null;
}

export type NewRange = KeyRange & { prefix: string } & Partial<Pick<Range, 'settled' | 'ordered' | 'counts'>>;

/** A range of which nothing has been listed. */
const untouched = ({
  first,
  end,
  prefix,
}: KeyRange & { prefix: string }): Omit<Range, 'id' | 'attempts'> => ({
  first,
  end,
  prefix,
  settled: first,
  cursor: null,
  before: '',
  ordered: true,
  done: false,
  counts: noCounts(),
  samples: null,
});

/**
 * Adds ranges without an owner.
 * @param lastId the highest id that was ever used: if one were used again, a worker on the old range could write the
 * new one
 */
export async function addRanges(
  trx: Trx,
  { workspaceId, operationId }: SyncKey,
  ranges: readonly NewRange[],
  lastId = 0,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`ranges ${operationId}`}, 0))`.execute(trx);
  const { rows } = await sql<{ last: number }>`
    select greatest(max(id), ${lastId})::int4 as last from sync_ranges
    where workspace_id = ${workspaceId} and operation_id = ${operationId}`.execute(trx);
  for (let at = 0; at < ranges.length; at += 500) {
    await trx
      .insertInto('sync_ranges')
      .values(
        ranges.slice(at, at + 500).map((range, index) => {
          const { first, end, counts, samples: _, ...rest } = { ...untouched(range), ...range };
          return {
            workspace_id: workspaceId,
            operation_id: operationId,
            id: rows[0]!.last + at + index + 1,
            from_key: first,
            to_key: end,
            ...rest,
            ...counts,
          };
        }),
      )
      .execute();
  }
}

/** Takes up to `limit` ranges that no worker has. `owner` is the name of a lock that this process holds. */
export async function claimRanges(
  db: Db,
  { workspaceId, operationId }: SyncKey,
  owner: string,
  limit: number,
): Promise<Range[]> {
  const { rows } = await sql<RangeRow>`
    update sync_ranges set owner = ${owner}, attempts = attempts + 1
    where workspace_id = ${workspaceId} and operation_id = ${operationId} and id = any(array(
      select id from sync_ranges
      where workspace_id = ${workspaceId} and operation_id = ${operationId} and not done
        and (owner is null or (owner <> ${owner} and not ${sql.raw(lockIsHeld('sync_ranges.owner'))}))
      order by id limit ${limit} for update skip locked
    )) returning ${COLUMNS}`.execute(db);
  return rows.map(toRange).sort((one, other) => one.id - other.id);
}

/** Lets go of what an owner has. */
export async function releaseRanges(
  db: Db,
  { workspaceId, operationId }: SyncKey,
  owner: string,
): Promise<void> {
  await sql`
    update sync_ranges set owner = null, attempts = attempts + 1
    where workspace_id = ${workspaceId} and operation_id = ${operationId} and owner = ${owner} and not done`.execute(
    db,
  );
}

/** @throws LeaseLost where another worker has taken one of them. */
export async function saveRanges(trx: Trx, key: SyncKey, ranges: readonly Range[]): Promise<void> {
  if (ranges.length === 0) return;
  const column = (of: (range: Range) => unknown) => ranges.map(of);
  const { numAffectedRows } = await sql`
    update sync_ranges r set prefix = n.prefix, to_key = n.to_key, settled = n.settled, cursor = n.cursor,
      before = n.before, ordered = n.ordered, done = n.done, listed = n.listed, added = n.added,
      changed = n.changed, restored = n.restored, unchanged = n.unchanged, skipped = n.skipped,
      samples = n.samples
    from unnest(
      ${column(range => range.id)}::int4[], ${column(range => range.attempts)}::int4[],
      ${column(range => range.prefix)}::text[], ${column(range => range.end)}::text[],
      ${column(range => range.settled)}::text[], ${column(range => range.cursor)}::text[],
      ${column(range => range.before)}::text[], ${column(range => range.ordered)}::bool[],
      ${column(range => range.done)}::bool[], ${column(range => range.counts.listed)}::int8[],
      ${column(range => range.counts.added)}::int8[], ${column(range => range.counts.changed)}::int8[],
      ${column(range => range.counts.restored)}::int8[], ${column(range => range.counts.unchanged)}::int8[],
      ${column(range => range.counts.skipped)}::int8[],
      ${column(range => range.samples && JSON.stringify(range.samples))}::jsonb[]
    ) as n (id, attempts, prefix, to_key, settled, cursor, before, ordered, done, listed, added, changed, restored,
      unchanged, skipped, samples)
    where r.workspace_id = ${key.workspaceId} and r.operation_id = ${key.operationId}
      and r.id = n.id and r.attempts = n.attempts`.execute(trx);
  if (Number(numAffectedRows) !== ranges.length) throw new LeaseLost(key.operationId);
}

/**
 * Deletes all ranges of a sync: their workers can write no more, and what those have written just now counts.
 * @returns what the ranges had listed, and the highest of their ids
 */
export async function dropRanges(
  trx: Trx,
  { workspaceId, operationId }: SyncKey,
): Promise<{ counts: ListedCounts; lastId: number }> {
  const { rows } = await sql<ListedCounts & { last_id: number }>`
    with dropped as (
      delete from sync_ranges where workspace_id = ${workspaceId} and operation_id = ${operationId} returning *
    ) select ${SUMS}, coalesce(max(id), 0) as last_id from dropped`.execute(trx);
  const { last_id: lastId, ...counts } = rows[0]!;
  return { counts, lastId };
}

/** Deletes some of the ranges of all syncs of a source. How many? */
export async function deleteRanges(
  trx: Trx,
  source: { workspaceId: string; id: string },
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from sync_ranges where ctid = any(array(
      select r.ctid from operations o
      join sync_ranges r on r.workspace_id = o.workspace_id and r.operation_id = o.id
      where o.workspace_id = ${source.workspaceId} and o.subject_id = ${source.id} limit ${limit}
    ))`.execute(trx);
  return Number(numAffectedRows);
}

type RangeRow = Omit<Range, 'counts'> & ListedCounts;

const COLUMNS = sql`id, attempts, prefix, from_key as first, to_key as end, settled, cursor, before, ordered, done,
  listed, added, changed, restored, unchanged, skipped, samples`;

const toRange = ({ listed, added, changed, restored, unchanged, skipped, ...range }: RangeRow): Range => ({
  ...range,
  counts: { listed, added, changed, restored, unchanged, skipped },
});
