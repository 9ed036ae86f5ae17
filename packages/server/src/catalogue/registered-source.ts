import { sql } from 'kysely';
import { newId } from '../platform/ids.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import type { Trx } from './db.ts';

/** Where registered assets are: a container of a connection, and the folder that they were registered into. */
export interface RegisteredPlace {
  workspaceId: string;
  connectionId: string;
  container: string;
  folder: string;
}

/** The source of registered assets of a place; null where nothing was registered there. */
export async function findRegisteredSource(
  trx: Trx,
  { workspaceId, connectionId, container, folder }: RegisteredPlace,
): Promise<{ id: string; folderId: string } | null> {
  const row = await trx
    .selectFrom('sources')
    .select(['id', 'folder_id'])
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .where('container', '=', container)
    .where('registered_as', '=', folder)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return row ? { id: row.id, folderId: row.folder_id } : null;
}

/**
 * The same, made where there is none, with its top folder. That has the name of the folder, and a number behind it where
 * another top folder is called so.
 * @throws MooringError `not_found` where the connection was removed; `conflict`: the workspace has its number of sources
 */
export async function ensureRegisteredSource(
  trx: Trx,
  place: RegisteredPlace,
  { now, most }: { now: Date; most: number },
): Promise<{ id: string; folderId: string }> {
  const found = await findRegisteredSource(trx, place);
  if (found) return found;
  const { workspaceId, connectionId, container, folder } = place;
  const connection = await trx
    .selectFrom('connections')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', connectionId)
    .where('removed_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!connection) throw notFound('connection', connectionId);
  const meanwhile = await findRegisteredSource(trx, place);
  if (meanwhile) return meanwhile;
  await requireRoom(trx, workspaceId, most);
  const source = { id: newId('source', now.getTime()), folderId: newId('folder', now.getTime()) };
  for (let number = 1; ; number++) {
    const name = number === 1 ? folder : `${folder} (${number})`;
    const { numAffectedRows } = await sql`
      insert into folders (workspace_id, id, parent_id, source_id, name, key_prefix, created_at)
      values (${workspaceId}, ${source.folderId}, null, ${source.id}, ${name}, '', ${now})
      on conflict do nothing`.execute(trx);
    if (numAffectedRows === 1n) break;
  }
  await trx
    .insertInto('sources')
    .values({
      workspace_id: workspaceId,
      id: source.id,
      connection_id: connectionId,
      folder_id: source.folderId,
      container,
      prefix: '',
      registered_as: folder,
      created_at: now,
    })
    .execute();
  return source;
}

async function requireRoom(trx: Trx, workspaceId: string, most: number): Promise<void> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int8 as count from sources where workspace_id = ${workspaceId} and removed_at is null`.execute(
    trx,
  );
  if (rows[0]!.count < most) return;
  throw new MooringError('conflict', `The workspace has ${most} sources, which is as many as it may have.`, {
    fix: 'Remove sources that are not needed, or register into a folder that exists.',
  });
}
