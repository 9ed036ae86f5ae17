import { randomBytes } from 'node:crypto';
import type { Clock } from '@mooring/storage/server';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import { newId } from '../platform/ids.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import type { Db } from './db.ts';
import type { Schema } from './schema.ts';
import { requireStorable } from './storable.ts';

const MOST_FOLDERS = 10_000;
const MOST_NAME_CHARS = 150;

/** A folder that a client of another platform has made. What is in it are the assets of its sources. */
export interface ClientFolder {
  id: string;
  number: number;
  parentId: string | null;
  name: string;
  /** The name under which lists are registered into it. */
  registeredAs: string;
  /** The name in small letters, digits and dashes; no two folders of a workspace have the same. */
  slug: string;
  description: string;
  clientMetadata: Record<string, unknown> | null;
  /** Of a folder that is synced; null: lists are registered into it. */
  sourceId: string | null;
  madeBy: string;
  createdAt: Date;
  updatedAt: Date;
}

/** A source whose assets are in such a folder. */
export interface FolderSource {
  id: string;
  connectionId: string;
  /** The top folder of the catalogue. */
  folderId: string;
  goneCount: number;
}

export interface ClientFolderCreate {
  name: string;
  description?: string | undefined;
  clientMetadata?: Record<string, unknown> | null | undefined;
  parentId?: string | null | undefined;
  sourceId?: string | null | undefined;
}

export interface ClientFolderFilter {
  /** null: the top ones; undefined: all. */
  parentId?: string | null | undefined;
  /** A part of the name, in any case. */
  search?: string | undefined;
  /** The id after which the page begins. */
  after?: string | undefined;
  limit: number;
}

/**
 * Folders as clients of other platforms know them: they have a description and metadata, and are there before anything
 * is in them. The folders of the catalogue come with the assets.
 */
