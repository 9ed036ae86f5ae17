import type { Page, SetupLinkListed } from '@mooring/contract';
import { decodeCursor, type PageRequest, pageById } from '../catalogue/cursor.ts';
import type { Db } from '../catalogue/db.ts';

/**
 * Links that still work, newest first. The links themselves are never shown.
 * @throws MooringError `invalid_request` for a bad cursor
 */
export async function listLinks(
  db: Db,
  table: 'setup_links' | 'sign_in_links',
  { workspaceId, now }: { workspaceId: string; now: Date },
  { cursor, limit }: PageRequest,
): Promise<Page<SetupLinkListed & { memberId?: string }>> {
  const rows = await db
    .selectFrom(table)
    .select(['id', 'created_at', 'expires_at', 'parent_token_id'])
    .where('workspace_id', '=', workspaceId)
    .where('expires_at', '>', now)
    .$if(table === 'sign_in_links', query => query.select('member_id').where('used_at', 'is', null))
    .$if(cursor !== undefined, query => query.where('id', '<', decodeCursor(cursor!, 1)[0]!))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return pageById(rows, limit, row => ({
    id: row.id,
    ...(row.member_id !== undefined && { memberId: row.member_id }),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    parentTokenId: row.parent_token_id,
  }));
}
