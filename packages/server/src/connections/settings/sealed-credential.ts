import type { AccessMode, Credential, CredentialInput, StorageLocation } from '@mooring/contract';
import type { Clock, Guard } from '@mooring/storage/server';
import { type Kinds, type RunningKind, refusalError } from '../../platform/kinds.ts';
import { MooringError } from '../../platform/problem.ts';
import type { SecretBox } from '../../platform/secrets.ts';

export interface SealingDeps {
  secrets: SecretBox;
  guard: Guard;
  kinds: Kinds;
  clock: Clock;
}

/**
 * The two halves of a credential as they are stored: what may be shown, and what is sealed with the connection's id.
 * @throws MooringError with the field, where the kind refuses it; `credential_unavailable` where the operator does not
 * offer it; `invalid_location` where it must not be used at this place
 */
export function sealCredential(
  { secrets, clock }: SealingDeps,
  kind: RunningKind,
  connectionId: string,
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
  return { credential: shown, credential_sealed: secrets.seal(JSON.stringify(sealed), connectionId) };
}