export function createClientFolders({ db, clock }: { db: Db; clock: Clock }) {
  const select = (workspaceId: string, condition: RawBuilder<boolean>) =>
    db.selectFrom('client_folders').selectAll().where('workspace_id', '=', workspaceId).where(condition);

  async function findClientFolder(workspaceId: string, id: string): Promise<ClientFolder | null> {
    const row = await select(workspaceId, sql`id = ${id}`).executeTakeFirst();
    return row ? toFolder(row) : null;
  }

  return {
    findClientFolder,

    /** The folders of such sources, by the source. */
    async clientFoldersOf(
      workspaceId: string,
      sourceIds: readonly string[],
    ): Promise<Map<string, ClientFolder>> {
      if (sourceIds.length === 0) return new Map();
      const { rows } = await sql<Selectable<Schema['client_folders']> & { of_source: string }>`
        select f.*, s.id as of_source from sources s join client_folders f on f.workspace_id = s.workspace_id
          and (f.source_id = s.id or (f.source_id is null and f.registered_as = s.registered_as))
        where s.workspace_id = ${workspaceId} and s.id = any(${[...new Set(sourceIds)]}::text[])`.execute(db);
      return new Map(rows.map(row => [row.of_source, toFolder(row)]));
    },

    /** The sources that are in use and whose assets are in a folder, oldest first. */
    async sourcesOfFolder(workspaceId: string, folder: ClientFolder): Promise<FolderSource[]> {
      const isOwn =
        folder.sourceId === null
          ? sql<boolean>`registered_as = ${folder.registeredAs}`
          : sql<boolean>`id = ${folder.sourceId}`;
      const rows = await db
        .selectFrom('sources')
        .select(['id', 'connection_id', 'folder_id', 'gone_count'])
        .where('workspace_id', '=', workspaceId)
        .where('removed_at', 'is', null)
        .where(isOwn)
        .orderBy('id')
        .execute();
      return rows.map(row => ({
        ...{ id: row.id, connectionId: row.connection_id },
        ...{ folderId: row.folder_id, goneCount: row.gone_count },
      }));
    },

    /** How many assets are in each folder, by its id. */
    async countClientFolders(workspaceId: string): Promise<Map<string, number>> {
      const { rows } = await sql<{ id: string; count: number }>`
        select f.id, coalesce(max(own.asset_count), sum(s.asset_count), 0)::int8 as count from client_folders f
        left join sources own on own.workspace_id = f.workspace_id and own.id = f.source_id and own.removed_at is null
        left join sources s on s.workspace_id = f.workspace_id and s.registered_as = f.registered_as
          and f.source_id is null and s.removed_at is null
        where f.workspace_id = ${workspaceId} group by f.id`.execute(db);
      return new Map(rows.map(({ id, count }) => [id, Number(count)]));
    },

    /** Registrations into a folder that have not ended. */
    async countJobs(workspaceId: string, { registeredAs }: ClientFolder): Promise<number> {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int8 as count from operations where workspace_id = ${workspaceId} and kind = 'register'
          and status in ('queued', 'running', 'paused', 'cancelling')
          and options ->> 'folder' = ${registeredAs}`.execute(db);
      return rows[0]!.count;
    },

    /** Oldest first. */
    async listClientFolders(
      workspaceId: string,
      { parentId, search, after = '', limit }: ClientFolderFilter,
    ): Promise<ClientFolder[]> {
      const inParent =
        parentId === undefined
          ? sql`true`
          : parentId === null
            ? sql`parent_id is null`
            : sql`parent_id = ${parentId}`;
      const named = search === undefined ? sql`true` : sql`strpos(lower(name), lower(${search})) > 0`;
      const rows = await select(workspaceId, sql`${inParent} and ${named} and id > ${after}`)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toFolder);
    },

    /** @throws MooringError `not_found` for the parent; `invalid_request`; `conflict`: there are too many */
    async createClientFolder(
      workspaceId: string,
      { name, description = '', clientMetadata = null, parentId = null, sourceId = null }: ClientFolderCreate,
      madeBy: string,
    ): Promise<ClientFolder> {
      requireStorable({ name, description });
      const parent = parentId === null ? null : await findClientFolder(workspaceId, parentId);
      if (parentId !== null && !parent) throw notFound('folder', parentId);
      await requireRoom(db, workspaceId);
      const now = clock.now();
      const whole = (parent ? `${parent.registeredAs}/${name}` : name).slice(0, MOST_NAME_CHARS).trim();
      for (let number = 1; ; number++) {
        const suffix = number === 1 ? '' : number < 10 ? `${number}` : randomBytes(4).toString('hex');
        const registeredAs = suffix ? `${whole} (${suffix})` : whole;
        const { rows } = await sql<Selectable<Schema['client_folders']>>`
          insert into client_folders (workspace_id, id, parent_id, name, registered_as, slug, description,
            client_metadata, source_id, made_by, created_at, updated_at)
          select ${workspaceId}, ${newId('folder', now.getTime())}, ${parentId}, ${name}, ${registeredAs},
            ${[slugOf(whole), suffix].filter(part => part !== '').join('-')}, ${description},
            ${clientMetadata && JSON.stringify(clientMetadata)}::jsonb, ${sourceId}, ${madeBy}, ${now}, ${now}
          where not exists (select from sources where workspace_id = ${workspaceId}
            and registered_as = ${registeredAs} and removed_at is null)
          on conflict do nothing returning *`.execute(db);
        if (rows[0]) return toFolder(rows[0]);
      }
    },

    /** What is undefined stays. @throws MooringError `not_found` */
    async updateClientFolder(
      workspaceId: string,
      id: string,
      {
        name,
        description,
        clientMetadata,
      }: Partial<Pick<ClientFolderCreate, 'name' | 'description' | 'clientMetadata'>>,
    ): Promise<ClientFolder> {
      requireStorable({ name, description });
      const row = await db
        .updateTable('client_folders')
        .set({
          updated_at: clock.now(),
          ...(name !== undefined && { name }),
          ...(description !== undefined && { description }),
          ...(clientMetadata !== undefined && {
            client_metadata: clientMetadata && JSON.stringify(clientMetadata),
          }),
        })
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst();
      if (!row) throw notFound('folder', id);
      return toFolder(row);
    },

    /** @throws MooringError `not_found` */
    async deleteClientFolder(workspaceId: string, id: string): Promise<void> {
      const { numDeletedRows } = await db
        .deleteFrom('client_folders')
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw notFound('folder', id);
    },
  };
}

async function requireRoom(db: Db, workspaceId: string): Promise<void> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int8 as count from client_folders where workspace_id = ${workspaceId}`.execute(db);
  if (rows[0]!.count < MOST_FOLDERS) return;
  throw new MooringError(
    'conflict',
    `The workspace has ${MOST_FOLDERS} folders of clients; more are not possible.`,
    {
      fix: 'Delete folders that are not needed, or register into one that exists.',
    },
  );
}

/** A name as clients write it in addresses. */
const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'folder';

const toFolder = (row: Selectable<Schema['client_folders']>): ClientFolder => ({
  id: row.id,
  number: Number(row.number),
  parentId: row.parent_id,
  name: row.name,
  registeredAs: row.registered_as,
  slug: row.slug,
  description: row.description,
  clientMetadata: row.client_metadata as ClientFolder['clientMetadata'],
  sourceId: row.source_id,
  madeBy: row.made_by,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
