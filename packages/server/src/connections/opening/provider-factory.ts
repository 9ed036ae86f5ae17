import type { IdentityOffers } from '@mooring/azure/server';
import { authorityFor, createAzureIdentities, createAzureProvider } from '@mooring/azure/server';
import type { AccessMode, AzureLocation, Credential, CredentialInput } from '@mooring/contract';
import type { CheckDefinition, Clock, Guard, Provider } from '@mooring/storage/server';
import type { Logger } from '../../platform/log.ts';
import type { SecretBox } from '../../platform/secrets.ts';
import { behindOwnership, type OwnershipCheckOptions, ownershipCheck } from '../ownership/mark-check.ts';
import { isShared, ownershipMissing, proofOf } from '../ownership/proof.ts';
import type { OwnershipTokens } from '../ownership/tokens.ts';
import type { LinkedRow } from '../rows/row.ts';
import { requireStorageOfAzure } from '../settings/shared-endpoint.ts';
import { withinContainer } from './within-container.ts';

/** What is done with a proof that the checks find, or miss. */
type ProofCallbacks = Pick<OwnershipCheckOptions, 'proven' | 'lost'>;

/**
 * Makes the providers of connections, with their credentials unsealed. Nothing else makes one, so that where the owner
 * of a storage has to want the workspace, nothing is reached before that is proven.
 */
export function createProviderFactory(deps: {
  secrets: SecretBox;
  guard: Guard;
  authorityHost: string;
  offers: IdentityOffers;
  clock: Clock;
  tokens: OwnershipTokens;
  log: Logger;
}) {
  const { secrets, guard, clock, tokens, log } = deps;
  const shared = createAzureIdentities(deps);

  function make(row: LinkedRow, { fresh }: { fresh: boolean }): Provider {
    const location = row.location as AzureLocation;
    if (isShared(row.credential as Credential)) requireStorageOfAzure(location.endpoint, guard);
    return createAzureProvider({
      location,
      credential: JSON.parse(secrets.unseal(row.credential_sealed, row.id)) as CredentialInput,
      accessMode: row.access_mode as AccessMode,
      renditionPrefix: row.rendition_prefix,
      authorityHost: authorityFor(location.endpoint, deps.authorityHost),
      identities: fresh ? createAzureIdentities(deps) : shared,
      guard,
      clock,
    });
  }

  return {
    /**
     * @throws MooringError `ownership_missing` where that is not proven; `unavailable` where the secret cannot be
     * unsealed
     */
    open(row: LinkedRow): Provider {
      if (!isShared(row.credential as Credential)) return make(row, { fresh: false });
      const proof = proofOf(row);
      if (!proof) throw ownershipMissing(row);
      const provider = make(row, { fresh: false });
      return proof.by === 'sign-in'
        ? provider
        : withinContainer(provider, (row.location as AzureLocation).container);
    },

    /**
     * Nothing but the checks, also of a connection that may not be used yet: those that tell of the account stand
     * behind the one of ownership. With tokens and keys of their own, to see what the credential is worth now.
     * @throws MooringError `unavailable` where the secret cannot be unsealed
     */
    checks(
      row: LinkedRow,
      record: ProofCallbacks,
    ): { checks: readonly CheckDefinition[]; close: () => Promise<void> } {
      const provider = make(row, { fresh: true });
      const close = () => provider.close();
      const isOpen = !isShared(row.credential as Credential);
      return {
        checks: isOpen ? provider.checks : checksBehindProof(row, provider, { ...record, tokens, log }),
        close,
      };
    },
  };
}
export type ProviderFactory = ReturnType<typeof createProviderFactory>;

/** The checks of a shared identity: nothing is said of the account before the owner's mark is found. */
function checksBehindProof(
  row: LinkedRow,
  { checks, ownerMarks: marks }: Provider,
  { proven, lost, tokens, log }: ProofCallbacks & { tokens: OwnershipTokens; log: Logger },
): CheckDefinition[] {
  if (!marks) throw ownershipMissing(row);
  const ownership = ownershipCheck({
    ...{ marks, proven, lost },
    location: row.location as AzureLocation,
    tokens: tokens(row.workspace_id),
    proof: proofOf(row),
    note: error =>
      log.info({ err: error, connectionId: row.id }, 'the mark of the owner could not be looked for'),
  });
  return behindOwnership(checks, ownership);
}
