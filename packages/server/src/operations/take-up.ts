import type { Clock } from '@mooring/storage/server';
import type { Trx } from '../catalogue/db.ts';
import type { Session, SessionLock } from '../platform/session.ts';
import { announce } from './announcement.ts';
import { type Dispatch, type OperationQueue, send } from './dispatch.ts';
import { finish, type Problem } from './finish.ts';
import { IS_ACTIVE, type OperationRow } from './row.ts';
import { lockName } from './sweep.ts';

/** Only an operation that kills its worker again and again comes this far. */
const MOST_TAKE_UPS = 200;
/** Until the database has noticed that the connection of the last owner is gone. */
const LOCK_RETRY_SECONDS = 1;

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
    .where('status', '<>', 'paused')
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

const tooManyTakeUps = (row: OperationRow): Problem => ({
  code: 'internal',
  detail: `Workers took this operation up ${row.attempts} times and none came to its end.`,
  fix: `Look in the log for what ended the workers that ran ${row.id}, then start it again.`,
});
