import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';
import type { Assistance, ItemError } from './handler.ts';
import { OwnershipLost, ShuttingDown } from './interruption.ts';
import { insertErrors } from './ownership.ts';
import type { WorkerDependencies } from './worker.ts';

/** Helps with operations that other workers run, one at a time of each kind. */
export function createHelp(
  { db, session, clock, log, assistances = [] }: WorkerDependencies,
  isOwn: (operationId: string) => boolean,
) {
  const helping = new Map<
    Assistance,
    { operationId: string; abort: AbortController; ended: Promise<void> }
  >();

  async function begin(assistance: Assistance, workspaceId: string, operationId: string): Promise<void> {
    const lockName = `mooring help ${operationId} ${randomUUID()}`;
    const lock = await session.tryLock(lockName);
    if (!lock) return;
    const abort = new AbortController();
    lock.lost.addEventListener('abort', () => abort.abort(new OwnershipLost(operationId)));
    const run = async (): Promise<void> => {
      try {
        const row = await db
          .selectFrom('operations')
          .select(['subject_id', 'options', 'checkpoint'])
          .where('workspace_id', '=', workspaceId)
          .where('id', '=', operationId)
          .where('status', '=', 'running')
          .executeTakeFirst();
        if (!row) return;
        log.info({ operationId }, 'helping');
        await assistance.run({
          workspaceId,
          operationId,
          sourceId: row.subject_id,
          options: row.options,
          checkpoint: row.checkpoint,
          lockName,
          signal: abort.signal,
          addErrors: (trx, errors) => addErrors(trx, workspaceId, operationId, errors),
        });
      } catch (error) {
        if (!abort.signal.aborted && !(error instanceof OwnershipLost))
          log.warn({ err: error, operationId }, 'cannot help any more');
      } finally {
        helping.delete(assistance);
        await lock.release();
      }
    };
    helping.set(assistance, { operationId, abort, ended: run() });
  }

  async function addErrors(
    trx: Trx,
    workspaceId: string,
    operationId: string,
    errors: readonly ItemError[],
  ): Promise<void> {
    const { rows } = await sql<{ error_count: number }>`
      update operations set error_count = error_count + ${errors.length}
      where workspace_id = ${workspaceId} and id = ${operationId} and status = 'running'
      returning error_count`.execute(trx);
    if (!rows[0]) throw new OwnershipLost(operationId);
    const row = { workspace_id: workspaceId, id: operationId };
    await insertErrors(trx, row, errors, rows[0].error_count - errors.length, clock.now());
  }

  return {
    /** Begins to help where there is something to do, and ends help with what no longer runs. */
    async look(): Promise<void> {
      for (const { operationId, abort } of helping.values()) {
        const row = await db
          .selectFrom('operations')
          .select('status')
          .where('id', '=', operationId)
          .executeTakeFirst();
        if (row?.status !== 'running') abort.abort(new OwnershipLost(operationId));
      }
      for (const assistance of assistances) {
        if (helping.has(assistance)) continue;
        const found = (await assistance.find()).find(({ operationId }) => !isOwn(operationId));
        if (found) await begin(assistance, found.workspaceId, found.operationId);
      }
    },

    /** The operation does not run any more. */
    end(operationId: string): void {
      for (const each of helping.values())
        if (each.operationId === operationId) each.abort.abort(new OwnershipLost(operationId));
    },

    async stop(): Promise<void> {
      const all = [...helping.values()];
      for (const { abort } of all) abort.abort(new ShuttingDown());
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}
