import type { AssetFilter } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import { notFound } from '../platform/problem.ts';
import type { Db } from './db.ts';
import { afterDirectory } from './key.ts';
import type { KeyRange } from './key-range.ts';
import { requireStorable } from './storable.ts';

/** Where the assets that match a filter are: in these sources, in this order, under this condition on `assets a`. */
export interface AssetSelection {
  sourceIds: string[];
  status: AssetFilter['status'];
  /** Where all assets of that status with keys in one range match: that range; null where more is asked of them. */
  range: KeyRange | null;
  condition(sourceId: string): RawBuilder<boolean>;
}

/** @throws MooringError `not_found` for an unknown folder, `invalid_request` for a name that no key can hold. */
export async function selectAssets(
  db: Db,
  workspaceId: string,
  filter: AssetFilter,
): Promise<AssetSelection> {
  requireStorable({ name: filter.name });
  const folder = filter.folderId === undefined ? null : await findFolder(db, workspaceId, filter.folderId);
  const place = (sourceId: string): RawBuilder<boolean> => {
    const inSource = sql<boolean>`a.workspace_id = ${workspaceId} and a.source_id = ${sourceId}`;
    if (!folder) return inSource;
    // Without the source, so that no other index than the folder's can serve it.
    if (!filter.recursive) return sql`a.workspace_id = ${workspaceId} and a.folder_id = ${folder.id}`;
    return sql`${inSource} and ${isBelow(folder.key_prefix)}`;
  };
  const conditions = [
    filter.status === 'present' && sql`a.gone_at is null`,
    filter.status === 'gone' && sql`a.gone_at is not null`,
    filter.kind && sql`a.kind = ${filter.kind}`,
    filter.archiveState && sql`a.archive_state = ${filter.archiveState}`,
    filter.name && keyContains(filter.name),
  ].filter(condition => typeof condition === 'object');
  return {
    sourceIds: await findSources(db, workspaceId, filter, folder?.source_id),
    status: filter.status,
    range:
      filter.kind || filter.archiveState || filter.name || (folder && !filter.recursive)
        ? null
        : rangeBelow(folder?.key_prefix ?? ''),
    condition: sourceId => sql`${sql.join([place(sourceId), ...conditions], sql` and `)}`,
  };
}

/** A folder of a source mirrors a directory of keys, so all that lies below it is one range of them. */
const rangeBelow = (directory: string): KeyRange => ({
  first: directory,
  end: directory === '' ? null : afterDirectory(directory),
});

function isBelow(directory: string): RawBuilder<boolean> {
  const { first, end } = rangeBelow(directory);
  if (end === null) return sql`true`;
  return sql`left(a.key, 512) >= left(${first}, 512) and a.key >= ${first}
    and left(a.key, 512) <= left(${end}, 512) and a.key < ${end}`;
}

/**
 * Part of the key, in any case. Keys are compared by bytes (`COLLATE "C"`), where `ilike` knows only the case of
 * ASCII letters; other letters are spelt out.
 */
function keyContains(name: string): RawBuilder<boolean> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII
  if (/^[\x00-\x7f]*$/.test(name)) return sql`a.key ilike ${`%${name.replace(/[\\%_]/g, '\\$&')}%`}`;
  const letters = [...name].map(letter => {
    const cases = [...new Set([letter, letter.toLowerCase(), letter.toUpperCase()])];
    return `(?:${cases.map(text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`;
  });
  return sql`a.key ~ ${letters.join('')}`;
}

async function findFolder(db: Db, workspaceId: string, folderId: string) {
  const { rows } = await sql<{ id: string; source_id: string; key_prefix: string }>`
    select id, source_id, key_prefix from folders where workspace_id = ${workspaceId} and id = ${folderId}`.execute(
    db,
  );
  if (!rows[0]) throw notFound('folder', folderId);
  return rows[0];
}

async function findSources(
  db: Db,
  workspaceId: string,
  filter: AssetFilter,
  folderSourceId: string | undefined,
): Promise<string[]> {
  const counted = { present: sql`asset_count`, gone: sql`gone_count`, any: sql`asset_count + gone_count` };
  const conditions = [
    sql`s.workspace_id = ${workspaceId} and (c.removed_at is null or c.assets_kept) and s.removed_at is null and ${counted[filter.status]} > 0`,
    filter.sourceId && sql`s.id = ${filter.sourceId}`,
    filter.connectionId && sql`s.connection_id = ${filter.connectionId}`,
    folderSourceId && sql`s.id = ${folderSourceId}`,
  ].filter(condition => typeof condition === 'object');
  const { rows } = await sql<{ id: string }>`
    select s.id from sources s
    join connections c on c.workspace_id = s.workspace_id and c.id = s.connection_id
    where ${sql.join(conditions, sql` and `)} order by s.id collate "C"`.execute(db);
  return rows.map(row => row.id);
}
