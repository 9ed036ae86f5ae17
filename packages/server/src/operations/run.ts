import { ProviderError } from '@mooring/storage/server';
import type { Trx } from '../catalogue/db.ts';
import { MooringError } from '../platform/problem.ts';
import { isRetryable, toProblem } from './failure.ts';
import type { Problem } from './finish.ts';
import type { OperationRun } from './handler.ts';
import { Cancelled, GaveWay, LeaseLost, Paused, ShuttingDown } from './interruption.ts';
import { createLease, type Ending } from './lease.ts';
import { type OperationRow, toSubject } from './row.ts';
import { notifyStatus } from './status-notices.ts';
import type { TakenOperation } from './take-operation.ts';
import type { WorkerDependencies } from './worker.ts';

/** Runs the handler of an operation that was taken up, and writes how it ended. Never throws. */
export async function runOperation(
  { row, lock }: TakenOperation,
  signal: AbortSignal,
  dependencies: WorkerDependencies,
): Promise<void> {
  const log = dependencies.log.child({ operationId: row.id, kind: row.kind, attempt: row.attempts });
  const { save, addErrors, settle } = createLease(row, dependencies);
  const run: OperationRun = {
    workspaceId: row.workspace_id,
    operationId: row.id,
    subject: toSubject(row),
    options: row.options,
    checkpoint: row.checkpoint,
    signal,
    save,
    addErrors,
  };
  const handler = dependencies.handlers.find(({ kind }) => kind === row.kind)!; // no other kinds are taken
  log.info('running');
  let ending: Ending | null = { type: 'succeeded' };
  try {
    try {
      await handler.run(run as never); // it is of the handler's kind
      signal.throwIfAborted();
    } catch (error) {
      const reason: unknown = signal.aborted ? signal.reason : error;
      ending = endingOf(reason, row.id);
      if (ending?.type === 'failed' || ending?.type === 'retry') log.error({ err: reason }, ending.type);
    }
    const written = ending;
    if (written) {
      await dependencies.db.transaction().execute(async trx => {
        await settle(trx, written);
        const problem = await failureOf(trx, row);
        if (problem) await handler.failed?.(trx, run as never, problem);
      });
    }
    log.info({ ending: ending?.type ?? 'lost' }, 'ended');
  } catch (error) {
    log.error({ err: error }, 'cannot write how it ended; a worker will take it up again');
  } finally {
    await lock.release();
  }
  if (ending?.type !== 'released') return;
  // Others have heard of it already, but could not take it while the lock was held.
  await notifyStatus(dependencies.db, row.id, 'queued').catch(error =>
    log.warn({ err: error }, 'cannot notify other workers; their next poll finds it'),
  );
}

/** Why this take-up has ended the operation as failed; null where it has not. */
async function failureOf(trx: Trx, row: OperationRow): Promise<Problem | null> {
  const failed = await trx
    .selectFrom('operations')
    .select('problem')
    .where('workspace_id', '=', row.workspace_id)
    .where('id', '=', row.id)
    .where('attempts', '=', row.attempts)
    .where('status', '=', 'failed')
    .executeTakeFirst();
  return (failed?.problem as Problem | undefined) ?? null;
}

/** Null: another worker has it now, or it was paused, and there is nothing to write. */
function endingOf(reason: unknown, operationId: string): Ending | null {
  if (reason instanceof LeaseLost || reason instanceof Paused) return null;
  if (reason instanceof Cancelled) return { type: 'cancelled' };
  if (reason instanceof ShuttingDown || reason instanceof GaveWay) return { type: 'released' };
  const problem = toProblem(reason, operationId);
  if (!isRetryable(reason)) return { type: 'failed', problem };
  const isKnown = reason instanceof ProviderError || reason instanceof MooringError;
  const leastSeconds = isKnown ? (reason.retryAfterSeconds ?? 0) : 0;
  return { type: 'retry', problem, leastSeconds };
}
