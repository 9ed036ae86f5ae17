import type { AssetFilter, TokenScope } from '@mooring/contract';
import { sql } from 'kysely';
import { notFound } from '../platform/problem.ts';
import type { Db } from './db.ts';
import { judgeAssets } from './matches-filter.ts';

/**
 * The assets of a filter that are also in a part of the data.
 * @throws MooringError `not_found` where the filter names a connection or a folder outside, as for one that is not there
 */
export async function withinPart<F extends Partial<AssetFilter>>(
  db: Db,
  workspaceId: string,
  part: TokenScope,
  filter: F,
): Promise<F> {
  const { connectionId, folderId } = filter;
  if (part.kind === 'connection') {
    if (connectionId !== undefined && connectionId !== part.connectionId)
      throw notFound('connection', connectionId);
    return { ...filter, connectionId: part.connectionId };
  }
  if (folderId === undefined) return { ...filter, folderId: part.folderId, recursive: true };
  await requireFolder(db, workspaceId, part, folderId);
  return filter;
}

/** @throws MooringError `not_found` where a folder is not in a part, as for one that is not there */
export async function requireFolder(
  db: Db,
  workspaceId: string,
  part: TokenScope,
  folderId: string,
): Promise<void> {
  const { rows } =
    part.kind === 'connection'
      ? await sql`
          select from folders f join sources s on s.workspace_id = f.workspace_id and s.id = f.source_id
          where f.workspace_id = ${workspaceId} and f.id = ${folderId}
            and s.connection_id = ${part.connectionId}`.execute(db)
      : await sql`
          with recursive up as (
            select id, parent_id from folders where workspace_id = ${workspaceId} and id = ${folderId}
            union all
            select f.id, f.parent_id from up
            join folders f on f.workspace_id = ${workspaceId} and f.id = up.parent_id
          ) select from up where id = ${part.folderId}`.execute(db);
  if (rows.length === 0) throw notFound('folder', folderId);
}

/**
 * Assets that do not exist are left to others to name.
 * @throws MooringError `not_found` where an asset is not in a part, as for one that is not there
 */
export async function requireAssets(
  db: Db,
  workspaceId: string,
  part: TokenScope,
  assetIds: readonly string[],
): Promise<void> {
  const filter = await withinPart(db, workspaceId, part, { recursive: true, status: 'any' as const });
  const isInside = await judgeAssets(db, workspaceId, filter, assetIds);
  const outside = assetIds.find(id => isInside.get(id) === false);
  if (outside !== undefined) throw notFound('asset', outside);
}
