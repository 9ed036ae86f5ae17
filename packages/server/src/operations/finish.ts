import type { Operation, OperationStatus } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Trx } from '../catalogue/db.ts';
import type { OperationRow } from './row.ts';
import { notifyStatus } from './status-notices.ts';

export type Problem = NonNullable<Operation['problem']>;
export type Finished = { type: 'succeeded' } | { type: 'cancelled' } | { type: 'failed'; problem: Problem };

/** Writes how an operation ended. */
export async function finish(trx: Trx, row: OperationRow, ending: Finished, clock: Clock): Promise<void> {
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
  await notifyStatus(trx, row.id, status);
}
