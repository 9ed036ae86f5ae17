import { sql } from 'kysely';
import { newId } from '../platform/ids.ts';
import type { Trx } from './db.ts';
import { directoryName, parentOf, upTo } from './key.ts';
import type { LockedSource } from './source-lock.ts';

/**
 * The folder of each directory and of every directory above it, up to the source's top folder. Those that are
 * missing are made. Directories are whole prefixes of keys: `photos/2024/`.
 */
export async function ensureFolders(
  trx: Trx,
  source: LockedSource,
  directories: Iterable<string>,
  now: Date,
): Promise<Map<string, string>> {
  const wanted = withParents(source.directory, directories);
  const folders = await findFolders(trx, source, [...wanted]);
  const missing = [...wanted].filter(directory => !folders.has(directory));
  if (missing.length === 0) return folders;
  for (const directory of missing) folders.set(directory, newId('folder', now.getTime()));
  await sql`
    insert into folders (workspace_id, id, parent_id, source_id, name, key_prefix, created_at)
    select ${source.workspaceId}, n.id, n.parent_id, ${source.id}, n.name, n.key_prefix, ${now}
    from unnest(
      ${missing.map(directory => folders.get(directory)!)}::text[],
      ${missing.map(directory => folders.get(parentOf(directory))!)}::text[],
      ${missing.map(directoryName)}::text[],
      ${missing}::text[]
    ) as n (id, parent_id, name, key_prefix)`.execute(trx);
  return folders;
}

function withParents(top: string, directories: Iterable<string>): Set<string> {
  const all = new Set<string>([top]);
  for (const directory of directories) {
    for (const at of upTo(top, directory)) {
      if (all.has(at)) break;
      all.add(at);
    }
  }
  return all;
}

async function findFolders(
  trx: Trx,
  source: LockedSource,
  directories: string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; key_prefix: string }>`
    select f.id, f.key_prefix
    from unnest(${directories}::text[]) as d (directory) cross join lateral (
      select id, key_prefix from folders
      where workspace_id = ${source.workspaceId} and source_id = ${source.id}
        and left(key_prefix, 512) = left(d.directory, 512) and key_prefix = d.directory limit 1
    ) f`.execute(trx);
  return new Map(rows.map(row => [row.key_prefix, row.id]));
}
