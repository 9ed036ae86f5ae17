import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';
import type { LockedSource } from '../catalogue/source-lock.ts';
import { MooringError } from '../platform/problem.ts';
import type { ListedCounts } from './sync-state.ts';

/** Fewer removals are never stopped, but where nothing at all would be left. */
const FEWEST_TO_GUARD = 100;
const FEWEST_OF_ALL = 10;

/**
 * Stops a sync that would remove more than the source's share of what there was before.
 * @throws MooringError `sync_guard`
 */
export async function guardRemovals(
  trx: Trx,
  source: LockedSource,
  missing: number,
  listed: ListedCounts,
): Promise<void> {
  const { rows } = await sql<{ asset_count: number; max_removed_share: number }>`
    select asset_count, max_removed_share from sources
    where workspace_id = ${source.workspaceId} and id = ${source.id}`.execute(trx);
  const { asset_count: present, max_removed_share: share } = rows[0]!;
  const before = present - listed.added - listed.restored;
  const fewest = missing < before ? FEWEST_TO_GUARD : FEWEST_OF_ALL;
  if (missing < fewest || missing <= share * before) return;
  throw new MooringError(
    'sync_guard',
    `${missing.toLocaleString('en')} of ${before.toLocaleString('en')} assets are no longer in the storage. At most ${Math.round(share * 100)} % of this source may be removed by one sync, so nothing was removed.`,
    {
      fix: 'Check the container, the prefix and the filters. If the objects were deleted on purpose, sync again and confirm the removals.',
    },
  );
}
