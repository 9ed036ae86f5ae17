import type { Db } from '../../catalogue/db.ts';
import type { Operations } from '../../operations/operations.ts';
import { IS_ACTIVE } from '../../operations/row.ts';
import type { ConnectionIds } from '../rows/row.ts';

/** Cancels all that runs or waits on the sources of a connection; returns the operations' ids. */
export async function endOperations(
  { db, operations }: { db: Db; operations: Operations },
  { workspaceId, connectionId }: ConnectionIds,
): Promise<string[]> {
  const active = await db
    .selectFrom('operations as o')
    .innerJoin('sources as s', join =>
      join.onRef('s.workspace_id', '=', 'o.workspace_id').onRef('s.id', '=', 'o.subject_id'),
    )
    .select('o.id')
    .where('o.workspace_id', '=', workspaceId)
    .where('s.connection_id', '=', connectionId)
    .where(IS_ACTIVE)
    .where('o.kind', '<>', 'remove-source')
    .orderBy('o.id')
    .execute();
  for (const { id } of active) await operations.cancel(workspaceId, id);
  return active.map(({ id }) => id);
}
