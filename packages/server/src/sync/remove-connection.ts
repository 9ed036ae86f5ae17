import type { Db, Trx } from '../catalogue/db.ts';
import type { OperationHandler } from '../operations/handler.ts';
import { keepTombstones } from './keep-tombstones.ts';
import { deleteSources } from './remove-source.ts';

/**
 * Deletes all that is known of a connection that was unlinked: assets, folders, sources, checks, and the connection
 * itself; or keeps its assets as tombstones, where that was asked for. Nothing in the storage is touched.
 */
export function createRemoveConnectionHandler({
  db,
  rowsAtOnce,
}: {
  db: Db;
  rowsAtOnce?: number;
}): OperationHandler<'remove-connection'> {
  return {
    kind: 'remove-connection',
    async run(run) {
      const connection = await db
        .selectFrom('connections')
        .select('assets_kept')
        .where('workspace_id', '=', run.workspaceId)
        .where('id', '=', run.subject.id)
        .executeTakeFirst();
      if (connection?.assets_kept) return keepTombstones(db, run, rowsAtOnce);
      const rows = await db
        .selectFrom('sources')
        .selectAll()
        .where('workspace_id', '=', run.workspaceId)
        .where('connection_id', '=', run.subject.id)
        .execute();
      const sources = rows.map(row => ({
        workspaceId: row.workspace_id,
        id: row.id,
        topFolderId: row.folder_id,
        assets: row.asset_count + row.gone_count,
      }));
      const last = async (trx: Trx): Promise<void> => {
        await trx
          .deleteFrom('issued_urls')
          .where('workspace_id', '=', run.workspaceId)
          .where('connection_id', '=', run.subject.id)
          .execute();
        await trx
          .deleteFrom('connections')
          .where('workspace_id', '=', run.workspaceId)
          .where('id', '=', run.subject.id)
          .execute();
      };
      await deleteSources(db, run, sources, { last, rowsAtOnce });
    },
  };
}
