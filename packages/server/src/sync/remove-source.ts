import type { Operation } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { Db, Trx } from '../catalogue/db.ts';
import { unsettleQuota } from '../catalogue/quota.ts';
import type { OperationHandler, OperationRun } from '../operations/handler.ts';
import type { Operations } from '../operations/operations.ts';
import { notFound } from '../platform/problem.ts';
import { deleteMarks } from './key-marks.ts';
import { deleteRanges } from './sync-ranges.ts';

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
export function createRemoveSourceHandler({
  db,
  rowsAtOnce,
}: {
  db: Db;
  rowsAtOnce?: number;
}): OperationHandler<'remove-source'> {
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
        { rowsAtOnce },
      );
    },
  };
}

/**
 * Deletes sources with their assets and folders; then what `last` deletes. Each piece is a transaction of its own;
 * started again, it goes on with what is left. Nothing in the storage is touched.
 * @param options.rowsAtOnce for tests: fewer
 */
export async function deleteSources(
  db: Db,
  run: OperationRun<'remove-source'> | OperationRun<'remove-connection'>,
  sources: readonly (DoomedSource & { assets: number })[],
  {
    last = async () => {},
    rowsAtOnce = ROWS_AT_ONCE,
  }: { last?: (trx: Trx) => Promise<unknown>; rowsAtOnce?: number | undefined } = {},
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
    for (const step of STEPS) {
      let complete = false;
      let from: string | null = null;
      while (!complete) {
        await transact(async trx => {
          await waitForWriters(trx, source);
          const piece = await step(trx, source, rowsAtOnce, from);
          complete = piece.rows < rowsAtOnce;
          from = piece.next;
          return { assets: step === deleteAssets ? piece.rows : 0 };
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

/** What was deleted at once, and where to go on: rows that have gone are in the way until they are vacuumed. */
interface Piece {
  rows: number;
  next: string | null;
}
type Step = (trx: Trx, source: DoomedSource, limit: number, from: string | null) => Promise<Piece>;

const deleteInOrder =
  (
    table: 'assets' | 'registered_urls' | 'asset_chunks' | 'asset_bitmaps' | 'asset_segments',
    place: RawBuilder<string>,
  ): Step =>
  async (trx, source, limit, from) => {
    const { rows } = await sql<Piece>`
      with deleted as (
        delete from ${sql.table(table)} where ctid = any(array(
          select ctid from ${sql.table(table)}
          where workspace_id = ${source.workspaceId} and source_id = ${source.id} and ${place} >= ${from ?? ''}
          order by ${place} limit ${limit}
        )) returning ${place} as place
      ) select count(*) as rows, max(place) as next from deleted`.execute(trx);
    return rows[0]!;
  };
const deleteAssets = deleteInOrder('assets', sql`left(key, 512)`);
const deleteUrls = deleteInOrder('registered_urls', sql`id`);
const deleteChunks = deleteInOrder('asset_chunks', sql`first_key`);
const deleteBitmaps = deleteInOrder('asset_bitmaps', sql`name`);
const deleteSegments = deleteInOrder('asset_segments', sql`lpad(segment::text, 10, '0')`);

/** Few, so that it does not matter in which order they go. */
const deleteAllRanges: Step = async (trx, source, limit) => ({
  rows: await deleteRanges(trx, source, limit),
  next: null,
});

/** Those below the top folder, the deepest first: a folder takes those inside it along, however many they are. */
const deleteFolders: Step = async (trx, source, limit, from) => {
  const { rows } = await sql<Piece>`
    with deleted as (
      delete from folders where workspace_id = ${source.workspaceId} and id = any(array(
        select id from folders
        where workspace_id = ${source.workspaceId} and source_id = ${source.id} and id <> ${source.topFolderId}
          ${from === null ? sql`` : sql`and left(key_prefix, 512) <= ${from}`}
        order by left(key_prefix, 512) desc, key_prefix desc limit ${limit}
      )) returning left(key_prefix, 512) as place
    ) select count(*) as rows, min(place) as next from deleted`.execute(trx);
  return rows[0]!;
};

const deleteSource: Step = async (trx, source) => {
  for (const [table, id] of [
    ['sources', source.id],
    ['folders', source.topFolderId],
  ] as const) {
    await trx.deleteFrom(table).where('workspace_id', '=', source.workspaceId).where('id', '=', id).execute();
  }
  await unsettleQuota(trx, source.workspaceId);
  return { rows: 0, next: null };
};

const STEPS = [
  deleteAssets,
  deleteUrls,
  deleteMarks,
  deleteAllRanges,
  deleteChunks,
  deleteBitmaps,
  deleteSegments,
  deleteFolders,
  deleteSource,
];
