import type { AssetsAfterDelete, Operation } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Db, Trx } from '../../catalogue/db.ts';
import type { Operations } from '../../operations/operations.ts';
import { toOperation } from '../../operations/row.ts';
import { notFound } from '../../platform/problem.ts';
import { announceChange } from '../rows/changes.ts';
import { endOperations } from './end-operations.ts';

const KIND = 'remove-connection';

/**
 * Removes a connection: from the commit on nothing may use it, its syncs are cancelled, and an operation removes
 * its sources and assets, or makes its assets tombstones. Idempotent, also when the first try was cut off half-way.
 */
export function createRemoval({ db, clock, operations }: { db: Db; clock: Clock; operations: Operations }) {
  async function end(
    trx: Trx,
    workspaceId: string,
    connectionId: string,
    assets: AssetsAfterDelete,
  ): Promise<Operation> {
    const row = await trx
      .selectFrom('connections')
      .select(['removed_at', 'revision'])
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', connectionId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    const last = row && !row.removed_at ? undefined : await lastRemoval(trx, workspaceId, connectionId);
    if (last && last.status !== 'failed' && last.status !== 'cancelled') return last;
    if (!row) throw notFound('connection', connectionId);
    if (!row.removed_at) {
      const now = clock.now();
      await trx
        .updateTable('connections')
        .set({
          removed_at: now,
          assets_kept: assets === 'tombstone',
          credential_sealed: null,
          next_check_at: null,
          revision: row.revision + 1,
          updated_at: now,
        })
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', connectionId)
        .execute();
      await announceChange(trx, { workspaceId, connectionId });
    }
    const subject = { type: 'connection', id: connectionId } as const;
    return operations.start(workspaceId, { kind: KIND, subject, unit: 'assets' }, trx);
  }

  return async (workspaceId: string, connectionId: string, assets: AssetsAfterDelete): Promise<Operation> => {
    const operation = await db.transaction().execute(trx => end(trx, workspaceId, connectionId, assets));
    await endOperations({ db, operations }, { workspaceId, connectionId });
    return operation;
  };
}

/** In the same transaction: with another connection, enough requests at once would wait for each other for ever. */
async function lastRemoval(
  trx: Trx,
  workspaceId: string,
  connectionId: string,
): Promise<Operation | undefined> {
  const row = await trx
    .selectFrom('operations')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('subject_id', '=', connectionId)
    .where('kind', '=', KIND)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toOperation(row);
}
