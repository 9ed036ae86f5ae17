import { sql } from 'kysely';
import { z } from 'zod';
import type { Db, Trx } from '../catalogue/db.ts';
import type { OperationHandler } from '../operations/handler.ts';
import { deleteMarks } from './marks.ts';

const ROWS_AT_ONCE = 5000;
/** Counts of assets, present and gone. */
const progress = z.object({ deleted: z.number(), total: z.number() });

interface DoomedSource {
  workspaceId: string;
  id: string;
  topFolderId: string;
}

/**
 * Deletes all that is known of a connection that was unlinked: assets, folders, sources, checks, and the connection
 * itself. Nothing in the storage is touched. Each piece is a transaction of its own; started again, it goes on with
 * what is left.
 */
export function createRemoveConnectionHandler({ db }: { db: Db }): OperationHandler {
  return {
    kind: 'remove-connection',
    async run(run) {
      const sources = await db
        .selectFrom('sources')
        .selectAll()
        .where('workspace_id', '=', run.workspaceId)
        .where('connection_id', '=', run.subject.id)
        .execute();
      const assets = sources.reduce((sum, source) => sum + source.asset_count + source.gone_count, 0);
      let { deleted, total } = progress.parse(run.checkpoint ?? { deleted: 0, total: assets });

      /** One transaction: deletes, and saves how many assets that were. */
      async function transact(work: (trx: Trx) => Promise<{ assets: number }>): Promise<void> {
        run.signal.throwIfAborted();
        deleted = await db.transaction().execute(async trx => {
          const now = deleted + (await work(trx)).assets;
          await run.save(trx, { done: now, total, checkpoint: { deleted: now, total } });
          return now;
        });
      }

      for (const row of sources) {
        const source = { workspaceId: row.workspace_id, id: row.id, topFolderId: row.folder_id };
        for (const step of [deleteAssets, deleteMarks, deleteFolders, deleteSource]) {
          let complete = false;
          while (!complete) {
            await transact(async trx => {
              await waitForWriters(trx, source);
              const rows = await step(trx, source, ROWS_AT_ONCE);
              complete = rows < ROWS_AT_ONCE;
              return { assets: step === deleteAssets ? rows : 0 };
            });
          }
        }
      }
      total = deleted;
      await transact(async trx => {
        await trx
          .deleteFrom('connections')
          .where('workspace_id', '=', run.workspaceId)
          .where('id', '=', run.subject.id)
          .execute();
        return { assets: 0 };
      });
    },
  };
}

/** A sync that was in the middle of a page ends first; every later one finds that the connection was removed. */
async function waitForWriters(trx: Trx, source: DoomedSource): Promise<void> {
  await sql`select from sources where workspace_id = ${source.workspaceId} and id = ${source.id} for update`.execute(
    trx,
  );
}

async function deleteAssets(trx: Trx, source: DoomedSource, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from assets where ctid = any(array(
      select ctid from assets where workspace_id = ${source.workspaceId} and source_id = ${source.id} limit ${limit}
    ))`.execute(trx);
  return Number(numAffectedRows);
}

/** Those below the top folder, the deepest first: a folder takes those inside it along, however many they are. */
async function deleteFolders(trx: Trx, source: DoomedSource, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from folders where workspace_id = ${source.workspaceId} and id = any(array(
      select id from folders
      where workspace_id = ${source.workspaceId} and source_id = ${source.id} and id <> ${source.topFolderId}
      order by left(key_prefix, 512) desc, key_prefix desc limit ${limit}
    ))`.execute(trx);
  return Number(numAffectedRows);
}

async function deleteSource(trx: Trx, source: DoomedSource): Promise<number> {
  for (const [table, id] of [
    ['sources', source.id],
    ['folders', source.topFolderId],
  ] as const) {
    await trx.deleteFrom(table).where('workspace_id', '=', source.workspaceId).where('id', '=', id).execute();
  }
  return 0;
}
