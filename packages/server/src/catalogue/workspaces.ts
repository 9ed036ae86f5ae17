import type { WorkspaceSettings, WorkspaceUpdate } from '@mooring/contract';
import { notFound } from '../platform/problem.ts';
import type { Db } from './db.ts';
import { countPresent } from './quota.ts';

/** What applies to a workspace as a whole. */
export function createWorkspaces({ db }: { db: Db }) {
  /** @throws MooringError `not_found` */
  async function getWorkspace(workspaceId: string): Promise<WorkspaceSettings> {
    const row = await db
      .selectFrom('workspaces')
      .selectAll()
      .where('id', '=', workspaceId)
      .executeTakeFirst();
    if (!row) throw notFound('workspace', workspaceId);
    const assetCount = await countPresent(db, workspaceId);
    return {
      id: row.id,
      name: row.name,
      createdAt: row.created_at.toISOString(),
      maxAssets: row.max_assets,
      assetCount,
      overQuotaCount: row.max_assets === null ? 0 : Math.max(0, assetCount - row.max_assets),
      settled: row.quota_settled,
      maxSigningSeconds: row.max_signing_seconds,
    };
  }

  /** How long URLs may work at most that service tokens of the workspace ask for, in seconds. */
  async function maxSigningSeconds(workspaceId: string): Promise<number> {
    const row = await db
      .selectFrom('workspaces')
      .select('max_signing_seconds')
      .where('id', '=', workspaceId)
      .executeTakeFirst();
    if (!row) throw notFound('workspace', workspaceId);
    return row.max_signing_seconds;
  }

  return {
    getWorkspace,
    maxSigningSeconds,

    /** Assets are marked or unmarked by `settleQuotas`, later. @throws MooringError `not_found` */
    async updateWorkspace(
      workspaceId: string,
      { maxAssets, maxSigningSeconds }: WorkspaceUpdate,
    ): Promise<WorkspaceSettings> {
      await db
        .updateTable('workspaces')
        .set({
          ...(maxAssets !== undefined && { max_assets: maxAssets, quota_settled: false }),
          ...(maxSigningSeconds !== undefined && { max_signing_seconds: maxSigningSeconds }),
        })
        .where('id', '=', workspaceId)
        .execute();
      return getWorkspace(workspaceId);
    },
  };
}
