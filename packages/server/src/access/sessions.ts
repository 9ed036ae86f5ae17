import type { Page, Role, Session } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { decodeCursor, type PageRequest, pageById } from '../catalogue/cursor.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import { newId } from '../platform/ids.ts';
import { notFound } from '../platform/problem.ts';
import { type Caller, type Maker, unauthenticated } from './caller.ts';
import { endWithMaker } from './maker.ts';
import { hashSecret, newSecret } from './secret.ts';

/**
 * A session ends so long after its last use. People sign in with a link that an administrator has to make. One that was
 * begun at the OpenID provider ends a day after that: signing in again is a click, and the provider may have locked the
 * person out.
 */
const UNUSED_SECONDS = 7 * 86_400;
const OIDC_SECONDS = 86_400;
/** However much it is used, it ends so long after the sign-in. */
export const SESSION_SECONDS = 90 * 86_400;
/** An end moves by at least so much, so that a busy session does not write a row for every request. */
const RENEWAL_STEP_SECONDS = 3600;

/**
 * Begins a session and clears away those that have ended. Returns the secret for the cookie.
 * @param memberId who signs in
 * @param link who made the link that was opened: the session ends with them
 */
export async function startSession(
  trx: Trx,
  now: Date,
  memberId: string,
  link: Maker,
  { isOidc = false } = {},
): Promise<string> {
  const { workspaceId } = link;
  const secret = newSecret();
  const seconds = isOidc ? OIDC_SECONDS : UNUSED_SECONDS;
  await trx.deleteFrom('sessions').where('expires_at', '<=', now).execute();
  await trx
    .updateTable('members')
    .set({ last_signed_in_at: now })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', memberId)
    .execute();
  await trx
    .insertInto('sessions')
    .values({
      token_hash: hashSecret(secret),
      workspace_id: workspaceId,
      id: newId('session', now.getTime()),
      member_id: memberId,
      ...(await endWithMaker(trx, link, new Date(now.getTime() + seconds * 1000))),
      is_oidc: isOidc,
      created_at: now,
    })
    .execute();
  return secret;
}

/**
 * Whose session it is. Using it moves its end, except where it ends with a token or was begun at the OpenID provider.
 * @throws MooringError `unauthenticated` where there is no such session any more
 */
export async function findSession(db: Db, now: Date, secret: string): Promise<Caller> {
  const row = await db
    .selectFrom('sessions as s')
    .innerJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 's.workspace_id').onRef('m.id', '=', 's.member_id'),
    )
    .innerJoin('workspaces as w', 'w.id', 's.workspace_id')
    .select(['m.id', 'm.name', 'm.role', 's.id as session_id'])
    .select(['s.expires_at', 's.created_at', 's.parent_token_id', 's.is_oidc'])
    .select(['w.id as workspace_id', 'w.name as workspace_name', 'w.created_at as workspace_created_at'])
    .where('s.token_hash', '=', hashSecret(secret))
    .where('s.expires_at', '>', now)
    .executeTakeFirst();
  if (!row) throw unauthenticated('This session has ended.');
  const end = renewedEnd(row, now);
  if (end !== row.expires_at)
    await db
      .updateTable('sessions')
      .set({ expires_at: end })
      .where('token_hash', '=', hashSecret(secret))
      .execute();
  return {
    ...toCaller('session', { ...row, expires_at: end }),
    ...{ readOnly: false, tokenId: row.parent_token_id, memberId: row.id, sessionId: row.session_id },
    ...{ isOidc: row.is_oidc, scope: null },
  };
}

/** The end that a session has after it is used now; the same as before where it need not move. */
function renewedEnd(
  session: { expires_at: Date; created_at: Date; parent_token_id: string | null; is_oidc: boolean },
  now: Date,
): Date {
  if (session.parent_token_id !== null || session.is_oidc) return session.expires_at;
  const last = session.created_at.getTime() + SESSION_SECONDS * 1000;
  const end = Math.min(now.getTime() + UNUSED_SECONDS * 1000, last);
  const moves = end - session.expires_at.getTime();
  const isWorthIt = moves >= RENEWAL_STEP_SECONDS * 1000 || (moves > 0 && end === last);
  return isWorthIt ? new Date(end) : session.expires_at;
}

export async function endSession(db: Db, secret: string): Promise<void> {
  await db.deleteFrom('sessions').where('token_hash', '=', hashSecret(secret)).execute();
}

/** Sessions of browsers, which people look at and end. */
export const createSessions = ({ db, clock }: { db: Db; clock: Clock }) => ({
  /**
   * Those that have not ended, newest first.
   * @param currentId of the session that asks
   * @param memberId only theirs
   * @throws MooringError `invalid_request` for a bad cursor
   */
  async listSessions(
    { workspaceId, sessionId: currentId }: Caller,
    { cursor, limit }: PageRequest,
    memberId?: string,
  ): Promise<Page<Session>> {
    const rows = await db
      .selectFrom('sessions as s')
      .innerJoin('members as m', join =>
        join.onRef('m.workspace_id', '=', 's.workspace_id').onRef('m.id', '=', 's.member_id'),
      )
      .select(['s.id', 's.member_id', 'm.name', 's.created_at', 's.expires_at', 's.parent_token_id'])
      .where('s.workspace_id', '=', workspaceId)
      .where('s.expires_at', '>', clock.now())
      .$if(memberId !== undefined, query => query.where('s.member_id', '=', memberId!))
      .$if(cursor !== undefined, query => query.where('s.id', '<', decodeCursor(cursor!, 1)[0]!))
      .orderBy('s.id', 'desc')
      .limit(limit + 1)
      .execute();
    return pageById(rows, limit, row => ({
      id: row.id,
      memberId: row.member_id,
      name: row.name,
      createdAt: row.created_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      current: row.id === currentId,
      parentTokenId: row.parent_token_id,
    }));
  },

  /** At once. @param memberId only one of theirs. @throws MooringError `not_found` */
  async endSession(workspaceId: string, sessionId: string, memberId?: string): Promise<void> {
    const { numDeletedRows } = await db
      .deleteFrom('sessions')
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', sessionId)
      .$if(memberId !== undefined, query => query.where('member_id', '=', memberId!))
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw notFound('session', sessionId);
  },
});

export interface CallerRow {
  id: string;
  name: string;
  role: string;
  expires_at: Date;
  workspace_id: string;
  workspace_name: string;
  workspace_created_at: Date;
}

export const toCaller = (
  via: Caller['via'],
  row: CallerRow,
): Omit<Caller, 'readOnly' | 'isOidc' | 'scope' | 'memberId' | 'tokenId' | 'sessionId'> => ({
  id: row.id,
  via,
  name: row.name,
  role: row.role as Role,
  expiresAt: row.expires_at.toISOString(),
  workspaceId: row.workspace_id,
  workspace: {
    id: row.workspace_id,
    name: row.workspace_name,
    createdAt: row.workspace_created_at.toISOString(),
  },
});
