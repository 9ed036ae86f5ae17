import {
  isLinkToken,
  LINK_TOKEN_PREFIX,
  type Link,
  type LinkCreated,
  type LinkScope,
  type linkCreate,
  linkUrl,
  type Page,
} from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { type ExpressionBuilder, type Selectable, sql } from 'kysely';
import type { z } from 'zod';
import { decodeCursor, type PageRequest, pageById } from '../catalogue/cursor.ts';
import type { Db } from '../catalogue/db.ts';
import { matchesFilter } from '../catalogue/matches-filter.ts';
import type { Schema } from '../catalogue/schema.ts';
import { requireStorable } from '../catalogue/storable.ts';
import { newId } from '../platform/ids.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import type { Maker } from './caller.ts';
import { endWithMaker } from './maker.ts';
import { hashSecret, newSecret } from './secret.ts';

const HINT_CHARS = 8;
/** `lastUsedAt` is exact to this, so that a page full of pictures does not write a row for each. */
const LAST_USED_STEP_MS = 60_000;

type Row = Selectable<Schema['links']>;

/** A link that works, as the request that brought its token sees it. */
export interface OpenedLink {
  workspaceId: string;
  id: string;
  name: string;
  scope: LinkScope;
  origins: readonly string[] | null;
  expiresAt: Date;
}

/**
 * Links that open assets without signing in. Only hashes of their tokens are stored, and every request looks, so
 * revoking works at once. What a wrong token costs does not depend on what is wrong with it.
 */
