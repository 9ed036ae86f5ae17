import type { Role, SignInRefusal } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Db, Trx } from '../../catalogue/db.ts';
import { newId } from '../../platform/ids.ts';
import { lockPeople, takeRole } from '../members.ts';
import { startSession } from '../sessions.ts';
import type { Claims } from './provider.ts';
import type { Admitted } from './rules.ts';

/** Who signs in, and what the settings make of them. */
export type OidcPerson = Pick<Claims, 'issuer' | 'subject' | 'name'> & Admitted;

/** What a sign-in at the provider did. */
export interface OidcSignIn {
  /** For the cookie. */
  secret: string;
  hasJoined: boolean;
  /** The role that the groups have just given; null: it stays as it was. */
  newRole: Role | null;
}

const MOST_NAME_CHARS = 120;

/**
 * Begins the session of the member whom a person of the provider is, has the address of, or becomes. A person stays
 * that member when their address changes.
 * @returns or why they do not get in
 */
export const signInByOidc = (
  { db, clock }: { db: Db; clock: Clock },
  workspaceId: string,
  who: OidcPerson,
): Promise<OidcSignIn | SignInRefusal> =>
  db.transaction().execute(async trx => {
    const now = clock.now();
    await lockPeople(trx, workspaceId);
    const known = await findKnown(trx, workspaceId, who);
    const found = known ?? (await findByEmail(trx, workspaceId, who));
    if (found === 'taken') return found;
    const memberId = found ?? (await join(trx, workspaceId, who, now));
    if (memberId === null) return 'stranger';
    if (found !== null && known === null) await link(trx, workspaceId, memberId, who);
    const isNew = who.groupRole !== null && (await takeRole(trx, workspaceId, memberId, who.groupRole));
    const maker = { workspaceId, memberId: null, tokenId: null };
    const secret = await startSession(trx, now, memberId, maker, { isOidc: true });
    return { secret, hasJoined: found === null, newRole: isNew ? who.groupRole : null };
  });

async function findKnown(
  trx: Trx,
  workspaceId: string,
  { issuer, subject }: OidcPerson,
): Promise<string | null> {
  const row = await trx
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('oidc_issuer', '=', issuer)
    .where('oidc_subject', '=', subject)
    .executeTakeFirst();
  return row?.id ?? null;
}

/**
 * The member with the address. `taken`: the provider has given the address to another person since, who must not
 * become this member.
 */
async function findByEmail(
  trx: Trx,
  workspaceId: string,
  { email, issuer }: OidcPerson,
): Promise<string | 'taken' | null> {
  const member = await trx
    .selectFrom('members')
    .select(['id', 'oidc_issuer'])
    .where('workspace_id', '=', workspaceId)
    .where(({ fn }) => fn<string>('lower', ['email']), '=', email.toLowerCase())
    .executeTakeFirst();
  if (!member) return null;
  return member.oidc_issuer === issuer ? 'taken' : member.id;
}

/** A new member, by an invitation of the address or by themselves; null: neither. */
async function join(trx: Trx, workspaceId: string, who: OidcPerson, now: Date): Promise<string | null> {
  const invitation = await trx
    .deleteFrom('invitations')
    .where('workspace_id', '=', workspaceId)
    .where(({ fn }) => fn<string>('lower', ['email']), '=', who.email.toLowerCase())
    .where('expires_at', '>', now)
    .returning('role')
    .executeTakeFirst();
  const role = (invitation?.role as Role | undefined) ?? who.newRole;
  if (role === null) return null;
  const id = newId('member', now.getTime());
  await trx
    .insertInto('members')
    .values({
      workspace_id: workspaceId,
      ...{ id, email: who.email, role },
      name: (who.name ?? who.email).slice(0, MOST_NAME_CHARS).toWellFormed(),
      ...{ oidc_issuer: who.issuer, oidc_subject: who.subject },
      ...{ last_signed_in_at: now, created_at: now },
    })
    .execute();
  return id;
}

/**
 * Remembers that a person is this member. Sessions from before end: the address may have been typed for another person,
 * who must not stay beside the one whose address it is.
 */
async function link(
  trx: Trx,
  workspaceId: string,
  memberId: string,
  { issuer, subject }: OidcPerson,
): Promise<void> {
  await trx
    .deleteFrom('sessions')
    .where('workspace_id', '=', workspaceId)
    .where('member_id', '=', memberId)
    .execute();
  await trx
    .updateTable('members')
    .set({ oidc_issuer: issuer, oidc_subject: subject })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', memberId)
    .execute();
}
