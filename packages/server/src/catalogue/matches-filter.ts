import type { AssetFilter } from '@mooring/contract';
import { sql } from 'kysely';
import { selectAssets } from './asset-filter.ts';
import type { Db } from './db.ts';

/**
 * Whether one asset matches a filter, at the cost of reading one row.
 * @throws MooringError `not_found` where the filter's folder is no longer there
 */
export async function matchesFilter(
  db: Db,
  workspaceId: string,
  filter: AssetFilter,
  assetId: string,
): Promise<boolean> {
  const { everywhere } = await selectAssets(db, workspaceId, filter);
  // Materialized, so that no index of the filter's conditions is walked for one asset.
  const { rows } = await sql<{ matches: boolean }>`
    with a as materialized (
      select * from assets where workspace_id = ${workspaceId} and id = ${assetId} limit 1
    ) select (${everywhere}) as matches from a`.execute(db);
  return rows[0]?.matches ?? false;
}
