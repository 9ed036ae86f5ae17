import type { Credential, StorageLocation } from '@mooring/contract';
import type { Db } from '../../catalogue/db.ts';
import { isShared, type Kinds } from '../../platform/kinds.ts';
import { MooringError } from '../../platform/problem.ts';
import { isLinked, mustFindRow, unlinked } from '../rows/row.ts';
import type { ProofRecord } from './proof-record.ts';

/**
 * Proof of ownership by signing in: which storage the person has to sign in for, and where the proof is recorded. The
 * identity service does the sign-in itself.
 */
export function createSignInProof({ db, kinds, proofs }: { db: Db; kinds: Kinds; proofs: ProofRecord }) {
  /** @throws MooringError `not_found`, `connection_unlinked`; `conflict` where there is nothing to prove */
  return async (workspaceId: string, connectionId: string) => {
    const row = await mustFindRow(db, { workspaceId, connectionId });
    if (!isLinked(row)) throw unlinked(row);
    const kind = kinds.get(row.provider);
    const credential = row.credential as Credential;
    if (!isShared(kind, credential)) {
      const message = 'The credential of this connection proves by itself that it is wanted.';
      throw new MooringError('conflict', message, { fix: 'No sign-in is needed.' });
    }
    return {
      kind,
      credential,
      location: row.location as StorageLocation,
      proven: (who: string) => proofs.proven(row, 'sign-in', who),
    };
  };
}
