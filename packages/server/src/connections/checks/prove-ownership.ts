import type { CheckId, Credential } from '@mooring/contract';
import { isShared, type Kinds } from '../../platform/kinds.ts';
import { MooringError } from '../../platform/problem.ts';
import { ownershipMissing, proofOf } from '../ownership/proof.ts';
import { type ConnectionIds, type ConnectionRow, mustFindRow } from '../rows/row.ts';
import type { OpenChecks } from './open-checks.ts';
import { runChecks } from './run.ts';
import type { VerdictDeps } from './verdict.ts';

/**
 * Looks for the mark of the owner now; returns the row as it is then.
 * @throws MooringError `not_found`, `connection_unlinked`; `storage_unauthenticated` where the identity itself gets
 * no token; `ownership_missing` where it is not found, for any reason; `conflict` where the credential was replaced
 * meanwhile; the signal's reason
 */
export async function proveOwnership(
  deps: VerdictDeps & { kinds: Kinds; openChecks: OpenChecks },
  ids: ConnectionIds,
  signal: AbortSignal,
): Promise<ConnectionRow> {
  const row = await mustFindRow(deps.db, ids);
  if (!isShared(deps.kinds.get(row.provider), row.credential as Credential)) return row;
  const run = await runChecks(deps, ids, { only: ['ownership'], origins: [], signal, onCheck: () => {} });
  const failed = (check: CheckId) => run.checks.find(({ id, status }) => id === check && status === 'failed');
  const credential = failed('credential');
  if (credential?.observed) {
    throw new MooringError('storage_unauthenticated', credential.observed, {
      fix: credential.fix?.steps.join(' ') ?? '',
      remedy: credential.fix ?? undefined,
    });
  }
  const now = await mustFindRow(deps.db, ids);
  if (!proofOf(now)) throw ownershipMissing(now, failed('ownership')?.fix);
  return now;
}
