import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';
import type { Assistance, ItemError } from './handler.ts';
import { LeaseLost, ShuttingDown } from './interruption.ts';
import { insertErrors } from './lease.ts';
import { toSubject } from './row.ts';
import type { WorkerDependencies } from './worker.ts';

/** Helps with operations that other workers run, one at a time of each kind. */
export function createAssisting(
  { db, session, clock, log, assistances = [] }: WorkerDependencies,
  isRunHere: (operationId: string) => boolean,
) {
  const assisting = new Map<
    Assistance,
    { operationId: string; abort: AbortController; ended: Promise<void> }
  >();

  async function begin(assistance: Assistance, workspaceId: string, operationId: string): Promise<void> {
    const lockName = `mooring assist ${operationId} ${randomUUID()}`;
    const lock = await session.tryLock(lockName);
    if (!lock) return;
    const abort = new AbortController();
    lock.lost.addEventListener('abort', () => abort.abort(new LeaseLost(operationId)));
    const run = async (): Promise<void> => {
      try {
        const row = await db
          .selectFrom('operations')
          .select(['subject_type', 'subject_id', 'options', 'checkpoint'])
          .where('workspace_id', '=', workspaceId)
          .where('id', '=', operationId)
          .where('status', '=', 'running')
          .executeTakeFirst();
        if (!row) return;
        log.info({ operationId }, 'assisting');
        await assistance.run({
          workspaceId,
          operationId,
          subject: toSubject(row),
          options: row.options,
          checkpoint: row.checkpoint,
          lockName,
          signal: abort.signal,
          addErrors: (trx, errors) => addErrors(trx, workspaceId, operationId, errors),
        });
      } catch (error) {
        if (!abort.signal.aborted && !(error instanceof LeaseLost))
          log.warn({ err: error, operationId }, 'cannot assist any more');
      } finally {
        assisting.delete(assistance);
        await lock.release();
      }
    };
    assisting.set(assistance, { operationId, abort, ended: run() });
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
    if (!rows[0]) throw new LeaseLost(operationId);
    const row = { workspace_id: workspaceId, id: operationId };
    await insertErrors(trx, row, errors, rows[0].error_count - errors.length, clock.now());
  }

  return {
    /** Begins to assist where there is something to do, and stops assisting what no longer runs. */
    async look(): Promise<void> {
      for (const { operationId, abort } of assisting.values()) {
        const row = await db
          .selectFrom('operations')
          .select('status')
          .where('id', '=', operationId)
          .executeTakeFirst();
        if (row?.status !== 'running') abort.abort(new LeaseLost(operationId));
      }
      for (const assistance of assistances) {
        if (assisting.has(assistance)) continue;
        const found = (await assistance.find()).find(({ operationId }) => !isRunHere(operationId));
        if (found) await begin(assistance, found.workspaceId, found.operationId);
      }
    },

    /** The operation does not run any more. */
    end(operationId: string): void {
      for (const each of assisting.values())
        if (each.operationId === operationId) each.abort.abort(new LeaseLost(operationId));
    },

    async stop(): Promise<void> {
      const all = [...assisting.values()];
      for (const { abort } of all) abort.abort(new ShuttingDown());
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}
