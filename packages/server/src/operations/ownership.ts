import type { Operation, OperationStatus } from '@mooring/contract';
import { sql } from 'kysely';
import type { Db, Trx } from '../catalogue/db.ts';
import type { Clock } from '../platform/clock.ts';
import { redact } from '../platform/log.ts';
import type { Session, SessionLock } from '../platform/session.ts';
import { announce } from './announcement.ts';
import { type Dispatch, type OperationQueue, send } from './dispatch.ts';
import type { ItemError, RunState } from './handler.ts';
import { Cancelled, OwnershipLost } from './interruption.ts';
import { IS_ACTIVE, type OperationRow } from './row.ts';
import { lockName } from './sweep.ts';

const KEPT_ERRORS = 10_000;
const MOST_FAILURES = 10;
/** Until the database has noticed that the connection of the last owner is gone. */
const LOCK_RETRY_SECONDS = 1;
const LONGEST_WAIT_SECONDS = 60;
/** Only an operation that kills its worker again and again comes this far. */
const MOST_TAKE_UPS = 200;

type Problem = NonNullable<Operation['problem']>;
type Finished = { type: 'succeeded' } | { type: 'cancelled' } | { type: 'failed'; problem: Problem };

/**
 * How a run ended. `released`: its worker stops, another goes on at once. `retry`: it failed in a way that may
 * pass, and goes on after a while; as failed once it has failed too often without getting on.
 */
export type Ending =
  | Finished
  | { type: 'released' }
  | { type: 'retry'; problem: Problem; leastSeconds: number };

export interface TakenUp {
  row: OperationRow;
  lock: SessionLock;
}

/**
 * Takes an operation up: from now on, whoever had it before can write no more. Null where the dispatch is out of
 * date, where the operation was waiting only to be ended, or where its lock is not free yet.
 */
export async function takeUp(
  trx: Trx,
  dispatch: Dispatch,
  { session, queue, clock }: { session: Session; queue: OperationQueue; clock: Clock },
): Promise<TakenUp | null> {
  const { workspaceId, operationId, attempts } = dispatch;
  const row = await trx
    .selectFrom('operations')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', operationId)
    .where('attempts', '=', attempts)
    .where(IS_ACTIVE)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return null;
  if (row.status === 'cancelling') {
    await finish(trx, row, { type: 'cancelled' }, clock);
    return null;
  }
  if (row.attempts >= MOST_TAKE_UPS) {
    await finish(trx, row, { type: 'failed', problem: tooManyTakeUps(row) }, clock);
    return null;
  }
  const lock = await session.tryLock(lockName(operationId));
  if (!lock) {
    await send(queue, trx, dispatch, LOCK_RETRY_SECONDS);
    return null;
  }
  const now = clock.now();
  const taken = await trx
    .updateTable('operations')
    .set({
      status: 'running',
      problem: null,
      attempts: attempts + 1,
      started_at: row.started_at ?? now,
      updated_at: now,
    })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', operationId)
    .returningAll()
    .executeTakeFirstOrThrow();
  await announce(trx, operationId, 'running');
  return { row: taken, lock };
}

