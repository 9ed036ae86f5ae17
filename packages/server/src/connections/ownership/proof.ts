import { createHash } from 'node:crypto';
import type { Connection, Credential, Fix, Ownership, OwnershipProof } from '@mooring/contract';
import { isShared, type PureKind } from '../../platform/kinds.ts';
import { MooringError } from '../../platform/problem.ts';
import type { LinkedRow } from '../rows/row.ts';
import type { OwnershipTokens } from './tokens.ts';

/** What a proof was made for. Any new credential, and any other place, is something else. */
export const ownershipSubject = (
  row: Pick<LinkedRow, 'place' | 'location' | 'credential_version'>,
): Buffer => {
  const { container } = row.location as Connection['location'];
  return createHash('sha256')
    .update(JSON.stringify([row.place, container, row.credential_version]))
    .digest();
};

type ProofColumns = Pick<
  LinkedRow,
  | 'place'
  | 'location'
  | 'credential'
  | 'credential_version'
  | 'ownership_proven_at'
  | 'ownership_proven_by'
  | 'ownership_of'
> & { credential_sealed: Buffer | null };

/** How it was proven that this workspace is wanted; null: it is not proven, or it needs no proof. */
export function proofOf(row: ProofColumns): { at: Date; by: OwnershipProof } | null {
  const { credential_sealed, ownership_proven_at: at, ownership_proven_by: by, ownership_of: of } = row;
  if (!credential_sealed || !at || !by || !of?.equals(ownershipSubject(row))) return null;
  return { at, by: by as OwnershipProof };
}

/** As the API shows it; null where the credential proves it by itself. */
export function toOwnership(
  row: ProofColumns & { workspace_id: string },
  kind: PureKind,
  tokens: OwnershipTokens,
): Ownership | null {
  if (!isShared(kind, row.credential as Credential)) return null;
  const [token] = tokens(row.workspace_id);
  const proof = proofOf(row);
  return {
    token,
    markerKey: kind.kind.ownership.markerKey(token),
    provenAt: proof?.at.toISOString() ?? null,
    provenBy: proof?.by ?? null,
  };
}

/** @param remedy how the owner sets the mark, where that is to be shown */
export const ownershipMissing = (
  { id, name }: { id: string; name: string },
  remedy?: Fix | null | undefined,
): MooringError =>
  new MooringError(
    'ownership_missing',
    `Nothing says that the owner of the storage wants this workspace, so the connection “${name}” (${id}) is not used.`,
    {
      fix: 'Ask the owner to set the mark, with the commands on the connection’s page or from `mooring connection prove`. Or ask an administrator of the owner to sign in.',
      remedy: remedy ?? undefined,
    },
  );
