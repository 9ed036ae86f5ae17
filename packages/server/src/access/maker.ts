import { includesRole, type Role } from '@mooring/contract';
import type { Trx } from '../catalogue/db.ts';
import { type Maker, unauthenticated } from './caller.ts';

/**
 * What is made ends with its maker. What a token makes ends with it at the latest: a token that is stolen for an hour
 * opens nothing for longer. Removing the token or the member deletes what they made, and locking both here means that
 * nothing escapes.
 * @param wanted the end that was asked for
 * @param needed the role that the member must still have
 * @throws MooringError `unauthenticated` where the token was revoked, the member removed or the role taken meanwhile
 */
export async function endWithMaker(
  trx: Trx,
  { workspaceId, tokenId, memberId }: Maker,
  wanted: Date,
  needed: Role = 'viewer',
): Promise<{ made_by: string | null; parent_token_id: string | null; expires_at: Date }> {
  if (memberId !== null) {
    const member = await trx
      .selectFrom('members')
      .select('role')
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', memberId)
      .forShare()
      .executeTakeFirst();
    if (!member || !includesRole(member.role as Role, needed))
      throw unauthenticated('The person is no longer a member, or has another role now.');
  }
  const made = { made_by: memberId, parent_token_id: tokenId, expires_at: wanted };
  if (tokenId === null) return made;
  const token = await trx
    .selectFrom('tokens')
    .select('expires_at')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', tokenId)
    .forKeyShare()
    .executeTakeFirst();
  if (!token) throw unauthenticated('This token was revoked.');
  return { ...made, expires_at: token.expires_at < wanted ? token.expires_at : wanted };
}
