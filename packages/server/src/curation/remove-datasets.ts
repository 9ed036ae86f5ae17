import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';

const ROWS_AT_ONCE = 10_000;

/**
 * Removes the rows of datasets that were removed, so many at a time. While a version is being made of one, its rows stay:
 * that fails at its end, and what it wrote is removed then.
 */
export async function removeDatasets(db: Db, signal: AbortSignal): Promise<void> {
  const { rows } = await sql<{ workspace_id: string; id: string }>`
    select workspace_id, id from datasets d where removed_at is not null and not exists (
      select from operations o where o.workspace_id = d.workspace_id and o.subject_id = d.id
        and o.status not in ('succeeded', 'failed', 'cancelled')
    ) order by workspace_id, id limit 100`.execute(db);
  for (const { workspace_id, id } of rows) {
    const ofDataset = sql`workspace_id = ${workspace_id} and dataset_id = ${id}`;
    for (let removed = ROWS_AT_ONCE; removed === ROWS_AT_ONCE; ) {
      signal.throwIfAborted();
      const { numAffectedRows } = await sql`
        delete from dataset_members where ctid = any(array(
          select ctid from dataset_members where ${ofDataset} limit ${ROWS_AT_ONCE}
        ))`.execute(db);
      removed = Number(numAffectedRows ?? 0);
    }
    await sql`delete from dataset_versions where ${ofDataset}`.execute(db);
    await sql`delete from datasets where workspace_id = ${workspace_id} and id = ${id}`.execute(db);
  }
}
