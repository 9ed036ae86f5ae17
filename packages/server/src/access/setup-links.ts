import {
  type Page,
  SETUP_TOKEN_PREFIX,
  type SetupLink,
  type SetupLinkListed,
  type SetupRequest,
  type SharedSetup,
  setupUrl,
} from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { PageRequest } from '../catalogue/cursor.ts';
import type { Db } from '../catalogue/db.ts';
import { newId } from '../platform/ids.ts';
import { type PureKinds, setupDocumentOf } from '../platform/kinds.ts';
import { MooringError } from '../platform/problem.ts';
import { createAttempts } from './attempts.ts';
import type { Maker } from './caller.ts';
import { listLinks } from './link.ts';
import { endWithMaker } from './maker.ts';
import { hashSecret, newSecret } from './secret.ts';

const LIFETIME_MS = 14 * 86_400_000;

/**
 * Links that show an administrator of the storage what to run, without signing in to anything. The token is stored as a
 * hash; a link shows what it was made for and nothing else of the workspace.
 */
export function createSetupLinks({ db, clock, kinds }: { db: Db; clock: Clock; kinds: PureKinds }) {
  const attempts = createAttempts(clock, 'setup links that do not work');

  /** @param request as the contract has checked it. @throws MooringError as `endWithMaker` */
  async function createSetupLink(maker: Maker, request: SetupRequest, baseUrl: string): Promise<SetupLink> {
    const { workspaceId } = maker;
    const now = clock.now();
    const token = SETUP_TOKEN_PREFIX + newSecret();
    const { id, expires_at } = await db.transaction().execute(async trx => {
      await trx
        .deleteFrom('setup_links')
        .where('workspace_id', '=', workspaceId)
        .where('expires_at', '<=', now)
        .execute();
      return trx
        .insertInto('setup_links')
        .values({
          workspace_id: workspaceId,
          id: newId('setupLink', now.getTime()),
          token_hash: hashSecret(token),
          request: JSON.stringify(request),
          ...(await endWithMaker(trx, maker, new Date(now.getTime() + LIFETIME_MS), 'administrator')),
          created_at: now,
        })
        .returning(['id', 'expires_at'])
        .executeTakeFirstOrThrow();
    });
    return { id, url: setupUrl(baseUrl, token), expiresAt: expires_at.toISOString() };
  }

  /** Those that still work. As `listLinks`. */
  const listSetupLinks = (workspaceId: string, page: PageRequest): Promise<Page<SetupLinkListed>> =>
    listLinks(db, 'setup_links', { workspaceId, now: clock.now() }, page);

  /**
   * What a link shows. A right one always opens, also after wrong ones from the same address.
   * @param address the network address it was opened from, for slowing down guessing
   * @throws MooringError `setup_link_invalid`, `too_many_requests`
   */
  async function openSetupLink(token: string, address: string): Promise<SharedSetup> {
    const row = await db
      .selectFrom('setup_links as l')
      .innerJoin('workspaces as w', 'w.id', 'l.workspace_id')
      .select(['l.request', 'l.expires_at', 'w.name'])
      .where('l.token_hash', '=', hashSecret(token))
      .where('l.expires_at', '>', clock.now())
      .executeTakeFirst();
    if (row) {
      return {
        workspace: row.name,
        expiresAt: row.expires_at.toISOString(),
        document: setupDocumentOf(kinds, row.request as SetupRequest),
      };
    }
    attempts.check(address);
    attempts.failed(address);
    throw new MooringError(
      'setup_link_invalid',
      'This link has expired, was revoked, or was not copied completely.',
      { fix: 'Ask the sender for a new one. Links work for 14 days.' },
    );
  }

  /** @throws MooringError `not_found` */
  async function deleteSetupLink(workspaceId: string, id: string): Promise<void> {
    const { numDeletedRows } = await db
      .deleteFrom('setup_links')
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (numDeletedRows > 0n) return;
    throw new MooringError('not_found', `There is no setup link ${id} in this workspace.`, {
      fix: 'It has expired or is revoked already: there is nothing to do.',
    });
  }

  return { createSetupLink, listSetupLinks, openSetupLink, deleteSetupLink };
}
