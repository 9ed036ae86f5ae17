import type { Clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Db, Trx } from '../catalogue/db.ts';
import { lockIsHeld, type Session, type SessionLock } from '../platform/session.ts';
import { finish, type Problem } from './finish.ts';
import type { OperationRow } from './row.ts';
import { notifyStatus } from './status-notices.ts';

/** Only an operation that kills its worker again and again comes this far. */
export const MOST_TAKE_UPS = 200;

/** The name of the lock that a worker holds while it runs an operation. */
export const lockName = (operationId: string): string => `mooring operation ${operationId}`;

/** An operation that this process may run, for as long as it holds the lock. */
export interface TakenOperation {
  row: OperationRow;
  lock: SessionLock;
}

/**
 * Takes an operation that no worker runs: a queued one, or one whose worker has died, so that its lock is free. The
 * next one is of a workspace that has the fewest running; among these, the one that has been due longest. From then on
 * the worker that had it before can write no more. Ends what was waiting only to be ended. Null where there is none to
 * take.
 */
export async function takeOperation(
  kinds: readonly string[],
  { db, session, clock }: { db: Db; session: Session; clock: Clock },
): Promise<TakenOperation | null> {
  for (;;) {
    let lock: SessionLock | null = null;
    try {
      const result = await db.transaction().execute(async trx => {
        const row = await nextOperation(trx, kinds);
        if (!row) return null;
        if (await endWithoutRun(trx, row, clock)) return 'ended';
        lock = await session.tryLock(lockName(row.id));
        if (!lock) return null; // held again, or this session is connecting: the next poll looks again
        return { row: await markTaken(trx, row, clock), lock };
      });
      if (result !== 'ended') return result;
    } catch (error) {
      await (lock as SessionLock | null)?.release();
      throw error;
    }
  }
}

/** The row stays locked until the transaction ends, and others skip it. */
async function nextOperation(trx: Trx, kinds: readonly string[]): Promise<OperationRow | null> {
  // Statuses are literal, so that they match the index `operations_due`.
  const { rows } = await sql<OperationRow>`
    with busy as (
      select workspace_id, count(*) as running from operations where status = 'running' group by workspace_id
    )
    select operations.* from operations left join busy using (workspace_id)
    where status in ('queued', 'running', 'cancelling') and due_at <= now() and kind = any(${kinds})
      and not ${sql.raw(lockIsHeld("'mooring operation ' || operations.id"))}
    order by coalesce(busy.running, 0), due_at limit 1 for update of operations skip locked`.execute(trx);
  return rows[0] ?? null;
}

/** Whether a workspace of which nothing runs has had an operation to take for a second or more. */
export async function isWorkspaceWaiting(kinds: readonly string[], db: Db): Promise<boolean> {
  const { rows } = await sql<{ waits: boolean }>`
    select exists (
      select from operations
      where status = 'queued' and due_at <= now() - interval '1 second' and kind = any(${kinds})
        and not exists (
          select from operations other
          where other.workspace_id = operations.workspace_id and other.status = 'running')
    ) as waits`.execute(db);
  return rows[0]!.waits;
}

async function endWithoutRun(trx: Trx, row: OperationRow, clock: Clock): Promise<boolean> {
  if (row.status === 'cancelling') await finish(trx, row, { type: 'cancelled' }, clock);
  else if (row.attempts >= MOST_TAKE_UPS)
    await finish(trx, row, { type: 'failed', problem: tooManyTakeUps(row) }, clock);
  else return false;
  return true;
}

async function markTaken(trx: Trx, row: OperationRow, clock: Clock): Promise<OperationRow> {
  const now = clock.now();
  const taken = await trx
    .updateTable('operations')
    .set({
      status: 'running',
      // Where it ends without a word at once, it is not taken again at once.
      due_at: sql<Date>`now() + interval '1 second'`,
      problem: null,
      attempts: row.attempts + 1,
      started_at: row.started_at ?? now,
      updated_at: now,
    })
    .where('workspace_id', '=', row.workspace_id)
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await notifyStatus(trx, row.id, 'running');
  return taken;
}

const tooManyTakeUps = (row: OperationRow): Problem => ({
  code: 'internal',
  detail: `Workers took this operation up ${row.attempts} times, and none finished it.`,
  fix: `Read in the log why the workers that ran ${row.id} ended, then start it again.`,
});
