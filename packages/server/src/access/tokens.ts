import {
  lesserRole,
  type Page,
  type Role,
  type Token,
  type TokenCreated,
  type TokenScope,
  type tokenCreate,
} from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { ExpressionBuilder, Selectable } from 'kysely';
import type { z } from 'zod';
import { decodeCursor, type PageRequest, pageById } from '../catalogue/cursor.ts';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { requireStorable } from '../catalogue/storable.ts';
import { newId } from '../platform/ids.ts';
import { notFound } from '../platform/problem.ts';
import { type Caller, type Maker, unauthenticated } from './caller.ts';
import { endWithMaker } from './maker.ts';
import { hashSecret, newSecret } from './secret.ts';
import { toCaller } from './sessions.ts';

/** Marks a token as Mooring's, for people and for tools that look for leaked secrets. */
export const TOKEN_PREFIX = 'mrg_';
const HINT_CHARS = 8;
/** `lastUsedAt` is exact to this, so that a busy token does not write a row for every request. */
const LAST_USED_STEP_MS = 60_000;

/** What a token is to be. Without a scope it opens all that its role allows. */
type TokenWanted = Omit<z.output<typeof tokenCreate>, 'scope'> & { scope?: TokenScope | null };

/** API tokens of a workspace. Only hashes are stored, and every request looks, so revoking works at once. */
export function createTokens({ db, clock }: { db: Db; clock: Clock }) {
  /**
   * The answer is the only place where the secret ever stands.
   * @throws MooringError `invalid_request` for a name that cannot be stored; `not_found` for a connection or folder that is
   * not there; as `endWithMaker`
   */
  async function createToken(
    maker: Maker,
    { name, role, readOnly, scope = null, kind = 'personal', expiresInSeconds }: TokenWanted,
  ): Promise<TokenCreated> {
    requireStorable({ name });
    if (scope) await requireScope(maker.workspaceId, scope);
    const now = clock.now();
    const secret = TOKEN_PREFIX + newSecret();
    const row = await db.transaction().execute(async trx => {
      const wanted = new Date(now.getTime() + expiresInSeconds * 1000);
      const { made_by, ...ends } = await endWithMaker(
        trx,
        maker,
        wanted,
        kind === 'personal' ? role : 'administrator',
      );
      return trx
        .insertInto('tokens')
        .values({
          workspace_id: maker.workspaceId,
          id: newId('token', now.getTime()),
          name,
          role,
          read_only: readOnly,
          scope: scope && JSON.stringify(scope),
          member_id: kind === 'personal' ? made_by : null,
          hint: secret.slice(0, HINT_CHARS),
          token_hash: hashSecret(secret),
          ...ends,
          last_used_at: null,
          created_at: now,
        })
        .returningAll()
        .returning(memberNameOf)
        .executeTakeFirstOrThrow();
    });
    return { ...toToken(row), secret };
  }

  async function requireScope(workspaceId: string, scope: TokenScope): Promise<void> {
    const [kind, table, id] =
      scope.kind === 'connection'
        ? (['connection', 'connections', scope.connectionId] as const)
        : (['folder', 'folders', scope.folderId] as const);
    const row = await db
      .selectFrom(table)
      .select('id')
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) throw notFound(kind, id);
  }

  /**
   * Newest first.
   * @param memberId only their personal ones
   * @throws MooringError `invalid_request` for a bad cursor
   */
  async function listTokens(
    workspaceId: string,
    { cursor, limit }: PageRequest,
    memberId?: string,
  ): Promise<Page<Token>> {
    const [before] = cursor === undefined ? [] : decodeCursor(cursor, 1);
    const rows = await db
      .selectFrom('tokens')
      .selectAll()
      .select(memberNameOf)
      .where('workspace_id', '=', workspaceId)
      .$if(memberId !== undefined, query => query.where('member_id', '=', memberId!))
      .$if(before !== undefined, query => query.where('id', '<', before!))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    return pageById(rows, limit, toToken);
  }

  /**
   * With it go the tokens, links and sessions that came from it.
   * @param memberId only a personal one of theirs
   * @throws MooringError `not_found`
   */
  async function deleteToken(workspaceId: string, tokenId: string, memberId?: string): Promise<void> {
    const { numDeletedRows } = await db
      .deleteFrom('tokens')
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', tokenId)
      .$if(memberId !== undefined, query => query.where('member_id', '=', memberId!))
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw notFound('token', tokenId);
  }

  /** @throws MooringError `unauthenticated` where the token is unknown, revoked or past its end */
  async function findToken(secret: string): Promise<Caller> {
    const now = clock.now();
    const row = await withMember(db)
      .innerJoin('workspaces as w', 'w.id', 't.workspace_id')
      .select([
        't.id',
        't.name',
        't.role',
        't.read_only',
        't.scope',
        't.member_id',
        't.expires_at',
        't.last_used_at',
      ])
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
    const role = roleIn(row);
    return {
      ...toCaller('token', { ...row, role }),
      ...{
        readOnly: row.read_only,
        scope: row.scope as TokenScope | null,
        tokenId: row.id,
        memberId: row.member_id,
        sessionId: null,
      },
      isOidc: false,
    };
  }

  /** What a token may do; null where there is no such token. */
  async function tokenRole(
    workspaceId: string,
    tokenId: string,
  ): Promise<{ role: Role; readOnly: boolean } | null> {
    const row = await withMember(db)
      .select(['t.role', 't.read_only'])
      .where('t.workspace_id', '=', workspaceId)
      .where('t.id', '=', tokenId)
      .executeTakeFirst();
    return row ? { role: roleIn(row), readOnly: row.read_only } : null;
  }

  return { createToken, listTokens, deleteToken, findToken, tokenRole };
}

const withMember = (db: Db) =>
  db
    .selectFrom('tokens as t')
    .leftJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 't.workspace_id').onRef('m.id', '=', 't.member_id'),
    )
    .select('m.role as member_role');

/** A personal token may do no more than its member. */
const roleIn = ({ role, member_role }: { role: string; member_role: string | null }): Role =>
  member_role ? lesserRole(role as Role, member_role as Role) : (role as Role);

/** The name of the member whose token it is. */
const memberNameOf = (query: ExpressionBuilder<Schema, 'tokens'>) =>
  query
    .selectFrom('members')
    .select('members.name')
    .whereRef('members.workspace_id', '=', 'tokens.workspace_id')
    .whereRef('members.id', '=', 'tokens.member_id')
    .as('member_name');

const toToken = (row: Selectable<Schema['tokens']> & { member_name: string | null }): Token => ({
  id: row.id,
  name: row.name,
  role: row.role as Role,
  readOnly: row.read_only,
  scope: row.scope as TokenScope | null,
  kind: row.member_id === null ? 'service' : 'personal',
  memberId: row.member_id,
  memberName: row.member_name,
  hint: row.hint,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  parentTokenId: row.parent_token_id,
});
