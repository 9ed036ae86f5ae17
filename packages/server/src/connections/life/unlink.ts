import type { Clock } from '@mooring/storage/server';
import type { Db, Trx } from '../../catalogue/db.ts';
import type { Operations } from '../../operations/operations.ts';
import { emit } from '../../webhooks/emit.ts';
import { type ConnectionIds, recordEvent } from '../rows/history.ts';
import type { ConnectionRow } from '../rows/row.ts';
import { announceUse } from '../rows/status.ts';
import { endOperations } from './end-operations.ts';

/**
 * Ends every use of a connection: from the commit on nothing opens it, and its credential is forgotten. What runs on
 * it is cancelled, and every process drops what it made from the credential. Idempotent.
 */
export function createUnlink(deps: {
  db: Db;
  clock: Clock;
  operations: Operations;
  lock: (trx: Trx, ids: ConnectionIds) => Promise<ConnectionRow>;
  clearChecks: (trx: Trx, workspaceId: string, connectionId: string) => Promise<void>;
  forget: (workspaceId: string, connectionId: string) => Promise<void>;
}) {
  const { db, clock } = deps;

  async function erase(trx: Trx, ids: ConnectionIds, by: string | null): Promise<void> {
    const row = await deps.lock(trx, ids);
    if (row.status === 'unlinked') return;
    const at = clock.now();
    await trx
      .updateTable('connections')
      .set({
        credential_sealed: null,
        status: 'unlinked',
        status_reason: null,
        last_checked_at: null,
        next_check_at: null,
        failed_checks: 0,
        ownership_proven_at: null,
        ownership_proven_by: null,
        ownership_of: null,
        revision: row.revision + 1,
        updated_at: at,
      })
      .where('workspace_id', '=', ids.workspaceId)
      .where('id', '=', ids.connectionId)
      .execute();
    await deps.clearChecks(trx, ids.workspaceId, ids.connectionId);
    const detail = 'Every use of it has ended, and its credential is forgotten.';
    await recordEvent(trx, ids, { kind: 'unlinked', status: 'unlinked', detail, by, at });
    const told = { connectionId: ids.connectionId, name: row.name };
    await emit(trx, ids.workspaceId, 'connection.unlinked', told);
    await emit(trx, ids.workspaceId, 'connection.status_changed', {
      ...told,
      status: 'unlinked',
      previousStatus: row.status as 'healthy',
      reason: null,
    });
    await announceUse(trx, ids);
  }

  /** Returns the ids of the operations that it cancelled. @throws MooringError `not_found` */
  return async (ids: ConnectionIds, by: string | null): Promise<string[]> => {
    await db.transaction().execute(trx => erase(trx, ids, by));
    await deps.forget(ids.workspaceId, ids.connectionId);
    return endOperations(deps, ids);
  };
}
