import type { Operation } from '@mooring/contract';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db, Trx } from '../catalogue/db.ts';
import type { OperationHandler, OperationRun } from '../operations/handler.ts';
import type { Operations } from '../operations/operations.ts';
import type { Clock } from '../platform/clock.ts';
import { notFound } from '../platform/problem.ts';
import { deleteMarks } from './marks.ts';
import { deleteRanges } from './ranges.ts';

const KIND = 'remove-source';
const ROWS_AT_ONCE = 5000;
/** Counts of assets, present and gone. */
const progress = z.object({ deleted: z.number(), total: z.number() });

export interface DoomedSource {
  workspaceId: string;
  id: string;
  topFolderId: string;
}

/**
 * Stops all use of a source from the commit on, cancels what runs on it, and has an operation remove its assets.
 * Idempotent, also when the first try was cut off half-way.
 */
export function createSourceRemoval({
  db,
  clock,
  operations,
}: {
  db: Db;
  clock: Clock;
  operations: Operations;
}) {
  return async (workspaceId: string, sourceId: string): Promise<Operation> => {
    const operation = await db.transaction().execute(async trx => {
      const { rows } = await sql<{ removed_at: Date | null }>`
        select removed_at from sources where workspace_id = ${workspaceId} and id = ${sourceId}
        for no key update`.execute(trx);
      if (!rows[0]) throw notFound('source', sourceId);
      if (rows[0].removed_at) {
        const { items } = await operations.list(workspaceId, { subjectId: sourceId }, { limit: 100 });
        const last = items.find(({ kind }) => kind === KIND);
        if (last && last.status !== 'failed' && last.status !== 'cancelled') return last;
      }
      await sql`
        update sources set removed_at = coalesce(removed_at, ${clock.now()})
        where workspace_id = ${workspaceId} and id = ${sourceId}`.execute(trx);
      const subject = { type: 'source', id: sourceId } as const;
      return operations.start(workspaceId, { kind: KIND, subject, unit: 'assets' }, trx);
    });
    const { items } = await operations.list(workspaceId, { subjectId: sourceId }, { limit: 100 });
    for (const { id, kind } of items) if (kind !== KIND) await operations.cancel(workspaceId, id);
    return operation;
  };
}

/** Deletes all that is known of a source that was removed. */
export function createRemoveSourceHandler({ db }: { db: Db }): OperationHandler {
  return {
    kind: KIND,
    async run(run) {
      const rows = await db
        .selectFrom('sources')
        .selectAll()
        .where('workspace_id', '=', run.workspaceId)
        .where('id', '=', run.subject.id)
        .execute();
      await deleteSources(
        db,
        run,
        rows.map(row => ({
          workspaceId: row.workspace_id,
          id: row.id,
          topFolderId: row.folder_id,
          assets: row.asset_count + row.gone_count,
        })),
      );
    },
  };
}

/**
 * Deletes sources with their assets and folders; then what `last` deletes. Each piece is a transaction of its own;
 * started again, it goes on with what is left. Nothing in the storage is touched.
 */
export async function deleteSources(
  db: Db,
  run: OperationRun,
  sources: readonly (DoomedSource & { assets: number })[],
  last: (trx: Trx) => Promise<unknown> = async () => {},
): Promise<void> {
  const assets = sources.reduce((sum, source) => sum + source.assets, 0);
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

  for (const source of sources) {
    for (const step of [deleteAssets, deleteMarks, deleteRanges, deleteChunks, deleteFolders, deleteSource]) {
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
    await last(trx);
    return { assets: 0 };
  });
}

/** A sync that was in the middle of a page ends first; every later one finds that the source was removed. */
async function waitForWriters(trx: Trx, source: DoomedSource): Promise<void> {
  await sql`select from sources where workspace_id = ${source.workspaceId} and id = ${source.id} for update`.execute(
    trx,
  );
}

const deleteFrom =
  (table: 'assets' | 'asset_chunks') =>
  async (trx: Trx, source: DoomedSource, limit: number): Promise<number> => {
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)} where ctid = any(array(
        select ctid from ${sql.table(table)}
        where workspace_id = ${source.workspaceId} and source_id = ${source.id} limit ${limit}
      ))`.execute(trx);
    return Number(numAffectedRows);
  };
const deleteAssets = deleteFrom('assets');
const deleteChunks = deleteFrom('asset_chunks');

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
