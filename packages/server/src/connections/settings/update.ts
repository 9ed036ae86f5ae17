import type { ConnectionStatus, ConnectionUpdate } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Trx } from '../../catalogue/db.ts';
import { requireRevision } from '../../platform/problem.ts';
import { recordEvent } from '../rows/history.ts';
import { type ConnectionIds, type ConnectionRow, lockRow } from '../rows/row.ts';

export interface UpdateOptions {
  /** The revision that the change was made for; undefined for any. */
  ifRevision?: number | undefined;
  /** Name of the member or token. */
  by?: string | null;
}

/**
 * Renames a connection, or says where renditions may be written; returns its row as it is then.
 * @throws MooringError `not_found`, `stale_revision`
 */
export async function updateRow(
  trx: Trx,
  ids: ConnectionIds,
  { name, renditionPrefix }: ConnectionUpdate,
  { ifRevision, by = null, clock }: UpdateOptions & { clock: Clock },
): Promise<ConnectionRow> {
  const row = await lockRow(trx, ids);
  requireRevision(row.revision, ifRevision);
  if (name === undefined && renditionPrefix === undefined) return row;
  const at = clock.now();
  await trx
    .updateTable('connections')
    .set({
      ...(name !== undefined && { name }),
      ...(renditionPrefix !== undefined && { rendition_prefix: renditionPrefix }),
      revision: row.revision + 1,
      updated_at: at,
    })
    .where('workspace_id', '=', ids.workspaceId)
    .where('id', '=', ids.connectionId)
    .execute();
  if (name !== undefined && name !== row.name) {
    const [status, detail] = [row.status as ConnectionStatus, `From “${row.name}” to “${name}”.`];
    await recordEvent(trx, ids, { kind: 'renamed', status, detail, by, at });
  }
  return lockRow(trx, ids);
}
