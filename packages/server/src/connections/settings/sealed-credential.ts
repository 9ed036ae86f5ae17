import type { IdentityOffers } from '@mooring/azure/server';
import type { AccessMode, AzureLocation, CredentialInput } from '@mooring/contract';
import type { Clock, Guard } from '@mooring/storage/server';
import type { SecretBox } from '../../platform/secrets.ts';
import { isShared } from '../ownership/proof.ts';
import { readCredential } from './credential.ts';
import { requireStorageOfAzure } from './shared-endpoint.ts';

export interface SealingDeps {
  secrets: SecretBox;
  guard: Guard;
  offers: IdentityOffers;
  clock: Clock;
}

/**
 * The two halves of a credential as they are stored: what may be shown, and what is sealed with the connection's id.
 * @throws MooringError what `readCredential` and `requireStorageOfAzure` throw
 */
export function sealCredential(
  { secrets, guard, offers, clock }: SealingDeps,
  connectionId: string,
  input: CredentialInput,
  place: { accessMode: AccessMode; location: AzureLocation },
) {
  if (isShared(input)) requireStorageOfAzure(place.location.endpoint, guard);
  const { shown, secret } = readCredential(input, { ...place, offers, now: clock.now() });
  return { credential: shown, credential_sealed: secrets.seal(JSON.stringify(secret), connectionId) };
}
