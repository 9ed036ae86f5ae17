import type { Scope } from '@mooring/contract';
import type { Transaction } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { type Caller, unauthenticated } from './caller.ts';
import { hashSecret, newSecret } from './secret.ts';

/**
 * A session ends seven days after signing in, used or not. People sign in with a link that an administrator has to make,
 * so an end within the day would lock them out every morning, and one that moves would have no end to show.
 */
export const SESSION_SECONDS = 7 * 86_400;

/** Begins a session and clears away those that have ended. Returns the secret for the cookie. */
export async function startSession(
  trx: Transaction<Schema>,
  now: Date,
  { workspaceId, memberId }: { workspaceId: string; memberId: string },
): Promise<string> {
  const secret = newSecret();
  await trx.deleteFrom('sessions').where('expires_at', '<=', now).execute();
  await trx
    .insertInto('sessions')
    .values({
      token_hash: hashSecret(secret),
      workspace_id: workspaceId,
      member_id: memberId,
      expires_at: new Date(now.getTime() + SESSION_SECONDS * 1000),
      created_at: now,
    })
    .execute();
  return secret;
}

/** @throws MooringError `unauthenticated` where there is no such session any more */
export async function findSession(db: Db, now: Date, secret: string): Promise<Caller> {
  const row = await db
    .selectFrom('sessions as s')
    .innerJoin('members as m', join =>
      join.onRef('m.workspace_id', '=', 's.workspace_id').onRef('m.id', '=', 's.member_id'),
    )
    .innerJoin('workspaces as w', 'w.id', 's.workspace_id')
    .select(['m.id', 'm.name', 'm.scope', 's.expires_at'])
    .select(['w.id as workspace_id', 'w.name as workspace_name', 'w.created_at as workspace_created_at'])
    .where('s.token_hash', '=', hashSecret(secret))
    .where('s.expires_at', '>', now)
    .executeTakeFirst();
  if (!row) throw unauthenticated('This session has ended.');
  return toCaller('session', row);
}

export async function endSession(db: Db, secret: string): Promise<void> {
  await db.deleteFrom('sessions').where('token_hash', '=', hashSecret(secret)).execute();
}

export interface CallerRow {
  id: string;
  name: string;
  scope: string;
  expires_at: Date;
  workspace_id: string;
  workspace_name: string;
  workspace_created_at: Date;
}

export const toCaller = (via: Caller['via'], row: CallerRow): Caller => ({
  id: row.id,
  via,
  name: row.name,
  scope: row.scope as Scope,
  expiresAt: row.expires_at.toISOString(),
  workspaceId: row.workspace_id,
  workspace: {
    id: row.workspace_id,
    name: row.workspace_name,
    createdAt: row.workspace_created_at.toISOString(),
  },
});
