import {
  type AssetKind,
  type Folder,
  type FolderUpdate,
  MOST_METADATA_BYTES,
  type Page,
  toByteSum,
} from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import { MooringError, notFound } from '../platform/problem.ts';
import { changedMetadata } from './asset-edits.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Db } from './db.ts';
import { nextRevision } from './revision.ts';

interface FolderRow {
  id: string;
  parent_id: string | null;
  source_id: string;
  name: string;
  child_count: number;
  description: string | null;
  client_metadata: Record<string, unknown> | null;
  revision: number;
  counters: Counter[];
}
interface Counter {
  kind: AssetKind;
  direct_assets: number;
  direct_bytes: string;
  total_assets: number;
  total_bytes: string;
}

/**
 * Folders of sources whose connection is in use. A folder stays when its last asset has gone: its tombstones are
 * there, and it is the same folder when objects come back.
 */
export function createFolders({ db }: { db: Db }) {
  async function read(
    workspaceId: string,
    condition: RawBuilder<unknown>,
    limit: number,
  ): Promise<FolderRow[]> {
    // The index knows the first 512 characters of a name: see assets.ts.
    const { rows } = await sql<FolderRow>`
      select f.id, f.parent_id, f.source_id, f.name, f.description, f.client_metadata, f.revision,
        (select count(*) from folders child
          where child.workspace_id = f.workspace_id and child.parent_id = f.id) as child_count,
        (select coalesce(json_agg(json_build_object('kind', n.kind,
            'direct_assets', n.direct_assets, 'direct_bytes', n.direct_bytes::text,
            'total_assets', n.total_assets, 'total_bytes', n.total_bytes::text)), '[]') from folder_counters n
          where n.workspace_id = f.workspace_id and n.folder_id = f.id) as counters
      from (
        select f.* from folders f
        where f.workspace_id = ${workspaceId} and ${condition} and exists (
          select from sources s
          join connections c on c.workspace_id = s.workspace_id and c.id = s.connection_id
          where s.workspace_id = f.workspace_id and s.id = f.source_id
            and s.removed_at is null and (c.removed_at is null or c.assets_kept)
        )
        order by left(f.name, 512) fetch first (${limit}) rows with ties
      ) f order by f.name limit ${limit}`.execute(db);
    return rows;
  }

  /** The names from the top folder down to this one. */
  async function pathOf(workspaceId: string, folderId: string): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      with recursive up as (
        select parent_id, name, 1 as height from folders where workspace_id = ${workspaceId} and id = ${folderId}
        union all
        select f.parent_id, f.name, up.height + 1 from up
        join folders f on f.workspace_id = ${workspaceId} and f.id = up.parent_id
      ) select name from up order by height desc`.execute(db);
    return rows.map(row => row.name);
  }

  /** @throws MooringError `not_found` */
  async function getFolder(workspaceId: string, folderId: string): Promise<Folder> {
    const [row] = await read(workspaceId, sql`f.id = ${folderId}`, 1);
    if (!row) throw notFound('folder', folderId);
    return toFolder(row, await pathOf(workspaceId, folderId));
  }

  return {
    getFolder,

    /**
     * @param ifRevision the revision that the change was made for; undefined for any
     * @throws MooringError `not_found`; `invalid_request` where the metadata would be too large; `stale_revision`
     */
    async updateFolder(
      workspaceId: string,
      folderId: string,
      { description, metadata }: FolderUpdate,
      ifRevision?: number,
    ): Promise<Folder> {
      const { id } = await getFolder(workspaceId, folderId);
      await db.transaction().execute(async trx => {
        const folder = sql`workspace_id = ${workspaceId} and id = ${id}`;
        const revision = await nextRevision(trx, 'folders', folder, ifRevision);
        const { rows } = await sql<{ bytes: number | null }>`
          update folders set revision = ${revision},
            description = ${description === undefined ? sql`description` : description || null},
            client_metadata = ${metadata ? changedMetadata(sql`client_metadata`, metadata) : sql`client_metadata`}
          where ${folder}
          returning octet_length(client_metadata::text) as bytes`.execute(trx);
        if ((rows[0]?.bytes ?? 0) > MOST_METADATA_BYTES) throw tooMuchMetadata();
      });
      return getFolder(workspaceId, id);
    },

    /**
     * The folders inside one folder, or the top folders, in the order of their names' bytes.
     * @throws MooringError `not_found` for an unknown parent, `invalid_request` for a bad cursor.
     */
    async listFolders(
      workspaceId: string,
      {
        parentId,
        cursor,
        limit,
      }: { parentId?: string | undefined; cursor?: string | undefined; limit: number },
    ): Promise<Page<Folder>> {
      const [after] = cursor === undefined ? [] : decodeCursor(cursor, 1);
      const parent = parentId === undefined ? [] : (await getFolder(workspaceId, parentId)).path;
      const inParent = parentId === undefined ? sql`f.parent_id is null` : sql`f.parent_id = ${parentId}`;
      const isNext =
        after === undefined ? sql`true` : sql`left(f.name, 512) >= left(${after}, 512) and f.name > ${after}`;
      const rows = await read(workspaceId, sql`${inParent} and ${isNext}`, limit + 1);
      const last = rows[limit - 1];
      return {
        items: rows.slice(0, limit).map(row => toFolder(row, [...parent, row.name])),
        nextCursor: rows.length > limit && last ? encodeCursor(last.name) : null,
      };
    },
  };
}

const tooMuchMetadata = () =>
  new MooringError(
    'invalid_request',
    `The client metadata of the folder would have more than ${MOST_METADATA_BYTES / 1024} KB.`,
    { fix: 'Remove keys of it: set them to null.' },
  );

function toFolder(row: FolderRow, path: string[]): Folder {
  const sum = (of: (counter: Counter) => number) =>
    row.counters.reduce((all, counter) => all + of(counter), 0);
  const sumBytes = (of: (counter: Counter) => string) =>
    toByteSum(row.counters.reduce((all, counter) => all + BigInt(of(counter)), 0n));
  return {
    id: row.id,
    parentId: row.parent_id,
    sourceId: row.source_id,
    name: row.name,
    path,
    direct: { assets: sum(n => n.direct_assets), sizeBytes: sumBytes(n => n.direct_bytes) },
    total: { assets: sum(n => n.total_assets), sizeBytes: sumBytes(n => n.total_bytes) },
    byKind: Object.fromEntries(
      row.counters.filter(n => n.total_assets > 0).map(n => [n.kind, n.total_assets]),
    ),
    childCount: row.child_count,
    description: row.description,
    clientMetadata: row.client_metadata,
    revision: row.revision,
  };
}
