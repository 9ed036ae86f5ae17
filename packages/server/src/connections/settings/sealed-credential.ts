import type { AccessMode, Credential, CredentialInput, StorageLocation } from '@mooring/contract';
import type { Clock, Guard } from '@mooring/storage/server';
import { connectionSecret } from '../../catalogue/sealed-for.ts';
import { type Kinds, type RunningKind, refusalError, secretsLeftOut } from '../../platform/kinds.ts';
import { MooringError } from '../../platform/problem.ts';
import type { SecretBox } from '../../platform/secrets.ts';
import type { ConnectionIds, LinkedRow } from '../rows/row.ts';

export interface SealingDeps {
  secrets: SecretBox;
  guard: Guard;
  kinds: Kinds;
  clock: Clock;
}

/**
 * The two halves of a credential as they are stored: what may be shown, and what is sealed together with the
 * connection's workspace, place and access mode.
 * @throws MooringError with the field, where the kind refuses it; `credential_unavailable` where the operator does not
 * offer it; `invalid_location` where it must not be used at this place
 */
export function sealCredential(
  { secrets, clock }: SealingDeps,
  kind: RunningKind,
  { workspaceId, connectionId }: ConnectionIds,
  input: CredentialInput,
  place: { accessMode: AccessMode; location: StorageLocation },
): { credential: Credential; credential_sealed: Buffer } {
  const elsewhere = kind.locationRefusal(place.location, input);
  if (elsewhere) {
    const { message, fix, field } = elsewhere;
    throw new MooringError('invalid_location', message, {
      fix,
      fields: [{ path: `location.${field}`, message }],
    });
  }
  const read = kind.readCredential(input, { ...place, now: clock.now() });
  if (!read.ok) throw refusalError(kind, read, 'credential');
  const { shown, sealed } = read.value;
  const sealedFor = connectionSecret({
    workspace_id: workspaceId,
    id: connectionId,
    provider: kind.kind.id,
    access_mode: place.accessMode,
    location: place.location,
  });
  return { credential: shown, credential_sealed: secrets.seal(JSON.stringify(sealed), sealedFor) };
}

/** A credential with the stored secrets that were left out of it, where the stored one is of the same kind. */
export function withStoredSecrets(
  { secrets }: Pick<SealingDeps, 'secrets'>,
  kind: RunningKind,
  row: LinkedRow,
  input: CredentialInput,
): CredentialInput {
  if ((row.credential as Credential).kind !== input.kind) return input;
  const leftOut = secretsLeftOut(kind, input);
  if (leftOut.length === 0) return input;
  const stored = JSON.parse(secrets.unseal(row.credential_sealed, connectionSecret(row))) as CredentialInput;
  return { ...input, ...Object.fromEntries(leftOut.map(name => [name, stored[name]])) };
}
