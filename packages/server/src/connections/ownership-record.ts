import type { OwnershipProof } from '@mooring/contract';
import type { Db } from '../catalogue/db.ts';
import type { Clock } from '../platform/clock.ts';
import { ownershipSubject } from './ownership.ts';
import type { LinkedRow } from './row.ts';

/** Keeps whether the owner of a connection's storage wants the workspace. */
export function createOwnershipRecord(deps: {
  db: Db;
  clock: Clock;
  /** Makes this process look again whether the connection may be used. */
  forget: (workspaceId: string, connectionId: string) => Promise<void>;
}) {
  const { db, clock, forget } = deps;

  /** Whether the connection still has the credential that this is about. */
  async function write(row: LinkedRow, by: OwnershipProof | null): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('connections')
      .set({
        ownership_proven_at: by && clock.now(),
        ownership_proven_by: by,
        ownership_of: by && ownershipSubject(row),
      })
      .where('workspace_id', '=', row.workspace_id)
      .where('id', '=', row.id)
      .where('removed_at', 'is', null)
      .where('credential_sealed', '=', row.credential_sealed)
      .executeTakeFirst();
    await forget(row.workspace_id, row.id);
    return numUpdatedRows === 1n;
  }

  return {
    /** Whether it was recorded: not where the connection has got another credential meanwhile. */
    proven: (row: LinkedRow, by: OwnershipProof): Promise<boolean> => write(row, by),
    lost: (row: LinkedRow): Promise<boolean> => write(row, null),
  };
}
export type OwnershipRecord = ReturnType<typeof createOwnershipRecord>;
