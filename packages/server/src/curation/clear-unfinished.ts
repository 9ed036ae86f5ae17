import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';

const ROWS_AT_ONCE = 10_000;

/**
 * Takes back a part of what a version has written that was never finished.
 * @returns whether there may be more
 */
export async function clearUnfinished(
  trx: Trx,
  { workspaceId, datasetId, version }: { workspaceId: string; datasetId: string; version: number },
): Promise<boolean> {
  const ofDataset = sql`workspace_id = ${workspaceId} and dataset_id = ${datasetId}`;
  const begun = await sql`
    delete from dataset_members where ctid = any(array(
      select ctid from dataset_members where ${ofDataset} and from_version >= ${version} limit ${ROWS_AT_ONCE}
    ))`.execute(trx);
  const ended = await sql`
    update dataset_members set until_version = null where ctid = any(array(
      select ctid from dataset_members where ${ofDataset} and until_version >= ${version} limit ${ROWS_AT_ONCE}
    ))`.execute(trx);
  return [begun, ended].some(({ numAffectedRows }) => numAffectedRows === BigInt(ROWS_AT_ONCE));
}
