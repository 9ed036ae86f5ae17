import type { AzureLocation, Credential } from '@mooring/contract';
import type { Db } from '../../catalogue/db.ts';
import { MooringError } from '../../platform/problem.ts';
import { isLinked, type LinkedRow, mustFindRow, unlinked } from '../rows/row.ts';
import { isShared } from './proof.ts';
import type { ProofRecord } from './proof-record.ts';

/**
 * Proof of ownership by signing in: whose administrator has to sign in for a connection, and where that is recorded.
 * The sign-in itself is the identity service's part.
 */
export function createSignInProof({ db, proofs }: { db: Db; proofs: ProofRecord }) {
  /**
   * @throws MooringError `not_found`, `connection_unlinked`; `conflict` where there is nothing to prove;
   * `invalid_request` where the tenant is not known
   */
  return async (workspaceId: string, connectionId: string) => {
    const row = await mustFindRow(db, { workspaceId, connectionId });
    if (!isLinked(row)) throw unlinked(row);
    return {
      tenantId: tenantOf(row),
      endpoint: (row.location as AzureLocation).endpoint,
      proven: (who: string) => proofs.proven(row, 'sign-in', who),
    };
  };
}

function tenantOf(row: LinkedRow): string {
  const credential = row.credential as Credential;
  if (!isShared(credential)) {
    throw new MooringError(
      'conflict',
      'The credential of this connection proves by itself that it is wanted.',
      {
        fix: 'There is nothing to sign in for.',
      },
    );
  }
  const tenantId = 'tenantId' in credential ? credential.tenantId : null;
  if (tenantId) return tenantId;
  const message = 'The credential of this connection names no tenant whose administrator could sign in.';
  throw new MooringError('invalid_request', message, { fix: 'Let the owner set the mark in the container.' });
}
