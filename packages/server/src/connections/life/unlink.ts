import type { Clock } from '@mooring/storage/server';
import type { Db, Trx } from '../../catalogue/db.ts';
import type { Operations } from '../../operations/operations.ts';
import { emit } from '../../webhooks/emit.ts';
import { clearResults } from '../checks/results.ts';
import { announceChange } from '../rows/changes.ts';
import { latestStatus, recordEvent } from '../rows/history.ts';
import { type ConnectionIds, lockRow, UNCHECKED, UNPROVEN } from '../rows/row.ts';
import { endOperations } from './end-operations.ts';

/**
 * Ends every use of a connection: from the commit on nothing opens it, and its credential is forgotten. What runs on
 * it is cancelled, and every process drops what it made from the credential. Idempotent.
 * @returns the ids of the operations that it cancelled
 * @throws MooringError `not_found`
 */
export async function unlinkConnection(
  deps: {
    db: Db;
    clock: Clock;
    operations: Operations;
    /** Makes this process look again whether and how the connection may be used. */
    forget: (ids: ConnectionIds) => Promise<void>;
  },
  ids: ConnectionIds,
  by: string | null,
): Promise<string[]> {
  await deps.db.transaction().execute(trx => erase(trx, deps.clock, ids, by));
  await deps.forget(ids);
  return endOperations(deps, ids);
}

async function erase(trx: Trx, clock: Clock, ids: ConnectionIds, by: string | null): Promise<void> {
  const row = await lockRow(trx, ids);
  if (row.status === 'unlinked') return;
  const at = clock.now();
  const previousStatus = (await latestStatus(trx, ids)) ?? 'draft';
  await trx
    .updateTable('connections')
    .set({
      credential_sealed: null,
      status: 'unlinked',
      status_reason: null,
      ...UNCHECKED,
      ...UNPROVEN,
      revision: row.revision + 1,
      updated_at: at,
    })
    .where('workspace_id', '=', ids.workspaceId)
    .where('id', '=', ids.connectionId)
    .execute();
  await trx
    .deleteFrom('registered_urls')
    .where('workspace_id', '=', ids.workspaceId)
    .where('connection_id', '=', ids.connectionId)
    .execute();
  await clearResults(trx, ids);
  const detail = 'Every use of it has ended. Mooring has forgotten its credential.';
  await recordEvent(trx, ids, { kind: 'unlinked', status: 'unlinked', detail, by, at });
  const which = { connectionId: ids.connectionId, name: row.name };
  await emit(trx, ids.workspaceId, 'connection.unlinked', which);
  await emit(trx, ids.workspaceId, 'connection.status_changed', {
    ...which,
    status: 'unlinked',
    previousStatus,
    reason: null,
  });
  await announceChange(trx, ids);
}
