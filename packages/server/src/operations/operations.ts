import {
  isFinished,
  type Operation,
  type OperationError,
  type OperationStatus,
  type Page,
} from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import { decodeCursor, encodeCursor } from '../catalogue/cursor.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import type { Session } from '../platform/session.ts';
import { type OperationRow, toOperation } from './row.ts';
import { type OperationStart, startOperation } from './start.ts';
import { notifyStatus } from './status-notices.ts';
import { watchOperation } from './watch-operation.ts';

export interface PageRequest {
  cursor?: string | undefined;
  limit: number;
}

/** Operations as everybody but the worker sees them: start, look at, stop. */
export function createOperations({ db, session, clock }: { db: Db; session: Session; clock: Clock }) {
  async function find(workspaceId: string, operationId: string): Promise<Operation> {
    const row = await db
      .selectFrom('operations')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', operationId)
      .executeTakeFirst();
    if (!row) throw notFound('operation', operationId);
    return toOperation(row);
  }

  /** Locks an operation and gives it the status that `next` says; null leaves it as it is. */
  function move(
    workspaceId: string,
    operationId: string,
    next: (row: OperationRow) => OperationStatus | null,
  ): Promise<Operation> {
    return db.transaction().execute(async trx => {
      const row = await trx
        .selectFrom('operations')
        .selectAll()
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', operationId)
        .forUpdate()
        .executeTakeFirst();
      if (!row) throw notFound('operation', operationId);
      const status = next(row);
      if (status === null) return toOperation(row);
      const now = clock.now();
      const changed = await trx
        .updateTable('operations')
        .set({
          status,
          updated_at: now,
          ...(isFinished(status) && { finished_at: now }),
          ...(status === 'queued' && { due_at: sql<Date>`now()`, failures: 0 }),
        })
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', operationId)
        .returningAll()
        .executeTakeFirstOrThrow();
      await notifyStatus(trx, operationId, status);
      return toOperation(changed);
    });
  }

  return {
    /**
     * Makes an operation and has a worker take it up; inside a transaction, when that commits.
     * @throws MooringError `sync_already_running` or `conflict`, as the kind says, with the `operationId` of the one
     * that has not finished, when there is one of this kind for this subject.
     */
    start(workspaceId: string, input: OperationStart, trx?: Trx): Promise<Operation> {
      return trx
        ? startOperation(trx, workspaceId, input, { clock })
        : db.transaction().execute(own => startOperation(own, workspaceId, input, { clock }));
    },

    /** @throws MooringError `not_found` */
    get: find,

    /** Newest first. */
    async list(
      workspaceId: string,
      filter: { status?: OperationStatus | undefined; subjectId?: string | undefined },
      { cursor, limit }: PageRequest,
    ): Promise<Page<Operation>> {
      let query = db.selectFrom('operations').selectAll().where('workspace_id', '=', workspaceId);
      if (filter.status) query = query.where('status', '=', filter.status);
      if (filter.subjectId) query = query.where('subject_id', '=', filter.subjectId);
      if (cursor !== undefined) query = query.where('id', '<', decodeCursor(cursor, 1)[0]!);
      const rows = await query
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return page(rows.map(toOperation), limit, last => encodeCursor(last.id));
    },

    /**
     * Asks an operation to stop. A queued one is cancelled at once, a running one within about a second: until its
     * worker has stopped it is `cancelling`. One that has finished stays as it is.
     * @throws MooringError `not_found`
     */
    cancel: (workspaceId: string, operationId: string): Promise<Operation> =>
      move(workspaceId, operationId, row => {
        if (row.status === 'cancelling' || isFinished(row.status as OperationStatus)) return null;
        return row.status === 'running' ? 'cancelling' : 'cancelled';
      }),

    /**
     * Asks an operation to hold: the process that runs it stops within about a second, and it stays where it is until
     * it is resumed or cancelled. One that is paused already stays so.
     * @throws MooringError `not_found`; `conflict` where it is about to end or has ended
     */
    pause: (workspaceId: string, operationId: string): Promise<Operation> =>
      move(workspaceId, operationId, row => {
        if (row.status === 'paused') return null;
        if (row.status !== 'queued' && row.status !== 'running') throw cannotMove(row, 'paused');
        return 'paused';
      }),

    /**
     * Lets a paused operation go on; one that is not held stays as it is.
     * @throws MooringError `not_found`; `conflict` where it is about to end or has ended
     */
    resume: (workspaceId: string, operationId: string): Promise<Operation> =>
      move(workspaceId, operationId, row => {
        if (row.status === 'queued' || row.status === 'running') return null;
        if (row.status !== 'paused') throw cannotMove(row, 'resumed');
        return 'queued';
      }),

    /**
     * What went wrong, in the order in which it did; the first 10,000 are kept.
     * @throws MooringError `not_found`
     */
    async listErrors(
      workspaceId: string,
      operationId: string,
      { cursor, limit }: PageRequest,
    ): Promise<Page<OperationError>> {
      await find(workspaceId, operationId);
      const rows = await db
        .selectFrom('operation_errors')
        .selectAll()
        .where('workspace_id', '=', workspaceId)
        .where('operation_id', '=', operationId)
        .where('seq', '>', cursor === undefined ? 0 : sequenceOf(cursor))
        .orderBy('seq')
        .limit(limit + 1)
        .execute();
      const { items, nextCursor } = page(rows, limit, last => encodeCursor(String(last.seq)));
      return {
        items: items.map(row => ({
          item: row.item,
          code: row.code,
          message: row.message,
          fix: row.fix,
          at: row.created_at.toISOString(),
        })),
        nextCursor,
      };
    },

    /**
     * The operation as it is, then each time it has moved (at most five times a second), and last as it finished.
     * Ends early, without an error, when the signal aborts.
     * @throws MooringError `not_found`
     */
    watch(workspaceId: string, operationId: string, signal: AbortSignal): AsyncGenerator<Operation> {
      return watchOperation(session, operationId, signal, () => find(workspaceId, operationId));
    },
  };
}
export type Operations = ReturnType<typeof createOperations>;

const cannotMove = ({ id, status }: OperationRow, how: string): MooringError => {
  const state = status === 'succeeded' ? 'has finished' : status === 'failed' ? 'has failed' : `is ${status}`;
  return new MooringError('conflict', `Operation ${id} ${state}, so it cannot be ${how}.`, {
    fix: 'Look at the operation. If it has ended, start a new one.',
  });
};

/** Makes a page of rows of which one more than the limit was asked for. */
function page<T>(rows: T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? cursorOf(last) : null };
}

function sequenceOf(cursor: string): number {
  const sequence = Number(decodeCursor(cursor, 1)[0]);
  if (Number.isSafeInteger(sequence)) return sequence;
  throw new MooringError('invalid_request', 'The cursor is of another list.', {
    fix: 'Pass the nextCursor of the previous page, unchanged. Or leave the cursor out to begin again.',
  });
}
