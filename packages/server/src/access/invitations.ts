import {
  type Invitation,
  type InvitationCreated,
  type invitationCreate,
  invitationUrl,
  type OpenInvitation,
  type Page,
  type Role,
} from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { ExpressionBuilder, Selectable } from 'kysely';
import type { z } from 'zod';
import { decodeCursor, type PageRequest, pageById } from '../catalogue/cursor.ts';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { requireStorable } from '../catalogue/storable.ts';
import { newId } from '../platform/ids.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import type { Maker } from './caller.ts';
import { endWithMaker } from './maker.ts';
import { lockPeople, requireFreeEmail } from './members.ts';
import { hashSecret, newSecret } from './secret.ts';
import { startSession } from './sessions.ts';

/** Invitations into a workspace, each by a link that works once. Only hashes of the codes are stored. */
export const createInvitations = ({ db, clock }: { db: Db; clock: Clock }) => ({
  /**
   * An invitation takes the place of an earlier one of the same address.
   * @throws MooringError `conflict` where a member has the address; as `endWithMaker`
   */
  async create(
    maker: Maker,
    { email, role, expiresInSeconds }: z.output<typeof invitationCreate>,
    baseUrl: string,
  ): Promise<InvitationCreated> {
    const { workspaceId } = maker;
    const now = clock.now();
    const code = newSecret();
    const row = await db.transaction().execute(async trx => {
      await lockPeople(trx, workspaceId);
      await requireFreeEmail(trx, workspaceId, email);
      await trx
        .deleteFrom('invitations')
        .where('workspace_id', '=', workspaceId)
        .where(({ or, eb, fn }) =>
          or([eb('expires_at', '<=', now), eb(fn<string>('lower', ['email']), '=', email.toLowerCase())]),
        )
        .execute();
      const wanted = new Date(now.getTime() + expiresInSeconds * 1000);
      return trx
        .insertInto('invitations')
        .values({
          workspace_id: workspaceId,
          id: newId('invitation', now.getTime()),
          code_hash: hashSecret(code),
          ...{ email, role },
          ...(await endWithMaker(trx, maker, wanted, 'administrator')),
          created_at: now,
        })
        .returningAll()
        .returning(inviter)
        .executeTakeFirstOrThrow();
    });
    return { ...toInvitation(row), url: invitationUrl(baseUrl, code) };
  },

  /** Those that still work, newest first. @throws MooringError `invalid_request` for a bad cursor */
  async list(workspaceId: string, { cursor, limit }: PageRequest): Promise<Page<Invitation>> {
    const rows = await db
      .selectFrom('invitations')
      .selectAll()
      .select(inviter)
      .where('workspace_id', '=', workspaceId)
      .where('expires_at', '>', clock.now())
      .$if(cursor !== undefined, query => query.where('id', '<', decodeCursor(cursor!, 1)[0]!))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    return pageById(rows, limit, toInvitation);
  },

  /** @throws MooringError `not_found`, also where it was accepted */
  async remove(workspaceId: string, id: string): Promise<void> {
    const { numDeletedRows } = await db
      .deleteFrom('invitations')
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw notFound('invitation', id);
  },

  /** @throws MooringError `invitation_invalid` */
  async open(code: string): Promise<OpenInvitation> {
    const row = await db
      .selectFrom('invitations as i')
      .innerJoin('workspaces as w', 'w.id', 'i.workspace_id')
      .select(['i.email', 'i.role', 'i.expires_at', 'w.name'])
      .where('i.code_hash', '=', hashSecret(code))
      .where('i.expires_at', '>', clock.now())
      .executeTakeFirst();
    if (!row) throw invalid();
    const { name: workspace, email, role, expires_at } = row;
    return { workspace, email, role: role as Role, expiresAt: expires_at.toISOString() };
  },

  /**
   * Spends the code: of two requests with the same one, one succeeds.
   * @returns the secret for the cookie of the new member's session
   * @throws MooringError `invitation_invalid`; `conflict` where a member has the address by now
   */
  accept(code: string, name: string): Promise<string> {
    requireStorable({ name });
    const now = clock.now();
    return db.transaction().execute(async trx => {
      const spent = await trx
        .deleteFrom('invitations')
        .where('code_hash', '=', hashSecret(code))
        .where('expires_at', '>', now)
        .returning(['workspace_id', 'email', 'role'])
        .executeTakeFirst();
      if (!spent) throw invalid();
      const { workspace_id, email, role } = spent;
      await lockPeople(trx, workspace_id);
      await requireFreeEmail(trx, workspace_id, email);
      const memberId = newId('member', now.getTime());
      await trx
        .insertInto('members')
        .values({
          workspace_id,
          id: memberId,
          ...{ name, email, role },
          last_signed_in_at: now,
          created_at: now,
        })
        .execute();
      return startSession(trx, now, memberId, { workspaceId: workspace_id, memberId: null, tokenId: null });
    });
  },
});

const invalid = (): MooringError =>
  new MooringError(
    'invitation_invalid',
    'This invitation was used before, was revoked, has ended, or was not copied completely.',
    { fix: 'Ask the person who invited you for another one. If you are a member already, sign in.' },
  );

/** The name of the member who made it. */
const inviter = (query: ExpressionBuilder<Schema, 'invitations'>) =>
  query
    .selectFrom('members')
    .select('members.name')
    .whereRef('members.workspace_id', '=', 'invitations.workspace_id')
    .whereRef('members.id', '=', 'invitations.made_by')
    .as('inviter');

const toInvitation = (row: Selectable<Schema['invitations']> & { inviter: string | null }): Invitation => ({
  id: row.id,
  email: row.email,
  role: row.role as Role,
  invitedBy: row.inviter,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  parentTokenId: row.parent_token_id,
});
