import type { Page, Scope, Token, TokenCreated, tokenCreate } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Selectable } from 'kysely';
import type { z } from 'zod';
import { decodeCursor, type PageRequest, pageById } from '../catalogue/cursor.ts';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { requireStorable } from '../catalogue/storable.ts';
import { newId } from '../platform/ids.ts';
import { notFound } from '../platform/problem.ts';
import { type Caller, type Maker, unauthenticated } from './caller.ts';
import { endWithToken } from './parent-token.ts';
import { hashSecret, newSecret } from './secret.ts';
import { toCaller } from './sessions.ts';

/** Marks a token as Mooring's, for people and for tools that look for leaked secrets. */
export const TOKEN_PREFIX = 'mrg_';
const HINT_CHARS = 8;
/** `lastUsedAt` is exact to this, so that a busy token does not write a row for every request. */
const LAST_USED_STEP_MS = 60_000;

/** API tokens of a workspace. Only hashes are stored, and every request looks, so revoking works at once. */
export function createTokens({ db, clock }: { db: Db; clock: Clock }) {
  /**
   * The answer is the only place where the secret ever stands.
   * @throws MooringError `invalid_request` for a name that cannot be stored; as `endWithToken`
   */
  async function createToken(
    maker: Maker,
    { name, scope, expiresInSeconds }: z.output<typeof tokenCreate>,
  ): Promise<TokenCreated> {
    requireStorable({ name });
    const now = clock.now();
    const secret = TOKEN_PREFIX + newSecret();
    const row = await db.transaction().execute(async trx =>
      trx
        .insertInto('tokens')
        .values({
          workspace_id: maker.workspaceId,
          id: newId('token', now.getTime()),
          name,
          scope,
          hint: secret.slice(0, HINT_CHARS),
          token_hash: hashSecret(secret),
          ...(await endWithToken(trx, maker, new Date(now.getTime() + expiresInSeconds * 1000))),
          last_used_at: null,
          created_at: now,
        })
        .returningAll()
        .executeTakeFirstOrThrow(),
    );
    return { ...toToken(row), secret };
  }

  /**
   * Newest first.
   * @throws MooringError `invalid_request` for a bad cursor
   */
  async function listTokens(workspaceId: string, { cursor, limit }: PageRequest): Promise<Page<Token>> {
    const [before] = cursor === undefined ? [] : decodeCursor(cursor, 1);
    const rows = await db
      .selectFrom('tokens')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .$if(before !== undefined, query => query.where('id', '<', before!))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    return pageById(rows, limit, toToken);
  }

  /** With it go the tokens, links and sessions that came from it. @throws MooringError `not_found` */
  async function deleteToken(workspaceId: string, tokenId: string): Promise<void> {
    const { numDeletedRows } = await db
      .deleteFrom('tokens')
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', tokenId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw notFound('token', tokenId);
  }

  /** @throws MooringError `unauthenticated` where the token is unknown, revoked or past its end */
  async function findToken(secret: string): Promise<Caller> {
    const now = clock.now();
    const row = await db
      .selectFrom('tokens as t')
      .innerJoin('workspaces as w', 'w.id', 't.workspace_id')
      .select(['t.id', 't.name', 't.scope', 't.expires_at', 't.last_used_at'])
      .select(['w.id as workspace_id', 'w.name as workspace_name', 'w.created_at as workspace_created_at'])
      .where('t.token_hash', '=', hashSecret(secret))
      .where('t.expires_at', '>', now)
      .executeTakeFirst();
    if (!row) throw unauthenticated('This token is unknown, has expired or was revoked.');
    if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() >= LAST_USED_STEP_MS) {
      await db
        .updateTable('tokens')
        .set({ last_used_at: now })
        .where('workspace_id', '=', row.workspace_id)
        .where('id', '=', row.id)
        .execute();
    }
    return { ...toCaller('token', row), tokenId: row.id, sessionId: null };
  }

  return { createToken, listTokens, deleteToken, findToken };
}

const toToken = (row: Selectable<Schema['tokens']>): Token => ({
  id: row.id,
  name: row.name,
  scope: row.scope as Scope,
  hint: row.hint,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  parentTokenId: row.parent_token_id,
});
