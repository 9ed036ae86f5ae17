import { createHash, createHmac } from 'node:crypto';
import {
  type Connection,
  type Credential,
  type Ownership,
  type OwnershipProof,
  SHARED_IDENTITIES,
} from '@mooring/contract';
import { MooringError } from '../../platform/problem.ts';
import { deriveKey, type SecretKey } from '../../platform/secrets.ts';
import type { LinkedRow } from '../rows/row.ts';

/**
 * The names under which the owner of a storage says that a workspace is wanted. Not secret: whoever knows another
 * workspace's can only say that they want that one. There is one for each key of the installation, the first for the
 * key that seals, so that a new key does not undo what was said.
 */
export type OwnershipTokens = (workspaceId: string) => readonly [string, ...string[]];

const PREFIX = 'mooring-';
/** 5 bits each: 90 bits. */
const RANDOM_CHARACTERS = 18;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export function createOwnershipTokens(keys: readonly [SecretKey, ...SecretKey[]]): OwnershipTokens {
  const [first, ...others] = keys.map(key => deriveKey(key, 'ownership')) as [Buffer, ...Buffer[]];
  const tokenOf = (key: Buffer, workspaceId: string): string => {
    const bytes = createHmac('sha256', key).update(workspaceId).digest();
    return PREFIX + [...bytes.subarray(0, RANDOM_CHARACTERS)].map(byte => ALPHABET[byte & 31]).join('');
  };
  return workspaceId => [tokenOf(first, workspaceId), ...others.map(key => tokenOf(key, workspaceId))];
}

/** The marker lies at the root of the container, where an upload below somebody's prefix does not come. */
export const markerKeyOf = (token: string): string => `.mooring/owner-${token}`;

/** Whether it uses an identity of the installation: then the owner of the storage has to want the workspace. */
export const isShared = ({ kind }: Pick<Credential, 'kind'>): boolean =>
  (SHARED_IDENTITIES as readonly string[]).includes(kind);

/** What a proof was made for. Any new credential, and any other place, is something else. */
export const ownershipSubject = (row: Pick<LinkedRow, 'location' | 'credential_sealed'>): Buffer => {
  const { endpoint, container } = row.location as Connection['location'];
  return createHash('sha256')
    .update(JSON.stringify([endpoint, container]))
    .update(row.credential_sealed)
    .digest();
};

type ProofColumns = Pick<
  LinkedRow,
  'location' | 'credential' | 'ownership_proven_at' | 'ownership_proven_by' | 'ownership_of'
> & { credential_sealed: Buffer | null };

/** How it was proven that this workspace is wanted; null: it is not proven, or it needs no proof. */
export function proofOf(row: ProofColumns): { at: Date; by: OwnershipProof } | null {
  const { credential_sealed, ownership_proven_at: at, ownership_proven_by: by, ownership_of: of } = row;
  if (!credential_sealed || !at || !by || !of?.equals(ownershipSubject({ ...row, credential_sealed })))
    return null;
  return { at, by: by as OwnershipProof };
}

/** As the API shows it; null where the credential proves it by itself. */
export function toOwnership(
  row: ProofColumns & { workspace_id: string },
  tokens: OwnershipTokens,
): Ownership | null {
  if (!isShared(row.credential as Credential)) return null;
  const [token] = tokens(row.workspace_id);
  const proof = proofOf(row);
  return {
    token,
    markerKey: markerKeyOf(token),
    provenAt: proof?.at.toISOString() ?? null,
    provenBy: proof?.by ?? null,
  };
}

export const ownershipMissing = ({ id, name }: { id: string; name: string }): MooringError =>
  new MooringError(
    'ownership_missing',
    `Nothing says that the owner of the storage wants this workspace, so the connection “${name}” (${id}) is used for nothing.`,
    {
      fix: 'Let the owner set the mark, with the commands on the connection’s page or of `mooring connection prove`, or sign in as an administrator of the tenant.',
    },
  );
