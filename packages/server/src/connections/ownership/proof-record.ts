import type { ConnectionStatus, OwnershipProof } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { appendEntries } from '../../audit/append.ts';
import { byServer } from '../../audit/entry.ts';
import type { Db } from '../../catalogue/db.ts';
import type { Kinds } from '../../platform/kinds.ts';
import { announceChange } from '../rows/changes.ts';
import { recordEvent } from '../rows/history.ts';
import { type ConnectionIds, idsOf, type LinkedRow } from '../rows/row.ts';
import { ownershipSubject, proofOf } from './proof.ts';

/** Keeps whether the owner of a connection's storage wants the workspace. */
export function createProofRecord(deps: {
  db: Db;
  kinds: Kinds;
  clock: Clock;
  /** Makes this process look again whether the connection may be used. */
  forget: (ids: ConnectionIds) => Promise<void>;
  /** Cancels what runs on the connection. */
  endOperations: (ids: ConnectionIds) => Promise<unknown>;
}) {
  const { db, kinds, clock, forget, endOperations } = deps;

  /** @param detail for the history; null where nothing is new */
  async function write(row: LinkedRow, by: OwnershipProof | null, detail: string | null): Promise<boolean> {
    const ids = idsOf(row);
    const at = clock.now();
    const written = await db.transaction().execute(async trx => {
      const { numUpdatedRows } = await trx
        .updateTable('connections')
        .set({
          ownership_proven_at: by === null ? null : at,
          ownership_proven_by: by,
          ownership_of: by === null ? null : ownershipSubject(row),
        })
        .where('workspace_id', '=', row.workspace_id)
        .where('id', '=', row.id)
        .where('removed_at', 'is', null)
        .where('credential_version', '=', row.credential_version)
        .where('credential_sealed', 'is not', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      const status = row.status as ConnectionStatus;
      if (detail !== null)
        await recordEvent(trx, ids, { kind: 'ownership-proven', status, detail, by: null, at });
      await announceChange(trx, ids);
      if (by !== null && detail !== null) {
        const entry = { action: 'ownership.proven', outcome: 'done', assetIds: [] } as const;
        await appendEntries(trx, ids.workspaceId, [
          { ...entry, ...byServer(null), at, subjectId: ids.connectionId, detail: { proof: detail } },
        ]);
      }
      return true;
    });
    await forget(ids);
    return written;
  }

  const wordsOf = ({ provider }: LinkedRow, by: OwnershipProof): string =>
    kinds.get(provider).kind.ownership.marks.find(({ id }) => id === by)?.words ??
    'By the sign-in of an administrator';

  return {
    /**
     * Whether it was recorded: not where the connection has got another credential meanwhile.
     * @param who has signed in, where that is the proof
     */
    proven(row: LinkedRow, by: OwnershipProof, who?: string): Promise<boolean> {
      const known = proofOf(row)?.by === by && by !== 'sign-in';
      return write(row, by, known ? null : `${wordsOf(row, by)}${who === undefined ? '' : `: ${who}`}.`);
    },

    /** Ends what runs on it, too: it began when the workspace was wanted. */
    async lost(row: LinkedRow): Promise<void> {
      if (!(await write(row, null, null))) return;
      await endOperations(idsOf(row));
    },
  };
}
export type ProofRecord = ReturnType<typeof createProofRecord>;