/** What the worker that took `row` up may write, for as long as nobody else has taken it up since. */
export function createOwnership(
  row: OperationRow,
  failuresBefore: number,
  { queue, clock }: { queue: OperationQueue; clock: Clock },
) {
  const mine = (db: Db) =>
    db
      .updateTable('operations')
      .where('workspace_id', '=', row.workspace_id)
      .where('id', '=', row.id)
      .where('attempts', '=', row.attempts)
      .where('status', '=', 'running');

  /** Why an update of `mine` found no row. */
  async function refusal(trx: Trx): Promise<Cancelled | OwnershipLost> {
    const found = await current(trx);
    return found?.status === 'cancelling' ? new Cancelled(row.id) : new OwnershipLost(row.id);
  }

  const current = (trx: Trx): Promise<OperationRow | undefined> =>
    trx
      .selectFrom('operations')
      .selectAll()
      .where('workspace_id', '=', row.workspace_id)
      .where('id', '=', row.id)
      .where('attempts', '=', row.attempts)
      .where(IS_ACTIVE)
      .forUpdate()
      .executeTakeFirst();

  return {
    async save(trx: Trx, { done, total, counts, checkpoint }: RunState): Promise<void> {
      const saved = await mine(trx)
        .set({
          updated_at: clock.now(),
          ...(done === undefined ? {} : { done }),
          ...(total === undefined ? {} : { total }),
          ...(counts === undefined ? {} : { counts: JSON.stringify(counts) }),
          ...(checkpoint === undefined ? {} : { checkpoint: JSON.stringify(checkpoint) }),
        })
        .executeTakeFirst();
      if (saved.numUpdatedRows === 0n) throw await refusal(trx);
      await announce(trx, row.id, 'running');
    },

    async addErrors(trx: Trx, errors: readonly ItemError[]): Promise<void> {
      const now = clock.now();
      const counted = await mine(trx)
        .set({ error_count: sql<number>`error_count + ${errors.length}`, updated_at: now })
        .returning('error_count')
        .executeTakeFirst();
      if (!counted) throw await refusal(trx);
      const before = counted.error_count - errors.length;
      const rows = errors.slice(0, Math.max(0, KEPT_ERRORS - before)).map((error, index) => ({
        workspace_id: row.workspace_id,
        operation_id: row.id,
        seq: before + index + 1,
        item: error.item,
        code: error.code,
        message: redact(error.message),
        fix: error.fix === undefined ? null : redact(error.fix),
        created_at: now,
      }));
      for (let at = 0; at < rows.length; at += 1000) {
        await trx
          .insertInto('operation_errors')
          .values(rows.slice(at, at + 1000))
          .execute();
      }
    },

    /** Writes how the run ended, unless somebody else has taken the operation up. */
    async settle(trx: Trx, ending: Ending): Promise<void> {
      const found = await current(trx);
      if (!found) return;
      if (ending.type === 'succeeded') return finish(trx, found, ending, clock);
      if (found.status === 'cancelling') return finish(trx, found, { type: 'cancelled' }, clock);
      if (ending.type === 'released') return requeue(trx, null, failuresBefore, 0);
      if (ending.type !== 'retry') return finish(trx, found, ending, clock);
      const failures = hasGotOn(row, found) ? 1 : failuresBefore + 1;
      if (failures > MOST_FAILURES) return finish(trx, found, { ...ending, type: 'failed' }, clock);
      const wait = Math.min(2 ** (failures - 1), LONGEST_WAIT_SECONDS);
      await requeue(trx, ending.problem, failures, Math.max(wait, ending.leastSeconds));
    },
  };

  async function requeue(
    trx: Trx,
    problem: Problem | null,
    failures: number,
    afterSeconds: number,
  ): Promise<void> {
    await mine(trx)
      .set({ status: 'queued', problem: problem && JSON.stringify(problem), updated_at: clock.now() })
      .execute();
    const { workspace_id: workspaceId, id: operationId, attempts } = row;
    await send(queue, trx, { workspaceId, operationId, attempts, failures }, afterSeconds);
    await announce(trx, operationId, 'queued');
  }
}

async function finish(trx: Trx, row: OperationRow, ending: Finished, clock: Clock): Promise<void> {
  const now = clock.now();
  const status: OperationStatus = ending.type;
  await trx
    .updateTable('operations')
    .set({
      status,
      problem: ending.type === 'failed' ? JSON.stringify(ending.problem) : null,
      finished_at: now,
      updated_at: now,
    })
    .where('workspace_id', '=', row.workspace_id)
    .where('id', '=', row.id)
    .execute();
  await announce(trx, row.id, status);
}

const hasGotOn = (before: OperationRow, after: OperationRow): boolean =>
  before.done !== after.done || JSON.stringify(before.checkpoint) !== JSON.stringify(after.checkpoint);

const tooManyTakeUps = (row: OperationRow): Problem => ({
  code: 'internal',
  detail: `Workers took this operation up ${row.attempts} times and none came to its end.`,
  fix: `Look in the log for what ended the workers that ran ${row.id}, then start it again.`,
});
