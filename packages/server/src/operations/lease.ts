import type { Clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Db, Trx } from '../catalogue/db.ts';
import { redact } from '../platform/log.ts';
import { type Finished, finish, type Problem } from './finish.ts';
import type { ItemError, RunState } from './handler.ts';
import { Cancelled, LeaseLost, Paused } from './interruption.ts';
import { IS_ACTIVE, type OperationRow } from './row.ts';
import { notifyStatus } from './status-notices.ts';

const KEPT_ERRORS = 10_000;
const MOST_FAILURES = 10;
const LONGEST_WAIT_SECONDS = 60;

/**
 * How a run ended. `released`: its worker stops, another goes on at once. `retry`: it failed in a way that may
 * pass, and goes on after a while; as failed once it has failed too often without getting on.
 */
export type Ending =
  | Finished
  | { type: 'released' }
  | { type: 'retry'; problem: Problem; leastSeconds: number };

/** What the worker that took `row` up may write, for as long as no other worker has taken it up since. */
export function createLease(row: OperationRow, { clock }: { clock: Clock }) {
  const mine = (db: Db) =>
    db
      .updateTable('operations')
      .where('workspace_id', '=', row.workspace_id)
      .where('id', '=', row.id)
      .where('attempts', '=', row.attempts)
      .where('status', '=', 'running');

  /** Why an update of `mine` found no row. */
  async function refusal(trx: Trx): Promise<Cancelled | Paused | LeaseLost> {
    const found = await current(trx);
    if (found?.status === 'cancelling') return new Cancelled(row.id);
    return found?.status === 'paused' ? new Paused(row.id) : new LeaseLost(row.id);
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
    async save(trx: Trx, { done, total, counts, report, checkpoint }: RunState): Promise<void> {
      const saved = await mine(trx)
        .set({
          updated_at: clock.now(),
          ...(done === undefined ? {} : { done }),
          ...(total === undefined ? {} : { total }),
          ...(counts === undefined ? {} : { counts: JSON.stringify(counts) }),
          ...(report === undefined ? {} : { report: JSON.stringify(report) }),
          ...(checkpoint === undefined ? {} : { checkpoint: JSON.stringify(checkpoint) }),
        })
        .executeTakeFirst();
      if (saved.numUpdatedRows === 0n) throw await refusal(trx);
      await notifyStatus(trx, row.id, 'running');
    },

    async addErrors(trx: Trx, errors: readonly ItemError[]): Promise<void> {
      const counted = await mine(trx)
        .set({ error_count: sql<number>`error_count + ${errors.length}`, updated_at: clock.now() })
        .returning('error_count')
        .executeTakeFirst();
      if (!counted) throw await refusal(trx);
      await insertErrors(trx, row, errors, counted.error_count - errors.length, clock.now());
    },

    /** Writes how the run ended, unless another worker has taken the operation up. */
    async settle(trx: Trx, ending: Ending): Promise<void> {
      const found = await current(trx);
      if (!found || found.status === 'paused') return;
      if (ending.type === 'succeeded') return finish(trx, found, ending, clock);
      if (found.status === 'cancelling') return finish(trx, found, { type: 'cancelled' }, clock);
      if (ending.type === 'released') return requeue(trx, null, row.failures, 0);
      if (ending.type !== 'retry') return finish(trx, found, ending, clock);
      const failures = hasGotOn(row, found) ? 1 : row.failures + 1;
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
      .set({
        status: 'queued',
        problem: problem && JSON.stringify(problem),
        failures,
        due_at: sql<Date>`now() + make_interval(secs => ${afterSeconds})`,
        updated_at: clock.now(),
      })
      .execute();
    await notifyStatus(trx, row.id, 'queued');
  }
}

const hasGotOn = (before: OperationRow, after: OperationRow): boolean =>
  before.done !== after.done || JSON.stringify(before.checkpoint) !== JSON.stringify(after.checkpoint);

/** Keeps the first of an operation's errors. @param before how many were counted before these */
export async function insertErrors(
  trx: Trx,
  { workspace_id, id }: Pick<OperationRow, 'workspace_id' | 'id'>,
  errors: readonly ItemError[],
  before: number,
  now: Date,
): Promise<void> {
  const rows = errors.slice(0, Math.max(0, KEPT_ERRORS - before)).map((error, index) => ({
    workspace_id,
    operation_id: id,
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
}
