import type { Operation } from '@mooring/contract';
import type { Db, Trx } from '../catalogue/db.ts';
import type { Operations } from '../operations/operations.ts';
import { toOperation } from '../operations/row.ts';
import type { Clock } from '../platform/clock.ts';
import { notFound } from '../platform/problem.ts';

const KIND = 'remove-connection';

/**
 * Unlinks a connection: from the commit on nothing may use it, its syncs are cancelled, and an operation removes
 * its sources and assets. Idempotent, also when the first try was cut off half-way.
 */
export function createRemoval({ db, clock, operations }: { db: Db; clock: Clock; operations: Operations }) {
  async function unlink(trx: Trx, workspaceId: string, connectionId: string): Promise<Operation> {
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
        .set({ removed_at: now, revision: row.revision + 1, updated_at: now })
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', connectionId)
        .execute();
    }
    const subject = { type: 'connection', id: connectionId } as const;
    return operations.start(workspaceId, { kind: KIND, subject, unit: 'assets' }, trx);
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

  async function cancelSyncs(workspaceId: string, connectionId: string): Promise<void> {
    const syncs = await db
      .selectFrom('operations as o')
      .innerJoin('sources as s', join =>
        join.onRef('s.workspace_id', '=', 'o.workspace_id').onRef('s.id', '=', 'o.subject_id'),
      )
      .select('o.id')
      .where('o.workspace_id', '=', workspaceId)
      .where('s.connection_id', '=', connectionId)
      .where('o.kind', '=', 'sync')
      .where('o.status', 'in', ['queued', 'running'])
      .execute();
    for (const { id } of syncs) await operations.cancel(workspaceId, id);
  }

  return async (workspaceId: string, connectionId: string): Promise<Operation> => {
    const operation = await db.transaction().execute(trx => unlink(trx, workspaceId, connectionId));
    await cancelSyncs(workspaceId, connectionId);
    return operation;
  };
}
