import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Range, Samples, SyncKey } from './sync-ranges.ts';
import { type ListedCounts, noCounts } from './sync-state.ts';

/** Sums over ranges, one column for each count. */
export const SUMS = sql.join(
  Object.keys(noCounts()).map(name => sql`coalesce(sum(${sql.ref(name)}), 0)::int8 as ${sql.ref(name)}`),
);

/** What was listed by all ranges, and how many of them are not done. */
export async function sumRanges(
  db: Db,
  { workspaceId, operationId }: SyncKey,
): Promise<{ counts: ListedCounts; open: number }> {
  const { rows } = await sql<ListedCounts & { open: number }>`
    select ${SUMS}, count(*) filter (where not done) as open
    from sync_ranges where workspace_id = ${workspaceId} and operation_id = ${operationId}`.execute(db);
  const { open, ...counts } = rows[0]!;
  return { counts, open };
}

/** How far each range of a sync is settled. */
export async function readSettled(
  db: Db,
  { workspaceId, operationId }: SyncKey,
): Promise<Pick<Range, 'first' | 'settled'>[]> {
  const { rows } = await sql<{ first: string; settled: string }>`
    select from_key as first, case when done and ordered then coalesce(to_key, settled) else settled end as settled
    from sync_ranges where workspace_id = ${workspaceId} and operation_id = ${operationId}`.execute(db);
  return rows;
}

export async function readSamples(db: Db, { workspaceId, operationId }: SyncKey): Promise<Samples[]> {
  const rows = await db
    .selectFrom('sync_ranges')
    .select('samples')
    .where('workspace_id', '=', workspaceId)
    .where('operation_id', '=', operationId)
    .where('samples', 'is not', null)
    .orderBy('from_key')
    .execute();
  return rows.map(row => row.samples as Samples);
}
