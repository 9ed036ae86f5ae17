import type { AssetFilter } from '@mooring/contract';
import { sql } from 'kysely';
import { selectAssets } from './asset-filter.ts';
import type { Db } from './db.ts';

/**
 * Whether one asset matches a filter, at the cost of reading one row.
 * @throws MooringError `not_found` where the filter's folder is no longer there
 */
export const matchesFilter = async (
  db: Db,
  workspaceId: string,
  filter: AssetFilter,
  assetId: string,
): Promise<boolean> => (await judgeAssets(db, workspaceId, filter, [assetId])).get(assetId) ?? false;

/**
 * Whether each of some assets matches a filter, at the cost of reading their rows. Assets that do not exist are left out.
 * Throws as `matchesFilter`.
 */
export async function judgeAssets(
  db: Db,
  workspaceId: string,
  filter: AssetFilter,
  assetIds: readonly string[],
): Promise<Map<string, boolean>> {
  const { everywhere } = await selectAssets(db, workspaceId, filter);
  // Materialized, so that no index of the filter's conditions is walked for few assets.
  const { rows } = await sql<{ id: string; matches: boolean }>`
    with a as materialized (
      select * from assets where workspace_id = ${workspaceId} and id = any(${[...assetIds]}::text[])
    ) select a.id, (${everywhere}) as matches from a`.execute(db);
  return new Map(rows.map(({ id, matches }) => [id, matches]));
}
