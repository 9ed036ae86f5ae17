import type { WorkspaceSettings, WorkspaceUpdate } from '@mooring/contract';
import { sql } from 'kysely';
import { notFound } from '../platform/problem.ts';
import type { Db } from './db.ts';
import { countPresent } from './quota.ts';
import { nextRevision } from './revision.ts';

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
      revision: row.revision,
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

    /**
     * Assets are marked or unmarked by `settleQuotas`, later.
     * @param ifRevision the revision that the change was made for; undefined for any
     * @throws MooringError `not_found`, `stale_revision`
     */
    async updateWorkspace(
      workspaceId: string,
      { maxAssets, maxSigningSeconds }: WorkspaceUpdate,
      ifRevision?: number,
    ): Promise<WorkspaceSettings> {
      await db.transaction().execute(async trx => {
        const revision = await nextRevision(trx, 'workspaces', sql`id = ${workspaceId}`, ifRevision);
        await trx
          .updateTable('workspaces')
          .set({
            revision,
            ...(maxAssets !== undefined && { max_assets: maxAssets, quota_settled: false }),
            ...(maxSigningSeconds !== undefined && { max_signing_seconds: maxSigningSeconds }),
          })
          .where('id', '=', workspaceId)
          .execute();
      });
      return getWorkspace(workspaceId);
    },
  };
}
