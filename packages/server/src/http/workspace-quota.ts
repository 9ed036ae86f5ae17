import type { RouteId } from '@mooring/contract';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Limits } from '../platform/config-limits.ts';
import { MooringError } from '../platform/problem.ts';

/** What a workspace may have only so many of: each costs work whether it is used or not. */
const QUOTAS: Partial<Record<RouteId, { of: string; limit: keyof Limits; condition: string }>> = {
  createWebhook: { of: 'webhooks', limit: 'webhooksPerWorkspace', condition: 'true' },
  createToken: { of: 'tokens', limit: 'tokensPerWorkspace', condition: 'expires_at > now()' },
  createOwnToken: { of: 'tokens', limit: 'tokensPerWorkspace', condition: 'expires_at > now()' },
  createLink: { of: 'links', limit: 'linksPerWorkspace', condition: 'expires_at > now()' },
  createOwnSshKey: { of: 'ssh_keys', limit: 'tokensPerWorkspace', condition: 'expires_at > now()' },
  createConnection: {
    of: 'connections',
    limit: 'connectionsPerWorkspace',
    condition: 'removed_at is null',
  },
  createDataset: { of: 'datasets', limit: 'datasetsPerWorkspace', condition: 'removed_at is null' },
  createConnector: { of: 'connectors', limit: 'connectorsPerWorkspace', condition: 'true' },
  createSource: { of: 'sources', limit: 'sourcesPerWorkspace', condition: 'removed_at is null' },
};

/** @throws MooringError `conflict` where a route would make one more than the workspace may have */
export async function requireQuota(db: Db, limits: Limits, id: RouteId, workspaceId: string): Promise<void> {
  const quota = QUOTAS[id];
  if (!quota) return;
  const most = limits[quota.limit];
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select from ${sql.table(quota.of)}
      where workspace_id = ${workspaceId} and ${sql.raw(quota.condition)} limit ${most}
    ) as found`.execute(db);
  if (rows[0]!.count < most) return;
  throw new MooringError(
    'conflict',
    `This workspace has ${rows[0]!.count} ${quota.of}; the installation allows ${most}.`,
    {
      fix: `Remove one that you do not need, or ask the person who runs Mooring to raise ${quota.limit}.`,
    },
  );
}
