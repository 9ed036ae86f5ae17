import type { Trx } from '../catalogue/db.ts';
import { type Maker, unauthenticated } from './caller.ts';

/**
 * What is made with a token ends with it at the latest: a token that is stolen for an hour opens nothing for longer.
 * Revoking the token deletes its children with it, and locking it here means that none escapes.
 * @param wanted the end that was asked for
 * @throws MooringError `unauthenticated` where the token was revoked meanwhile
 */
export async function endWithToken(
  trx: Trx,
  { workspaceId, tokenId }: Maker,
  wanted: Date,
): Promise<{ parent_token_id: string | null; expires_at: Date }> {
  if (tokenId === null) return { parent_token_id: null, expires_at: wanted };
  const token = await trx
    .selectFrom('tokens')
    .select('expires_at')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', tokenId)
    .forKeyShare()
    .executeTakeFirst();
  if (!token) throw unauthenticated('This token was revoked.');
  return { parent_token_id: tokenId, expires_at: token.expires_at < wanted ? token.expires_at : wanted };
}
