import { type Page, type SignInLink, type SignInLinkListed, signInUrl } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { PageRequest } from '../catalogue/cursor.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import { newId } from '../platform/ids.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import type { Maker } from './caller.ts';
import { listLinks } from './link.ts';
import { endWithMaker } from './maker.ts';
import { firstAdministrator, requireMember } from './members.ts';
import { hashSecret, newSecret } from './secret.ts';

const LIFETIME_MS = 3_600_000;

/** Links that sign a member in, once, within an hour. */
export const createSignInLinks = ({ db, clock }: { db: Db; clock: Clock }) => ({
  /**
   * @param wanted who signs in with it; by default the maker, and for a service token the first administrator
   * @throws MooringError `not_found` where there is no such member; as `endWithMaker`
   */
  async createSignInLink(maker: Maker, baseUrl: string, wanted?: string): Promise<SignInLink> {
    const { workspaceId } = maker;
    const now = clock.now();
    const code = newSecret();
    const memberId = wanted ?? maker.memberId ?? (await firstAdministrator(db, workspaceId));
    const { id, expires_at } = await db.transaction().execute(async trx => {
      const wantedEnd = new Date(now.getTime() + LIFETIME_MS);
      const ends = await endWithMaker(trx, maker, wantedEnd, 'administrator');
      await requireMember(trx, workspaceId, memberId);
      await trx
        .deleteFrom('sign_in_links')
        .where('workspace_id', '=', workspaceId)
        .where('used_at', 'is', null)
        .where('expires_at', '<', now)
        .execute();
      return trx
        .insertInto('sign_in_links')
        .values({
          code_hash: hashSecret(code),
          workspace_id: workspaceId,
          id: newId('signInLink', now.getTime()),
          member_id: memberId,
          ...ends,
          used_at: null,
          created_at: now,
        })
        .returning(['id', 'expires_at'])
        .executeTakeFirstOrThrow();
    });
    return { id, url: signInUrl(baseUrl, code), expiresAt: expires_at.toISOString() };
  },

  /** Those that still work. As `listLinks`. */
  listSignInLinks: async (workspaceId: string, page: PageRequest) =>
    (await listLinks(db, 'sign_in_links', { workspaceId, now: clock.now() }, page)) as Page<SignInLinkListed>,

  /** @throws MooringError `not_found`, also where it has been used */
  async deleteSignInLink(workspaceId: string, id: string): Promise<void> {
    const { numDeletedRows } = await db
      .deleteFrom('sign_in_links')
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .where('used_at', 'is', null)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw notFound('sign-in link', id);
  },
});

/**
 * Spends a code: of two requests with the same code, one succeeds.
 * @returns whose session it opens, and who made the link
 * @throws MooringError `sign_in_link_invalid` where it is unknown, spent or too old
 */
export async function spendCode(
  trx: Trx,
  now: Date,
  code: string,
): Promise<{ memberId: string; link: Maker }> {
  const spent = await trx
    .updateTable('sign_in_links')
    .set({ used_at: now })
    .where('code_hash', '=', hashSecret(code))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['workspace_id', 'member_id', 'made_by', 'parent_token_id'])
    .executeTakeFirst();
  if (spent) {
    const link = {
      workspaceId: spent.workspace_id,
      memberId: spent.made_by,
      tokenId: spent.parent_token_id,
    };
    return { memberId: spent.member_id, link };
  }
  throw new MooringError(
    'sign_in_link_invalid',
    'This sign-in link has been used before, was revoked, is older than an hour, or never existed.',
    {
      fix: 'Make a new link on the server with `mooring sign-in-link`, or ask the person who runs it for one.',
    },
  );
}

/** The link of a code that works no more; undefined where there never was one, or it was removed. */
export const findSpentLink = (
  db: Db,
  now: Date,
  code: string,
): Promise<{ workspaceId: string; id: string } | undefined> =>
  db
    .selectFrom('sign_in_links')
    .select(['workspace_id as workspaceId', 'id'])
    .where('code_hash', '=', hashSecret(code))
    .where(link => link.or([link('used_at', 'is not', null), link('expires_at', '<=', now)]))
    .executeTakeFirst();

/** Spent links are kept as long as their member. Of those that come later, at least one has signed in. */
export async function hasAnybodySignedIn(db: Db): Promise<boolean> {
  const used = await db
    .selectFrom('sign_in_links')
    .select('used_at')
    .where('used_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  const signedIn = await db
    .selectFrom('members')
    .select('id')
    .where('last_signed_in_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return used !== undefined || signedIn !== undefined;
}