export function createLinks({ db, clock }: { db: Db; clock: Clock }) {
  /**
   * The answer is the only place where the token ever stands.
   * @throws MooringError `not_found` where the asset or folder is not there; `invalid_request` for texts that cannot
   * be stored; as `endWithMaker`
   */
  async function createLink(
    maker: Maker,
    { name, scope, origins, expiresInSeconds }: z.output<typeof linkCreate>,
    baseUrl: string,
  ): Promise<LinkCreated> {
    const { workspaceId } = maker;
    requireStorable({ name });
    await requireScope(workspaceId, scope);
    const now = clock.now();
    const token = LINK_TOKEN_PREFIX + newSecret();
    const wanted = new Date(now.getTime() + expiresInSeconds * 1000);
    const row = await db.transaction().execute(async trx => {
      await trx
        .deleteFrom('links')
        .where('workspace_id', '=', workspaceId)
        .where('expires_at', '<=', now)
        .execute();
      return trx
        .insertInto('links')
        .values({
          workspace_id: workspaceId,
          id: newId('link', now.getTime()),
          name,
          token_hash: hashSecret(token),
          hint: token.slice(0, HINT_CHARS),
          scope: JSON.stringify(scope),
          origins,
          ...(await endWithMaker(trx, maker, wanted, 'editor')),
          last_used_at: null,
          created_at: now,
        })
        .returningAll()
        .returning(makerNameOf)
        .executeTakeFirstOrThrow();
    });
    const assetId = scope.kind === 'asset' ? scope.assetId : '{assetId}';
    return { ...toLink(row), token, url: linkUrl(baseUrl, token, assetId) };
  }

  async function requireScope(workspaceId: string, scope: LinkScope): Promise<void> {
    if (scope.kind === 'filter') {
      await matchesFilter(db, workspaceId, { ...scope.filter, status: 'any' }, '');
    } else if (!(await isAsset(workspaceId, scope.assetId))) throw notFound('asset', scope.assetId);
  }

  const isAsset = (workspaceId: string, assetId: string): Promise<boolean> =>
    matchesFilter(db, workspaceId, { recursive: true, status: 'any' }, assetId);

  /**
   * Puts the end of a link off, as if its maker had made it now.
   * @returns when it ends; null where it does not work any more, or its maker may make none
   */
  async function renewLink(
    workspaceId: string,
    linkId: string,
    expiresInSeconds: number,
  ): Promise<Date | null> {
    const wanted = new Date(clock.now().getTime() + expiresInSeconds * 1000);
    return db.transaction().execute(async trx => {
      const { rows } = await sql<{ expires_at: Date; maker_ends: Date | null }>`
        select l.expires_at, t.expires_at as maker_ends from links l
        left join tokens t on t.workspace_id = l.workspace_id and t.id = l.parent_token_id
        left join members m on m.workspace_id = l.workspace_id and m.id = l.made_by
        where l.workspace_id = ${workspaceId} and l.id = ${linkId} and l.expires_at > ${clock.now()}
          and ${MAKER_MAY}
        for no key update of l`.execute(trx);
      const [link] = rows;
      if (!link) return null;
      const end = link.maker_ends && link.maker_ends < wanted ? link.maker_ends : wanted;
      if (end <= link.expires_at) return link.expires_at;
      await trx
        .updateTable('links')
        .set({ expires_at: end })
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', linkId)
        .execute();
      return end;
    });
  }

  /** Those that still work, newest first. @throws MooringError `invalid_request` for a bad cursor */
  async function listLinks(workspaceId: string, { cursor, limit }: PageRequest): Promise<Page<Link>> {
    const rows = await db
      .selectFrom('links')
      .selectAll()
      .select(makerNameOf)
      .where('workspace_id', '=', workspaceId)
      .where('expires_at', '>', clock.now())
      .$if(cursor !== undefined, query => query.where('id', '<', decodeCursor(cursor!, 1)[0]!))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    return pageById(rows, limit, toLink);
  }

  /** @throws MooringError `not_found` */
  async function deleteLink(workspaceId: string, linkId: string): Promise<void> {
    const { numDeletedRows } = await db
      .deleteFrom('links')
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', linkId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw notFound('link', linkId);
  }

  /** Those that work: their time has not ended, and their maker may still make links. */
  const working = () =>
    db
      .selectFrom('links as l')
      .leftJoin('members as m', join =>
        join.onRef('m.workspace_id', '=', 'l.workspace_id').onRef('m.id', '=', 'l.made_by'),
      )
      .where('l.expires_at', '>', clock.now())
      .where(MAKER_MAY);

  /** @throws MooringError `link_invalid` where the token is unknown, revoked, past its end or cut short */
  async function openLink(token: string): Promise<OpenedLink> {
    const row = isLinkToken(token)
      ? await working().selectAll('l').where('l.token_hash', '=', hashSecret(token)).executeTakeFirst()
      : undefined;
    if (!row) throw invalidLink();
    const now = clock.now();
    if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() >= LAST_USED_STEP_MS) {
      await db
        .updateTable('links')
        .set({ last_used_at: now })
        .where('workspace_id', '=', row.workspace_id)
        .where('id', '=', row.id)
        .execute();
    }
    const { id, name, origins } = row;
    const scope = row.scope as LinkScope;
    return { workspaceId: row.workspace_id, id, name, scope, origins, expiresAt: row.expires_at };
  }

  /** Whether a link opens an asset. What lies outside is answered like what does not exist. */
  async function linkOpens({ workspaceId, scope }: OpenedLink, assetId: string): Promise<boolean> {
    if (scope.kind === 'asset') return scope.assetId === assetId;
    return matchesFilter(db, workspaceId, { ...scope.filter, status: 'any' }, assetId);
  }

  /** For addresses that were given out through a link: they end with it. @throws MooringError `link_invalid` */
  async function requireLink(workspaceId: string, linkId: string): Promise<void> {
    const row = await working()
      .select('l.id')
      .where('l.workspace_id', '=', workspaceId)
      .where('l.id', '=', linkId)
      .executeTakeFirst();
    if (!row) throw invalidLink();
  }

  return { createLink, renewLink, listLinks, deleteLink, openLink, linkOpens, requireLink };
}

export type Links = ReturnType<typeof createLinks>;

/** SQL: a link `l` works while the member `m` who made it may make links. */
const MAKER_MAY = sql<boolean>`(l.made_by is null or m.role in ('editor', 'administrator'))`;

const invalidLink = (): MooringError =>
  new MooringError('link_invalid', 'This link has expired, was revoked, or was not copied completely.', {
    fix: 'Ask the person who gave it to you for a new one.',
  });

/** The name of the member who made it. */
const makerNameOf = (query: ExpressionBuilder<Schema, 'links'>) =>
  query
    .selectFrom('members')
    .select('members.name')
    .whereRef('members.workspace_id', '=', 'links.workspace_id')
    .whereRef('members.id', '=', 'links.made_by')
    .as('member_name');

const toLink = (row: Row & { member_name: string | null }): Link => ({
  id: row.id,
  name: row.name,
  scope: row.scope as LinkScope,
  origins: row.origins,
  hint: row.hint,
  memberId: row.made_by,
  memberName: row.member_name,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  parentTokenId: row.parent_token_id,
});
