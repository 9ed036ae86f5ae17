import type { Member, MemberUpdate, Page, Role } from '@mooring/contract';
import { decodeCursor, type PageRequest, pageById } from '../catalogue/cursor.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import { requireStorable } from '../catalogue/storable.ts';
import { MooringError, notFound, requireRevision } from '../platform/problem.ts';
import type { Caller } from './caller.ts';

const COLUMNS = ['id', 'name', 'email', 'role', 'last_signed_in_at', 'revision', 'created_at'] as const;

/** People of a workspace. Every request looks their role up, so a change counts from the next one on. */
export const createMembers = ({ db }: { db: Db }) => ({
  /** Oldest first. @throws MooringError `invalid_request` for a bad cursor */
  async listMembers(
    { workspaceId, memberId: currentId }: Pick<Caller, 'workspaceId' | 'memberId'>,
    { cursor, limit }: PageRequest,
  ): Promise<Page<Member>> {
    const rows = await db
      .selectFrom('members')
      .select(COLUMNS)
      .where('workspace_id', '=', workspaceId)
      .$if(cursor !== undefined, query => query.where('id', '>', decodeCursor(cursor!, 1)[0]!))
      .orderBy('id')
      .limit(limit + 1)
      .execute();
    return pageById(rows, limit, row => toMember(row, currentId));
  },

  /**
   * Links, invitations and sessions that an administrator made for others end when they become less.
   * @param ifRevision the revision that the change was made for; undefined for any
   * @throws MooringError `not_found`; `conflict` where it is the last administrator, or the address is another member's;
   * `stale_revision`
   */
  async updateMember(
    { workspaceId, memberId: currentId }: Pick<Caller, 'workspaceId' | 'memberId'>,
    memberId: string,
    { name, email, role }: MemberUpdate,
    ifRevision?: number,
  ): Promise<Member> {
    requireStorable({ name });
    const row = await db.transaction().execute(async trx => {
      await lockPeople(trx, workspaceId);
      const before = await requireMember(trx, workspaceId, memberId);
      requireRevision(before.revision, ifRevision);
      if (before.role === 'administrator' && role !== undefined && role !== 'administrator') {
        await requireOtherAdministrator(trx, workspaceId, memberId);
        await endWhatTheyMade(trx, workspaceId, memberId);
      }
      if (email !== undefined) await requireFreeEmail(trx, workspaceId, email, memberId);
      return trx
        .updateTable('members')
        .set({
          ...{ name: name ?? before.name, email: email ?? before.email, role: role ?? before.role },
          revision: before.revision + 1,
        })
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', memberId)
        .returning(COLUMNS)
        .executeTakeFirstOrThrow();
    });
    return toMember(row, currentId);
  },

  /**
   * With them go their sessions, personal tokens, links and invitations, and sessions that their links opened.
   * @throws MooringError `not_found`; `conflict` where it is the last administrator
   */
  removeMember: (workspaceId: string, memberId: string): Promise<void> =>
    db.transaction().execute(async trx => {
      await lockPeople(trx, workspaceId);
      const { role } = await requireMember(trx, workspaceId, memberId);
      if (role === 'administrator') await requireOtherAdministrator(trx, workspaceId, memberId);
      await trx
        .deleteFrom('members')
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', memberId)
        .execute();
    }),
});

/** Changes of the people of a workspace come one after the other, so that what each checks stays true. */
export async function lockPeople(trx: Trx, workspaceId: string): Promise<void> {
  await trx
    .selectFrom('workspaces')
    .select('id')
    .where('id', '=', workspaceId)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/**
 * Gives a member the role that their groups say. The last administrator stays one, so that no group locks all out.
 * @returns whether the role is another one now
 */
export async function takeRole(
  trx: Trx,
  workspaceId: string,
  memberId: string,
  role: Role,
): Promise<boolean> {
  const before = await requireMember(trx, workspaceId, memberId);
  if (before.role === role) return false;
  if (before.role === 'administrator') {
    if (!(await hasOtherAdministrator(trx, workspaceId, memberId))) return false;
    await endWhatTheyMade(trx, workspaceId, memberId);
  }
  await trx
    .updateTable('members')
    .set({ role, revision: before.revision + 1 })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', memberId)
    .execute();
  return true;
}

/** @throws MooringError `not_found` */
export async function requireMember(trx: Trx, workspaceId: string, memberId: string) {
  const member = await trx
    .selectFrom('members')
    .select(COLUMNS)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', memberId)
    .executeTakeFirst();
  if (!member) throw notFound('member', memberId);
  return member;
}

/**
 * @param exceptId a member who may have it
 * @throws MooringError `conflict` where a member has this address
 */
export async function requireFreeEmail(
  trx: Trx,
  workspaceId: string,
  email: string,
  exceptId = '',
): Promise<void> {
  const taken = await trx
    .selectFrom('members')
    .select('name')
    .where('workspace_id', '=', workspaceId)
    .where(({ fn }) => fn<string>('lower', ['email']), '=', email.toLowerCase())
    .where('id', '!=', exceptId)
    .executeTakeFirst();
  if (!taken) return;
  throw new MooringError('conflict', `${taken.name} is a member with the address ${email}.`, {
    fix: 'Change the role of that member, or make a sign-in link for them.',
  });
}

/** What a member may do; null where there is no such member. */
export async function memberRole(
  db: Db,
  workspaceId: string,
  memberId: string,
): Promise<{ role: Role; readOnly: boolean } | null> {
  const member = await db
    .selectFrom('members')
    .select('role')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', memberId)
    .executeTakeFirst();
  return member ? { role: member.role as Role, readOnly: false } : null;
}

async function hasOtherAdministrator(trx: Trx, workspaceId: string, memberId: string): Promise<boolean> {
  const other = await trx
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('role', '=', 'administrator')
    .where('id', '!=', memberId)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}

async function requireOtherAdministrator(trx: Trx, workspaceId: string, memberId: string): Promise<void> {
  if (await hasOtherAdministrator(trx, workspaceId, memberId)) return;
  throw new MooringError('conflict', 'This is the last administrator of the workspace.', {
    fix: 'Make another member an administrator first.',
  });
}

/** What an administrator made that gives others access, or themselves as another member. */
async function endWhatTheyMade(trx: Trx, workspaceId: string, memberId: string): Promise<void> {
  await trx
    .deleteFrom('sign_in_links')
    .where('workspace_id', '=', workspaceId)
    .where('made_by', '=', memberId)
    .where('used_at', 'is', null)
    .execute();
  for (const table of ['invitations', 'setup_links'] as const)
    await trx
      .deleteFrom(table)
      .where('workspace_id', '=', workspaceId)
      .where('made_by', '=', memberId)
      .execute();
  await trx
    .deleteFrom('sessions')
    .where('workspace_id', '=', workspaceId)
    .where('made_by', '=', memberId)
    .where('member_id', '!=', memberId)
    .execute();
}

/** @throws MooringError `not_found` where the workspace is not there */
export async function firstAdministrator(db: Db, workspaceId: string): Promise<string> {
  const member = await db
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('role', '=', 'administrator')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (member) return member.id;
  throw new MooringError('not_found', `The workspace ${workspaceId} has no administrator.`, {
    fix: 'Check that the database is the one of this installation.',
  });
}

type Row = Awaited<ReturnType<typeof requireMember>>;

const toMember = (row: Row, currentId: string | null): Member => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role as Role,
  current: row.id === currentId,
  revision: row.revision,
  lastSignedInAt: row.last_signed_in_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
});
