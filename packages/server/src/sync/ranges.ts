import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';

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
